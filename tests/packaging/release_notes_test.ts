/** The notes of a release, as they are cut from a changelog. */

import { assertEquals, assertThrows } from "@std/assert";
import { notesForTag, notesOf, ReleaseError } from "../../tools/release_notes.ts";

const CHANGELOG = `# Changelog

## Unreleased

- Something to come.

## [0.10.0] - 2026-03-01

### Added

- A newer one.

## 0.1.0 - 2026-01-31

The first.

### Added

- A server.
`;

Deno.test("notesOf() cuts out the section of a version, with brackets and without", () => {
  assertEquals(notesOf(CHANGELOG, "0.10.0"), "### Added\n\n- A newer one.");
  assertEquals(notesOf(CHANGELOG, "0.1.0"), "The first.\n\n### Added\n\n- A server.");
  assertEquals(
    notesOf(CHANGELOG.replaceAll("\n", "\r\n"), "0.10.0"),
    "### Added\n\n- A newer one.",
  );
});

Deno.test("notesOf() refuses a version that nothing is written about", () => {
  assertThrows(() => notesOf(CHANGELOG, "0.2.0"), ReleaseError, "says nothing of 0.2.0");
  assertThrows(() => notesOf("## 0.2.0\n\n## 0.1.0\n\n- x", "0.2.0"), ReleaseError);
  assertThrows(() => notesOf(CHANGELOG, "0.1"), ReleaseError);
});

Deno.test("notesForTag() refuses a tag that is not deno.json's version", () => {
  assertEquals(notesForTag("v0.10.0", "0.10.0", CHANGELOG), "### Added\n\n- A newer one.");
  for (const tag of ["v0.1.0", "0.10.0", "v0.10.0-rc.1"]) {
    assertThrows(() => notesForTag(tag, "0.10.0", CHANGELOG), ReleaseError, `the tag is ${tag}`);
  }
});

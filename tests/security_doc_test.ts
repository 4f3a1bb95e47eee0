/**
 * What docs/security.md cites is there: clauses of docs/protocol.md, tests, and its own sections.
 *
 * A test is cited as file and name, the name as it stands in the source. Whether the test shows what
 * it is cited for, only a reader can tell.
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { assertKnown, citations, read } from "./clauses.ts";

const DOCUMENT = "docs/security.md";
/** `tests/file.ts: name` */
const TEST = /`(?<file>tests\/[\w/]+\.ts): (?<name>[^`]+)`/g;
const HEADING = /^#{2,3} (?<number>\d+(?:\.\d+)?) /m;
/** The sections about mechanisms; each of them is to cite a test. */
const MECHANISM = /^[34]\.\d+$/;

const document = read(...DOCUMENT.split("/"));
/** Each section's number and text, the subsections of a section apart from it. */
const sections = new Map(
  document.split(/^(?=#{2,3} )/m).flatMap((text): [string, string][] => {
    const number = HEADING.exec(text)?.groups?.["number"];
    return number === undefined ? [] : [[number, text]];
  }),
);

Deno.test("docs/security.md cites only clauses that docs/protocol.md has", () => {
  const numbers = citations(document);
  assertNotEquals(numbers, []);
  assertKnown(DOCUMENT, numbers);
});

Deno.test("docs/security.md cites only tests that there are", () => {
  const missing = testsIn(document).filter(({ file, name }) => !hasTest(file, name));
  assertEquals(missing, []);
});

Deno.test("docs/security.md cites a test for every mechanism, and every mention of one is a citation", () => {
  const mechanisms = [...sections].filter(([number]) => MECHANISM.test(number));
  assert(mechanisms.length > 0);
  const untested = mechanisms.filter(([, text]) => testsIn(text).length === 0);
  assertEquals(untested.map(([number]) => number), []);
  const mentions = document.match(/\btests\/\w/g) ?? [];
  assertEquals(testsIn(document).length, mentions.length);
});

Deno.test("docs/security.md refers only to sections that it has", () => {
  const references = [...document.matchAll(/\((\d\.\d+)\)/g)].map(([, number]) => number!);
  assertNotEquals(references, []);
  assertEquals(references.filter((number) => !sections.has(number)), []);
});

/** All tests that `text` cites. */
function testsIn(text: string): { file: string; name: string }[] {
  return [...text.matchAll(TEST)].map(({ groups }) => ({
    file: groups!["file"]!,
    name: groups!["name"]!.replaceAll(/\s+/g, " "),
  }));
}

/** Whether `file` has the `name`, or what it begins with, as that of a test. */
function hasTest(file: string, name: string): boolean {
  const pattern = new RegExp(
    `(?:[tT]est\\(|name:)\\s*(["'\`])${RegExp.escape(name)}(?:\\1|\\$\\{)`,
  );
  try {
    return pattern.test(read(...file.split("/")));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

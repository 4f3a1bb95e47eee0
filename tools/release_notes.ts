/**
 * Prints the notes of a release, which are its section of CHANGELOG.md:
 *
 *     deno run --allow-read tools/release_notes.ts v0.1.0
 *
 * Exit codes: 0, printed; 1, the tag is not that of deno.json's version, or nothing is written about
 * it; 2, the command line was not understood.
 */

import config from "../deno.json" with { type: "json" };

const CHANGELOG = new URL("../CHANGELOG.md", import.meta.url);

/** The tag cannot be released; the message says why and what to do. */
export class ReleaseError extends Error {
  override readonly name = "ReleaseError";
}

/**
 * What `changelog` says of `version`, without the heading.
 *
 * @throws {ReleaseError} when that is nothing
 */
export function notesOf(changelog: string, version: string): string {
  // "## 0.1.0 - 2026-01-31" or "## [0.1.0] - 2026-01-31".
  const isOurs = (line: string): boolean => line.split(/[\s[\]]+/)[1] === version;
  const lines = changelog.split(/\r?\n/);
  const start = lines.findIndex((line) => line.startsWith("## ") && isOurs(line));
  const rest = start < 0 ? [] : lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith("## "));
  const notes = rest.slice(0, end < 0 ? rest.length : end).join("\n").trim();
  if (notes !== "") return notes;
  throw new ReleaseError(`CHANGELOG.md says nothing of ${version}: write its section first`);
}

/**
 * The notes for `tag`, which must be that of `version`.
 *
 * @throws {ReleaseError}
 */
export function notesForTag(tag: string, version: string, changelog: string): string {
  if (tag === `v${version}`) return notesOf(changelog, version);
  throw new ReleaseError(`the tag is ${tag}, but the version in deno.json is ${version}`);
}

if (import.meta.main) {
  const [tag, ...surplus] = Deno.args;
  if (tag === undefined || surplus.length > 0) {
    console.error("release_notes: name the tag, such as v0.1.0");
    Deno.exit(2);
  }
  try {
    console.log(notesForTag(tag, config.version, await Deno.readTextFile(CHANGELOG)));
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error;
    console.error(`release_notes: ${error.message}`);
    Deno.exit(1);
  }
}

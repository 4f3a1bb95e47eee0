/**
 * The clauses of docs/protocol.md, and what a text cites of them.
 *
 * A citation is "clause" or "clauses" and numbers. Whether it is the right clause, only a reader can
 * tell.
 */

import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

/** The folder of the project. */
export const ROOT = fromFileUrl(new URL("..", import.meta.url));
const CITATION = /\bclauses?\s+(\d[\d.]*(?:(?:,| and| to|, and)\s+\d[\d.]*)*)/gi;
const NUMBER = /\d+(?:\.\d+)*/g;

/** docs/protocol.md. */
export const protocol = read("docs", "protocol.md");
/** The numbers of its headings and of its rules, each in their order. */
export const headings = numbersOf(/^#{2,3} (\d+(?:\.\d+)?) /gm);
export const rules = numbersOf(/^(\d+(?:\.\d+)+) /gm);
const clauses = new Set([...headings, ...rules]);

/** The numbers that `text` cites as clauses. */
export function citations(text: string): string[] {
  return [...text.matchAll(CITATION)].flatMap(([, numbers]) => numbers!.match(NUMBER) ?? []);
}

/** Checks that docs/protocol.md has all clauses of these `numbers`, which `file` cites. */
export function assertKnown(file: string, numbers: readonly string[]): void {
  const unknown = numbers.filter((number) => !clauses.has(number));
  assertEquals(unknown, [], `${file} cites clauses that docs/protocol.md has not`);
}

/** The text of a file of the project, with a newline at the end of every line. */
export function read(...path: readonly string[]): string {
  return Deno.readTextFileSync(join(ROOT, ...path)).replaceAll("\r\n", "\n");
}

function numbersOf(pattern: RegExp): string[] {
  return [...protocol.matchAll(pattern)].map(([, number]) => number!);
}

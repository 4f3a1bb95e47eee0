/**
 * Whatever cites a clause of docs/protocol.md cites one that is there.
 *
 * It reads text only: a citation is "clause" and a number, in docs/protocol.md any number that
 * looks like a clause's. Whether it is the right clause, only a reader can tell.
 */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const DOCUMENT = join(ROOT, "docs", "protocol.md");
const CITATION = /\bclauses?\s+(\d[\d.]*(?:(?:,| and| to|, and)\s+\d[\d.]*)*)/gi;
const NUMBER = /\d+(?:\.\d+)*/g;
/** Numbers with a point in docs/protocol.md that are no clause's. */
const QUANTITIES = /sections?\s+[\d.]+|TLS\s+[\d.]+|\d+\.\d+\s+s\b|between\s+1\s+and\s+1\.25/g;

const document = read(DOCUMENT);
const headings = [...document.matchAll(/^#{2,3} (\d+(?:\.\d+)?) /gm)].map(([, number]) => number!);
const rules = [...document.matchAll(/^(\d+(?:\.\d+)+) /gm)].map(([, number]) => number!);
const clauses = new Set([...headings, ...rules]);

Deno.test("docs/protocol.md numbers its clauses without a gap", () => {
  const next = new Map<string, number>();
  for (const number of [...headings, ...rules]) {
    const parts = number.split(".");
    const last = Number(parts.pop());
    const parent = parts.join(".");
    assertEquals(last, next.get(parent) ?? 1, `clause ${number}`);
    next.set(parent, last + 1);
  }
});

Deno.test("docs/protocol.md refers only to clauses that it has", () => {
  const prose = document.replaceAll(/^```.*?^```$/gms, "").replaceAll(QUANTITIES, "");
  const references = prose.match(/\b\d{1,2}(?:\.\d{1,2}){1,2}\b/g) ?? [];
  assertKnown("docs/protocol.md", [...references, ...citations(prose)]);
});

for (const folder of ["lib", "tests", "tools"]) {
  Deno.test(`${folder}/ cites only clauses that docs/protocol.md has`, () => {
    const files = sources(join(ROOT, folder));
    const cited = files.map((file) => ({ file, numbers: citations(unwrapped(read(file))) }));
    for (const { file, numbers } of cited) assertKnown(file, numbers);
    assert(folder === "tools" || cited.some(({ numbers }) => numbers.length > 0));
  });
}

/** The numbers that `text` cites as clauses. */
function citations(text: string): string[] {
  return [...text.matchAll(CITATION)].flatMap(([, numbers]) => numbers!.match(NUMBER) ?? []);
}

/** `text` with the lines of every comment joined. */
function unwrapped(text: string): string {
  return text.replaceAll(/\n\s*(?:\*|\/\/) /g, " ");
}

function assertKnown(file: string, numbers: readonly string[]): void {
  const unknown = numbers.filter((number) => !clauses.has(number));
  assertEquals(unknown, [], `${file} cites clauses that docs/protocol.md has not`);
}

/** All TypeScript files below `folder`. */
function sources(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (isDirectory) return sources(path);
    return name.endsWith(".ts") ? [path] : [];
  });
}

function read(file: string): string {
  return Deno.readTextFileSync(file).replaceAll("\r\n", "\n");
}

/**
 * Whatever cites a clause of docs/protocol.md cites one that is there.
 *
 * It reads text only. In docs/protocol.md any number that looks like a clause's is a citation too.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { assertKnown, citations, headings, protocol, read, ROOT, rules } from "./clauses.ts";

/** Numbers with a point in docs/protocol.md that are no clause's. */
const QUANTITIES = /sections?\s+[\d.]+|TLS\s+[\d.]+|\d+\.\d+\s+s\b|between\s+1\s+and\s+1\.25/g;

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
  const prose = protocol.replaceAll(/^```.*?^```$/gms, "").replaceAll(QUANTITIES, "");
  const references = prose.match(/\b\d{1,2}(?:\.\d{1,2}){1,2}\b/g) ?? [];
  assertKnown("docs/protocol.md", [...references, ...citations(prose)]);
});

for (const folder of ["lib", "tests", "tools"]) {
  Deno.test(`${folder}/ cites only clauses that docs/protocol.md has`, () => {
    const files = sources(folder);
    const cited = files.map((file) => ({ file, numbers: citations(unwrapped(read(file))) }));
    for (const { file, numbers } of cited) assertKnown(file, numbers);
    assert(folder === "tools" || cited.some(({ numbers }) => numbers.length > 0));
  });
}

/** `text` with the lines of every comment joined. */
function unwrapped(text: string): string {
  return text.replaceAll(/\n\s*(?:\*|\/\/) /g, " ");
}

/** All TypeScript files below `folder` of the project. */
function sources(folder: string): string[] {
  return Array.from(Deno.readDirSync(join(ROOT, folder))).flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (isDirectory) return sources(path);
    return name.endsWith(".ts") ? [path] : [];
  });
}

/** Where a target's inputs begin: its own seeds, and what was found and kept. */

import { hex } from "../hex.ts";
import type { Target } from "./target.ts";

/** A file beside this one, of lines `target hex`; what follows a `#` is a comment. */
function readLines(file: string): { name: string; input: Uint8Array }[] {
  return Deno.readTextFileSync(new URL(file, import.meta.url)).split("\n")
    .map((line) => line.replace(/#.*/, "").trim()).filter((line) => line !== "")
    .map((line) => {
      const [name, digits = ""] = line.split(/\s+/);
      return { name: name!, input: hex(digits) };
    });
}

/** Inputs that broke an invariant once. */
export const CRASHES: readonly { name: string; input: Uint8Array }[] = readLines(
  "fixtures/crashes.txt",
);
/** Inputs that reach much of the code between them, found by a coverage-guided fuzzer. */
const REACHING = readLines("fixtures/reaching.txt");

/** The inputs that a run on `target` begins with. */
export function corpusOf(target: Target): Uint8Array[] {
  const found = [...CRASHES, ...REACHING].filter(({ name }) => name === target.name);
  return [...target.seeds(), ...found.map(({ input }) => input)];
}

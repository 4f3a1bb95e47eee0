/**
 * What Tab makes of a line: the one candidate, what all candidates begin with, or a list of them.
 *
 * Where the candidates come from is not known here.
 */

import { widthOf } from "./rows.ts";

/** What is to be done: a longer line, lines to show, or neither. */
export interface Completion {
  readonly line?: string;
  readonly list?: readonly string[];
}

/** Completes `typed`; a list is made for so many columns. */
export function complete(
  typed: string,
  candidates: readonly string[],
  columns: number,
): Completion {
  const [first, ...others] = candidates;
  if (first === undefined) return {};
  if (others.length === 0) return { line: first };
  const common = others.reduce(commonStart, first);
  return common.length > typed.length ? { line: common } : { list: table(candidates, columns) };
}

function commonStart(a: string, b: string): string {
  const others = Array.from(b);
  const characters = Array.from(a);
  const end = characters.findIndex((character, i) => character !== others[i]);
  return end < 0 ? a : characters.slice(0, end).join("");
}

/** The candidates in columns, read row by row. */
function table(candidates: readonly string[], columns: number): string[] {
  const width = Math.max(...candidates.map(widthOf)) + 2;
  const each = Math.max(1, Math.floor((columns + 2) / width));
  const padded = candidates.map((text) => text + " ".repeat(width - widthOf(text)));
  return Array.from(
    { length: Math.ceil(padded.length / each) },
    (_, row) => padded.slice(row * each, (row + 1) * each).join("").trimEnd(),
  );
}

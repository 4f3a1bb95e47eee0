/**
 * How a sound file of subscribers is laid out: which lines are whose, so that some can be edited.
 *
 * It reads only what such a file holds (headers, strings, tables on a line), and gives up on
 * anything else. The parser alone decides what a file means; edit.ts asks it about every edit.
 */

import { parse } from "smol-toml";

/** Characters of the text from `start` up to, but not with, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A header, a key with its value, a line of comment or a blank one; line ends belong to it. */
export interface Piece extends Span {
  readonly kind: "entry" | "comment" | "blank";
  /** Of an entry: whose it is. */
  readonly subscriber?: string;
  /** Where the secret stands, with its quotes, if it stands here. */
  readonly secret?: Span;
}

const STRING = String
  .raw`"""(?:\\[^]|[^\\])*?""""{0,2}|'''[^]*?''''{0,2}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'`;
const KEY = String.raw`(?:[\w-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')`;
const PATH = String.raw`${KEY}(?:[ \t]*\.[ \t]*${KEY})*`;
const TABLE = String.raw`\{(?:${STRING}|#[^\n]*|[^"'#{}])*\}`;
const REST = String.raw`[ \t]*(?<comment>#[^\n]*)?\r?(?:\n|$)`;
const PIECE = new RegExp(
  String.raw`[ \t]*(?:\[[ \t]*(?<header>${PATH})[ \t]*\]|` +
    String.raw`(?<key>${PATH})[ \t]*=[ \t]*(?<value>${STRING}|${TABLE}))?${REST}`,
  "dy",
);
const IN_TABLE = new RegExp(String.raw`^\{\s*${KEY}\s*=\s*(?<value>${STRING})`, "d");

/**
 * The pieces of `toml`, one after the other; not `complete` where there is something else after
 * them.
 */
export function layout(toml: string): { pieces: readonly Piece[]; complete: boolean } {
  const pieces: Piece[] = [];
  let header: readonly string[] = [];
  // A byte order mark is no part of what stands behind it.
  let start = toml.startsWith("\ufeff") ? 1 : 0;
  while (start < toml.length) {
    PIECE.lastIndex = start;
    const match = PIECE.exec(toml);
    if (match === null) return { pieces, complete: false };
    const end = start + match[0].length;
    const groups = match.groups!;
    if (groups["header"] !== undefined) {
      header = keysOf(groups["header"]);
      pieces.push({ kind: "entry", start, end, subscriber: header[0]! });
    } else if (groups["key"] !== undefined) {
      const keys = [...header, ...keysOf(groups["key"])];
      const [valueStart] = match.indices!.groups!["value"]!;
      const secret = secretIn(groups["value"]!, valueStart);
      pieces.push({ kind: "entry", start, end, subscriber: keys[0]!, ...secret });
    } else {
      pieces.push({ kind: groups["comment"] === undefined ? "blank" : "comment", start, end });
    }
    start = end;
  }
  return { pieces, complete: true };
}

/** In a sound file every string is a secret, and so is the one value of a table on a line. */
function secretIn(value: string, start: number): { secret?: Span } {
  if (!value.startsWith("{")) return { secret: { start, end: start + value.length } };
  const span = IN_TABLE.exec(value)?.indices?.groups?.["value"];
  return span === undefined ? {} : { secret: { start: start + span[0], end: start + span[1] } };
}

/** The keys that a dotted key is made of, as they are meant. */
function keysOf(path: string): string[] {
  return Array.from(
    path.matchAll(new RegExp(KEY, "g")),
    ([key]) => Object.keys(parse(`${key}=1`))[0]!,
  );
}

/**
 * How text fills the rows of a screen: which characters belong together, and how wide they are.
 *
 * A character is a grapheme cluster (UAX #29); its width is what most terminals give it. They do not
 * agree on emoji of several code points: tmux 3.3a, for one, gives ❤️ one column and 👍🏽 four, where
 * both have two here. The text is to have no controls.
 */

import stringWidth from "string-width";

/** A part of a text that fills one row. */
export interface Row {
  readonly text: string;
  /** Where it begins in the whole text. */
  readonly start: number;
  /** In columns. */
  readonly width: number;
}

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The rows that `text` fills on a screen of so many columns; one at least. */
export function rowsOf(text: string, columns: number): Row[] {
  if (/^[ -~]*$/.test(text)) return plainRowsOf(text, columns);
  const rows: Row[] = [];
  let start = 0;
  let width = 0;
  for (const { segment, index } of characters.segment(text)) {
    const more = widthOf(segment);
    if (width + more > columns && index > start) {
      rows.push({ text: text.slice(start, index), start, width });
      start = index;
      width = 0;
    }
    width += more;
  }
  return [...rows, { text: text.slice(start), start, width }];
}

/** How many columns `text` takes. */
export function widthOf(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : stringWidth(text);
}

/** The beginning of `text` that fits into so many columns. */
export function cut(text: string, columns: number): string {
  return rowsOf(text, columns)[0]!.text;
}

/** Where the character before `index` begins. */
export function before(text: string, index: number): number {
  return index === 0 ? 0 : characters.segment(text).containing(index - 1)!.index;
}

/** Where the character at `index` ends. */
export function after(text: string, index: number): number {
  const character = characters.segment(text).containing(index);
  return character === undefined ? text.length : character.index + character.segment.length;
}

function plainRowsOf(text: string, columns: number): Row[] {
  const rows: Row[] = [];
  for (let start = 0; start === 0 || start < text.length; start += columns) {
    const row = text.slice(start, start + columns);
    rows.push({ text: row, start, width: row.length });
  }
  return rows;
}

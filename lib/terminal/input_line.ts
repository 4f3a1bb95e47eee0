/**
 * The drawn line: prompt and typed text on the rows of a screen, and how to take them off again.
 *
 * It returns what is to be written and writes nothing. The rows are broken here and drawn with the
 * terminal's own wrapping off, so that their number is right even where a terminal measures a
 * character differently; what stands left of the cursor is drawn last, so that the terminal itself
 * finds the column. After a resize it expects a terminal that wraps its rows anew, as most do.
 */

import { type Row, rowsOf } from "./rows.ts";
import { visible } from "./visible.ts";

/** How large a screen is. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const CLEAR_ROW = "\x1b[K";
/** Not for the first row: at the top of the screen, tmux would keep what is cleared. */
const CLEAR_BELOW = "\x1b[B\x1b[J\x1b[A";
const WRAP_ON = "\x1b[?7h";
const WRAP_OFF = "\x1b[?7l";

/** What of the input is on the screen. */
export class InputLine {
  #rows: readonly string[] = [];
  /** What stands above and left of the cursor, row by row. */
  #before: readonly string[] = [];

  /** Takes the input off the screen, and leaves the cursor where it began. */
  erase({ columns }: Size): string {
    const up = heightOf(this.#before, columns) - 1;
    const several = Math.max(heightOf(this.#rows, columns), up + 1) > 1;
    this.forget();
    return `${goUp(up)}\r${CLEAR_ROW}${several ? CLEAR_BELOW : ""}`;
  }

  /** Takes it for granted that nothing is drawn: the screen was used by others. */
  forget(): void {
    this.#rows = [];
    this.#before = [];
  }

  /** Draws the input from where the cursor is; what does not fit on the screen is left out. */
  draw(prompt: string, line: string, cursor: number, { columns, rows: height }: Size): string {
    const left = prompt + visible(line.slice(0, cursor));
    const text = left + visible(line.slice(cursor));
    const rows = (left === text ? cursorRows : rowsOf)(text, columns);
    const row = rows.findLastIndex(({ start }) => start <= left.length);
    const first = Math.max(0, Math.min(row, rows.length - height));
    const shown = rows.slice(first, first + height).map(({ text }) => text);
    const beside = rows[row]!.text.slice(0, left.length - rows[row]!.start);
    this.#rows = shown;
    this.#before = [...shown.slice(0, row - first), beside];
    const back = left === text ? "" : `${goUp(first + shown.length - 1 - row)}\r${beside}`;
    return `${WRAP_OFF}${shown.join("\r\n")}${back}${WRAP_ON}`;
  }
}

/** How many rows these take on a screen of so many columns, the cursor after the last; one at least. */
function heightOf(rows: readonly string[], columns: number): number {
  const [last = "", ...above] = rows.toReversed();
  return above.reduce((sum, row) => sum + rowsOf(row, columns).length, 0) +
    cursorRows(last, columns).length;
}

/** The rows of `text` when the cursor stands after it: a full row is followed by an empty one. */
function cursorRows(text: string, columns: number): Row[] {
  const rows = rowsOf(text, columns);
  const full = rows.at(-1)!.width >= columns;
  return full ? [...rows, { text: "", start: text.length, width: 0 }] : rows;
}

function goUp(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : "";
}

/**
 * What a terminal shows, as tmux captures it, taken apart into runs of one look.
 *
 * It knows the few looks that Parley's programs use, and no others.
 */

import stringWidth from "string-width";

/** How text looks. */
export interface Look {
  readonly bold: boolean;
  readonly dim: boolean;
  readonly reverse: boolean;
}

/** Text of one look that begins in a column, counted from 0, and takes some. */
export interface Run {
  readonly column: number;
  readonly columns: number;
  readonly text: string;
  readonly look: Look;
}

/** Where the cursor is, counted from 0. */
export interface Cursor {
  readonly column: number;
  readonly row: number;
}

/** A terminal at one moment. */
export interface Capture {
  readonly rows: readonly (readonly Run[])[];
  readonly cursor: Cursor;
}

const PLAIN: Look = { bold: false, dim: false, reverse: false };
// deno-lint-ignore no-control-regex
const SGR = /\x1b\[([\d;]*)m/;

/** The rows of `text`, which tmux's `capture-pane -e` printed. */
export function readCapture(text: string, cursor: Cursor): Capture {
  let look = PLAIN;
  const rows = text.replace(/\n$/, "").split("\n").map((line) => {
    const row: Run[] = [];
    let column = 0;
    // Odd pieces are the parameters of what changes the look.
    line.split(SGR).forEach((piece, i) => {
      if (i % 2 === 1) return void (look = changed(look, piece));
      if (piece === "") return;
      const columns = stringWidth(piece);
      row.push({ column, columns, text: piece, look });
      column += columns;
    });
    return row;
  });
  return { rows, cursor };
}

function changed(look: Look, parameters: string): Look {
  return parameters.split(";").reduce((look, parameter) => {
    switch (parameter) {
      case "":
      case "0":
        return PLAIN;
      case "1":
        return { ...look, bold: true };
      case "2":
        return { ...look, dim: true };
      case "7":
        return { ...look, reverse: true };
      case "22":
        return { ...look, bold: false, dim: false };
      case "27":
        return { ...look, reverse: false };
      default:
        return look;
    }
  }, look);
}

/** What tmux prints of a screen, read. */

import { assertEquals } from "@std/assert";
import { readCapture } from "../../../tools/screens/capture.ts";

const CURSOR = { column: 2, row: 0 };

Deno.test("readCapture() gives every row its runs, with the columns that they take", () => {
  const { rows, cursor } = readCapture("plain\n\n漢字 \x1b[1mbold\x1b[0m!\n", CURSOR);
  const seen = rows.map((row) => row.map(({ column, columns, text }) => [column, columns, text]));
  assertEquals(seen, [[[0, 5, "plain"]], [], [[0, 5, "漢字 "], [5, 4, "bold"], [9, 1, "!"]]]);
  assertEquals(cursor, CURSOR);
});

Deno.test("readCapture() carries a look on until it is taken back, over rows too", () => {
  const { rows } = readCapture(
    "\x1b[7;1mboth\nstill\x1b[27mbold\x1b[22mplain\x1b[2mdim\x1b[m.",
    CURSOR,
  );
  const looks = rows.flat().map(({ text, look }) => [
    text,
    ...Object.entries(look).filter(([, has]) => has).map(([name]) => name),
  ]);
  assertEquals(looks, [
    ["both", "bold", "reverse"],
    ["still", "bold", "reverse"],
    ["bold", "bold"],
    ["plain"],
    ["dim", "dim"],
    ["."],
  ]);
});

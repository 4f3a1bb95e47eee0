/** How text fills rows. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { cut, rowsOf, widthOf } from "../../lib/terminal/rows.ts";

const texts = (text: string, columns: number): string[] =>
  rowsOf(text, columns).map(({ text }) => text);

Deno.test("rowsOf() breaks where the next character does not fit", () => {
  assertEquals(texts("", 3), [""]);
  assertEquals(texts("abc", 3), ["abc"]);
  assertEquals(texts("abcd", 3), ["abc", "d"]);
  assertEquals(texts("a日本", 4), ["a日", "本"]);
  assertEquals(texts("👩\u200d👩\u200d👧👍🏽e\u0301e\u0301", 4), [
    "👩\u200d👩\u200d👧👍🏽",
    "e\u0301e\u0301",
  ]);
  assertEquals(texts("日本", 1), ["日", "本"]);
});

Deno.test("cut() keeps what fits", () => {
  assertEquals([cut("日本語", 5), cut("abc", 9), cut("", 1)], ["日本", "abc", ""]);
});

Deno.test("rowsOf() leaves nothing out, and fits where a character does", () => {
  const unit = fc.constantFrom(
    "a",
    " ",
    "日",
    "e\u0301",
    "👍🏽",
    "👩\u200d👧",
    "🇫🇷",
    "\u0301",
    "ﷺ",
    "ก",
  );
  fc.assert(
    fc.property(fc.string({ unit }), fc.integer({ min: 2, max: 20 }), (text, columns) => {
      const rows = rowsOf(text, columns);
      assertEquals(rows.map(({ text }) => text).join(""), text);
      for (const row of rows) {
        assert(row.width <= columns);
        assertEquals(row.width, widthOf(row.text));
        assertEquals(text.slice(row.start, row.start + row.text.length), row.text);
      }
    }),
    { numRuns: 500 },
  );
});

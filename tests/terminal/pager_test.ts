/** A pager without a screen: keys and sizes in, rows out. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { Pager } from "../../lib/terminal/pager.ts";
import { rowsOf } from "../../lib/terminal/rows.ts";

const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}`);

/** The rows above the last one, and the last one. */
function look(pager: Pager): { rows: string[]; status: string } {
  const rows = pager.screen();
  return { rows: rows.slice(0, -1), status: rows.at(-1)! };
}

Deno.test("Pager shows the end first, and wants what comes before it", () => {
  const pager = new Pager("History", { columns: 40, rows: 5 });
  assert(pager.wanting && pager.fits);
  pager.add(lines(91, 100));
  assert(!pager.wanting && !pager.fits);
  assertEquals(look(pager), {
    rows: lines(97, 100),
    status: " History  end                  q leaves ",
  });
  pager.press("page up");
  assertEquals(look(pager).rows, lines(93, 96));
  assertStringIncludes(look(pager).status, "4 below  loading");
});

Deno.test("Pager goes to the beginning when it is there, and stops on the way when told", () => {
  const pager = new Pager("", { columns: 40, rows: 5 });
  pager.add(lines(91, 100));
  pager.press("g");
  pager.add(lines(81, 90));
  assertEquals(look(pager).rows, lines(81, 84));
  assert(pager.wanting);
  pager.press("j");
  assertEquals(look(pager).rows, lines(82, 85));
  pager.press("home");
  pager.add(lines(71, 80));
  pager.add([]);
  assert(!pager.wanting);
  assertEquals(look(pager).rows, lines(71, 74));
  assertStringIncludes(look(pager).status, "beginning");
});

Deno.test("Pager keeps the last line that it shows when its size changes", () => {
  const pager = new Pager("", { columns: 40, rows: 5 });
  pager.add(lines(1, 100).map((line) => `${line} 日本`));
  pager.press("k");
  pager.resize({ columns: 8, rows: 4 });
  assertEquals(look(pager).rows, ["日本", "line 99 ", "日本"]);
  pager.resize({ columns: 40, rows: 3 });
  assertEquals(look(pager).rows, ["line 98 日本", "line 99 日本"]);
});

Deno.test("Pager tells of news and of what could not be loaded", () => {
  const pager = new Pager("title", { columns: 50, rows: 3 });
  pager.add(lines(1, 5));
  pager.tell();
  pager.fail();
  assertEquals(pager.wanting, false);
  assertEquals(look(pager).status, " title  end  rest not loaded  1 new      q leaves ");
  pager.resize({ columns: 24, rows: 3 });
  assertEquals(look(pager).status, " title  end  r q leaves ");
  pager.resize({ columns: 5, rows: 3 });
  assertEquals(look(pager).status.length, 5);
});

Deno.test("Pager shows a window of the wrapped text, whatever is pressed", () => {
  const size = fc.record({
    columns: fc.integer({ min: 1, max: 30 }),
    rows: fc.integer({ min: 1, max: 12 }),
  });
  const action = fc.oneof(
    fc.constantFrom("up", "down", "page up", "page down", "home", "end", "x", "add", "none"),
    size,
  );
  const text = fc.array(fc.string({ unit: fc.constantFrom("a", "日", " ", "e\u0301", "👍🏽") }));
  fc.assert(
    fc.property(size, fc.array(text, { maxLength: 6 }), fc.array(action), (first, chunks, acts) => {
      let { columns, rows } = first;
      const pager = new Pager("title", first);
      const left = chunks.filter((chunk) => chunk.length > 0);
      let all: string[] = [];
      const add = (chunk: string[]): void => {
        pager.add(chunk);
        all = [...chunk, ...all];
      };
      for (const act of acts) {
        if (typeof act !== "string") pager.resize({ columns, rows } = act);
        else if (act === "add") add(left.pop() ?? []);
        else pager.press(act);
        const wrapped = all.flatMap((line) => rowsOf(line, columns).map(({ text }) => text));
        const screen = pager.screen();
        const height = Math.max(1, rows - 1);
        assertEquals(screen.length, height + 1);
        const window = screen.slice(0, Math.min(height, wrapped.length));
        assert(
          wrapped.some((_, at) => window.every((row, i) => wrapped[at + i] === row)) ||
            wrapped.length === 0,
        );
        if (act === "end") assertEquals(window, wrapped.slice(-height));
        if (act === "home") assertEquals(window, wrapped.slice(0, height));
      }
      assertEquals(pager.lines, all);
    }),
    { numRuns: 300 },
  );
});

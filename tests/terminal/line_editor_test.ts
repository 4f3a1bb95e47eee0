/** The line being typed, without a screen. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LineEditor } from "../../lib/terminal/line_editor.ts";

/** The line after `keys`, with a bar where the cursor is; a text of several words is inserted. */
function typed(text: string, ...keys: string[]): string {
  const editor = new LineEditor();
  editor.insert(text);
  for (const key of keys) editor.press(key);
  return shown(editor);
}

function shown({ line, cursor }: LineEditor): string {
  return `${line.slice(0, cursor)}|${line.slice(cursor)}`;
}

Deno.test("LineEditor moves and deletes by whole characters", () => {
  assertEquals(typed("a👩\u200d👧b", "left", "left"), "a|👩\u200d👧b");
  assertEquals(typed("a👍🏽", "backspace"), "a|");
  assertEquals(typed("e\u0301🇫🇷x", "home", "delete", "ctrl-d"), "|x");
  assertEquals(typed("ab", "ctrl-a", "right", "end", "right"), "ab|");
});

Deno.test("LineEditor moves and deletes by words, and puts back what it cut", () => {
  assertEquals(typed("one two,  zwölf", "alt-b", "ctrl-left"), "one |two,  zwölf");
  assertEquals(typed("one two", "home", "alt-f"), "one| two");
  assertEquals(typed("one two ", "ctrl-w"), "one |");
  assertEquals(typed("one two", "ctrl-w", "home", "ctrl-y"), "two|one ");
  assertEquals(typed("one two", "home", "alt-d", "end", "ctrl-y"), " twoone|");
  assertEquals(typed("one two", "alt-b", "ctrl-k"), "one |");
  assertEquals(typed("one two", "alt-b", "ctrl-u"), "|two");
});

Deno.test("LineEditor comes back to earlier lines, and to the new one", () => {
  const editor = new LineEditor();
  for (const line of ["one", "two", "", "two"]) {
    editor.insert(line);
    assertEquals(editor.enter(), line);
  }
  editor.insert("new");
  const seen = ["up", "up", "up", "down", "down", "down"].map((key) => {
    editor.press(key);
    return shown(editor);
  });
  assertEquals(seen, ["two|", "one|", "one|", "two|", "new|", "new|"]);
  editor.press("up");
  editor.clear();
  assertEquals(shown(editor), "|");
  editor.press("up");
  assertEquals(editor.enter(), "two");
});

Deno.test("LineEditor ignores keys that do not edit, and takes any text", () => {
  assertEquals(typed("a\tb\x1b", "unknown", "toString", "f"), "a\tb\x1b|");
});

Deno.test("LineEditor keeps its cursor in the line, whatever is pressed", () => {
  const keys = "left right home end ctrl-left ctrl-right backspace delete ctrl-w alt-d ctrl-u " +
    "ctrl-k ctrl-y up down enter";
  const act = fc.oneof(
    fc.constantFrom(...keys.split(" ")),
    fc.string({ unit: "binary" }).map((text) => ({ text })),
  );
  fc.assert(
    fc.property(fc.array(act), (acts) => {
      const editor = new LineEditor();
      for (const act of acts) {
        if (typeof act !== "string") editor.insert(act.text);
        else if (act === "enter") editor.enter();
        else editor.press(act);
        assert(editor.cursor >= 0 && editor.cursor <= editor.line.length);
      }
    }),
    { numRuns: 100 },
  );
});

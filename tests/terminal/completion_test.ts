/** What Tab makes of a line. */

import { assertEquals } from "@std/assert";
import { complete } from "../../lib/terminal/completion.ts";

Deno.test("complete() fills in the only candidate, however it is spelled", () => {
  assertEquals(complete("chat  b", ["Chat bob"], 40), { line: "Chat bob" });
  assertEquals(complete("x", [], 40), {});
});

Deno.test("complete() fills in what all candidates begin with", () => {
  assertEquals(complete("C", ["Chat bob", "Chat barbara"], 40), { line: "Chat b" });
  assertEquals(complete("", ["😀", "😁"], 40), { list: ["😀  😁"] });
});

Deno.test("complete() lists the candidates in columns where it can fill in nothing", () => {
  assertEquals(complete("", ["a", "日本", "ccc", "d"], 10), { list: ["a     日本", "ccc   d"] });
  assertEquals(complete("", ["abc", "def"], 2), { list: ["abc", "def"] });
});

/** How a person is called who looks elsewhere. */

import { assertEquals } from "@std/assert";
import { notification } from "../../lib/terminal/notify.ts";

Deno.test("notification() is nothing, a bell, or a message of bounded length and a bell", () => {
  assertEquals(notification("bob: hi", "off"), "");
  assertEquals(notification("bob: hi", "bell"), "\x07");
  assertEquals(notification("bob: hi", "desktop"), "\x1b]9;bob: hi\x07\x07");
  assertEquals(notification("日".repeat(99), "desktop"), `\x1b]9;${"日".repeat(50)}\x07\x07`);
});

Deno.test("notification() lets nothing of the text act on the terminal", () => {
  assertEquals(notification("a\x07\x1b\\\x9c\n", "desktop"), "\x1b]9;a␇␛\\<U+009C>␊\x07\x07");
  assertEquals(notification("4;3", "desktop"), "\x1b]9; 4;3\x07\x07");
});

/** What a terminal sends, told apart: the same whatever the pieces. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Input, KeySplitter } from "../../lib/terminal/keys.ts";

const encoder = new TextEncoder();

/** What `pieces` are read as, with adjacent texts joined. */
function split(...pieces: Uint8Array[]): Input[] {
  const splitter = new KeySplitter();
  const inputs: Input[] = [];
  for (const input of pieces.flatMap((piece) => splitter.push(piece))) {
    const last = inputs.at(-1);
    if (last !== undefined && "text" in last && "text" in input && last.kind === input.kind) {
      inputs[inputs.length - 1] = { kind: last.kind, text: last.text + input.text };
    } else inputs.push(input);
  }
  return inputs;
}

const read = (text: string): Input[] => split(encoder.encode(text));
const key = (name: string): Input => ({ kind: "key", name });
const text = (text: string): Input => ({ kind: "text", text });
const paste = (text: string): Input => ({ kind: "paste", text });

Deno.test("KeySplitter names keys", () => {
  const names = {
    "\x1b[A": "up",
    "\x1bOB": "down",
    "\x1b[1;5C": "ctrl-right",
    "\x1b[1;3D": "alt-left",
    "\x1b[1;2D": "left",
    "\x1bOH": "home",
    "\x1b[4~": "end",
    "\x1b[3~": "delete",
    "\x1b[5~": "page up",
    "\x1bb": "alt-b",
    "\x1b\x7f": "alt-backspace",
    "\x7f": "backspace",
    "\b": "backspace",
    "\t": "tab",
    "\r": "enter",
    "\n": "enter",
    "\x03": "ctrl-c",
    "\x1f": "ctrl-_",
    "\x1b[[A": "unknown",
    "\x1bOP": "unknown",
    "\x1b[15;2~": "unknown",
    "\x1b[?1;2c": "unknown",
  };
  for (const [sequence, name] of Object.entries(names)) {
    assertEquals(read(sequence), [key(name)], name);
  }
});

Deno.test("KeySplitter takes focus reports and pastes out of what is typed", () => {
  assertEquals(read("a\x1b[Ib\x1b[200~c\r\nd\re\n\n\tf\x1b[A\x1b[201~\x1b[O\r\n日"), [
    text("a"),
    { kind: "focus", focused: true },
    text("b"),
    paste("c\nd\ne\n\n\tf\x1b[A"),
    { kind: "focus", focused: false },
    key("enter"),
    text("日"),
  ]);
});

Deno.test("KeySplitter ends a paste at Ctrl-C, in case its end is lost", () => {
  assertEquals(read("\x1b[200~a\x1b[20\x03b"), [paste("a\x1b[20"), key("ctrl-c"), text("b")]);
});

Deno.test("KeySplitter takes a lone ESC for a key only when nothing follows", () => {
  const splitter = new KeySplitter();
  assertEquals([splitter.push(encoder.encode("\x1b")), splitter.waiting], [[], true]);
  assertEquals([splitter.pause(), splitter.waiting], [[key("escape")], false]);
  assertEquals(splitter.push(encoder.encode("\x1b[")), []);
  assertEquals(splitter.push(encoder.encode("A")), [key("up")]);
  assertEquals(read("\x1b\x1b[A"), [key("escape"), key("up")]);
  const endless = `\x1b[${"1".repeat(100)}`;
  assertEquals(read(endless), [key("escape"), text(endless.slice(1))]);
});

Deno.test("KeySplitter reads the same whatever the pieces", () => {
  const parts = fc.array(fc.constantFrom(
    ..."a日é👍🏽 \r\n\t\x03\x1b[;~",
    "\x1b[A",
    "\x1b[1;5D",
    "\x1b[[",
    "\x1b[[A",
    `\x1b[${"1".repeat(20)}`,
    "\x1b[!!!!",
    "\x1bOH",
    "\x1bb",
    "\x1b[I",
    "\x1b[O",
    "\x1b[200~",
    "\x1b[201~",
    "\r\n",
  )).map((parts) => encoder.encode(parts.join("")));
  fc.assert(
    fc.property(parts, fc.array(fc.nat({ max: 8 })), (bytes, lengths) => {
      const pieces: Uint8Array[] = [];
      let at = 0;
      for (const length of lengths) pieces.push(bytes.subarray(at, at += length));
      pieces.push(bytes.subarray(at));
      assertEquals(split(...pieces), split(bytes));
      assertEquals(split(...Array.from(bytes, (byte) => Uint8Array.of(byte))), split(bytes));
    }),
    { numRuns: 1_000 },
  );
});

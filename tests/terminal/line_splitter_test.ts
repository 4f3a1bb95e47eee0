/** Lines out of bytes: the same whatever the pieces, and never more of one than its bound. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { LineSplitter, MAX_LINE } from "../../lib/terminal/line_splitter.ts";

const encoder = new TextEncoder();

/** The lines of `pieces`, and how many bytes were dropped of each that was cut. */
function split(...pieces: (Uint8Array | string)[]): { lines: string[]; dropped: number[] } {
  const dropped: number[] = [];
  const splitter = new LineSplitter((count) => dropped.push(count));
  const lines = pieces.flatMap((piece) =>
    splitter.push(typeof piece === "string" ? encoder.encode(piece) : piece)
  );
  return { lines: [...lines, ...splitter.end()], dropped };
}

Deno.test("LineSplitter ends lines at LF and CR LF, and keeps a last line without either", () => {
  assertEquals(split("a\nb\r\n\n c \r\rd\n").lines, ["a", "b", "", " c \r\rd"]);
  assertEquals(split("a\n", "b").lines, ["a", "b"]);
  assertEquals(split("").lines, []);
});

Deno.test("LineSplitter turns bytes that are not UTF-8 into U+FFFD", () => {
  assertEquals(split(Uint8Array.of(0x61, 0xff, 0x62, 0xe2, 0x82, 0x0a)).lines, ["a\ufffdb\ufffd"]);
});

Deno.test("LineSplitter takes a byte order mark off the first line only", () => {
  assertEquals(split("\ufeffLog on\n\ufeffx\n").lines, ["Log on", "\ufeffx"]);
});

Deno.test("LineSplitter gives the same lines for any split of the bytes", () => {
  const unit = fc.constantFrom("a", "é", "😀", "\r", "\n", "\r\n", "\ufeff");
  fc.assert(
    fc.property(fc.string({ unit }), fc.array(fc.nat(40)), (text, cuts) => {
      const bytes = encoder.encode(text);
      const at = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b)];
      const pieces = at.map((start, i) => bytes.slice(start, at[i + 1] ?? bytes.length));
      assertEquals(split(...pieces), split(bytes));
      assertEquals(split(...Array.from(bytes, (byte) => Uint8Array.of(byte))), split(bytes));
    }),
  );
});

Deno.test("LineSplitter keeps a line of MAX_LINE bytes whole and tells what it cuts of a longer one", () => {
  const longest = "x".repeat(MAX_LINE);
  assertEquals(split(`${longest}\nnext`), { lines: [longest, "next"], dropped: [] });
  assertEquals(split(longest, "yy", "z\nnext"), { lines: [longest, "next"], dropped: [3] });
  assertEquals(split(`${longest}yy`), { lines: [longest], dropped: [2] });
});

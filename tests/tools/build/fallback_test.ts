/** The runtime in a compiled program is found where its ELF image ends. */

import { assertEquals, assertThrows } from "@std/assert";
import { elfImage } from "../../../tools/build/fallback.ts";

/** An image of `length` bytes that ends with `count` section headers of 64 bytes. */
function image(length: number, count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length).fill(7);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x7f454c46);
  view.setBigUint64(0x28, BigInt(length - 64 * count), true);
  view.setUint16(0x3a, 64, true);
  view.setUint16(0x3c, count, true);
  return bytes;
}

Deno.test("elfImage() leaves out what is appended, and nothing else", () => {
  for (const [length, count] of [[500, 3], [64 + 64, 1]] as const) {
    const alone = image(length, count);
    assertEquals(elfImage(alone), alone);
    const appended = Uint8Array.from([...alone, ...new TextEncoder().encode("d3n0l4nd")]);
    assertEquals(elfImage(appended), alone);
  }
});

Deno.test("elfImage() refuses what is no image", () => {
  assertThrows(() => elfImage(new Uint8Array(10)), Error, "not an ELF image");
  assertThrows(() => elfImage(new Uint8Array(100)), Error, "not an ELF image");
});

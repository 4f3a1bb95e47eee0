/** Chat text: clause 2.2. */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { MAX_TEXT, parseText, textFromString, textToString } from "../../lib/codec/mod.ts";
import { hex } from "../hex.ts";
import { assertRefuses, refusal } from "./refusal.ts";

const INVALID_UTF8: Record<string, string> = {
  "a lone continuation byte": "80",
  "a continuation byte after ASCII": "61 bf",
  "an overlong / in two bytes": "c0 af",
  "an overlong NUL (modified UTF-8)": "c0 80",
  "the last overlong form of two bytes": "c1 bf",
  "an overlong / in three bytes": "e0 80 af",
  "the last overlong form of three bytes": "e0 9f bf",
  "an overlong / in four bytes": "f0 80 80 af",
  "the last overlong form of four bytes": "f0 8f bf bf",
  "the first high surrogate": "ed a0 80",
  "the last low surrogate": "ed bf bf",
  "a surrogate pair (CESU-8)": "ed a0 bd ed b8 80",
  "a code point above U+10FFFF": "f4 90 80 80",
  "a lead byte f5": "f5 80 80 80",
  "a sequence of five bytes": "f8 88 80 80 80",
  "a sequence of six bytes": "fc 84 80 80 80 80",
  "the byte fe": "fe",
  "the byte ff": "ff",
  "one byte of two": "c3",
  "one byte of three": "e2",
  "two bytes of three": "e2 9c",
  "three bytes of four": "f0 9f 98",
  "a truncated sequence before ASCII": "e2 9c 61",
  "a truncated sequence before another": "e2 9c c3 a9",
  "UTF-16 with its byte order mark": "ff fe 61 00",
};

for (const [form, bytes] of Object.entries(INVALID_UTF8)) {
  Deno.test(`parseText() refuses ${form}`, () => {
    assertRefuses(() => parseText(hex(bytes)), "bad_text");
    assertRefuses(() => parseText(hex("68 69", bytes)), "bad_text");
    assertRefuses(() => parseText(hex("c3a9", bytes, "c3a9")), "bad_text");
  });
}

Deno.test("parseText() takes the first and the last code point of every length", () => {
  for (const code of [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff]) {
    const string = String.fromCodePoint(code);
    assertEquals(textToString(textFromString(string)), string);
  }
});

Deno.test("parseText() takes 1 to 4096 bytes and no more", () => {
  assertRefuses(() => parseText(new Uint8Array(0)), "bad_text");
  assertEquals(parseText(hex("61")).length, 1);
  assertEquals(parseText(new Uint8Array(MAX_TEXT).fill(0x61)).length, 4096);
  assertRefuses(() => parseText(new Uint8Array(MAX_TEXT + 1).fill(0x61)), "bad_text");
});

Deno.test("parseText() returns the same memory", () => {
  const bytes = hex("68c3a9");
  assertStrictEquals<Uint8Array>(parseText(bytes), bytes);
});

Deno.test("parseText() agrees with decoding and encoding again, on any bytes", () => {
  const lossy = new TextDecoder("utf-8", { ignoreBOM: true });
  const encoder = new TextEncoder();
  const scraps = fc.constantFrom("61", "c3a9", "e29c93", "f09f9880", "80", "ed", "a0", "f4", "e2");
  const mixed = fc.array(scraps, { minLength: 1, maxLength: 6 }).map((parts) => hex(...parts));
  const any = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 8 }), mixed);
  fc.assert(
    fc.property(any, (bytes) => {
      const again = encoder.encode(lossy.decode(bytes));
      const valid = again.length === bytes.length && again.every((byte, i) => byte === bytes[i]);
      assertEquals(refusal(() => parseText(bytes)), valid ? undefined : "bad_text");
    }),
    { numRuns: 500 },
  );
});

Deno.test("textFromString() counts bytes, not characters", () => {
  assertEquals(textFromString("é".repeat(2048)).length, 4096);
  assertRefuses(() => textFromString("é".repeat(2048) + "a"), "bad_text");
  assertRefuses(() => textFromString(""), "bad_text");
});

Deno.test("textFromString() refuses half a surrogate pair instead of replacing it", () => {
  for (const string of ["\ud83d", "\ude00", "a\ud83db", "\ude00\ud83d"]) {
    assertRefuses(() => textFromString(string), "bad_text");
  }
});

Deno.test("textToString() undoes textFromString(), byte order mark and all", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 50 }), (string) => {
    assertEquals(textToString(textFromString(string)), string);
  }));
  const marked = "\ufeffhello";
  assertEquals(textToString(textFromString(marked)), marked);
});

Deno.test("parseText() still judges rightly after a refusal", () => {
  assertRefuses(() => parseText(hex("e29c")), "bad_text");
  assert(parseText(hex("e29c93")));
  assertRefuses(() => parseText(hex("93")), "bad_text");
});

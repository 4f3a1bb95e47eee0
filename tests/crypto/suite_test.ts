/** ChaCha20-Poly1305 by each library: one vector, one behaviour. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import sodium from "libsodium-wrappers";
import { chacha, nodeSuite, sodiumSuite } from "../../lib/crypto/primitives.ts";
import { bySize, LONGEST, type Suite } from "../../lib/crypto/suite.ts";
import { concatBytes, hex } from "../hex.ts";

/** RFC 8439, section 2.8.2. */
const VECTOR = {
  key: hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"),
  nonce: hex("070000004041424344454647"),
  associated: hex("50515253c0c1c2c3c4c5c6c7"),
  plaintext: new TextEncoder().encode(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the " +
      "future, sunscreen would be it.",
  ),
  sealed: hex(
    "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6" +
      "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36" +
      "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc" +
      "3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691",
  ),
};
const { key, nonce, associated, plaintext } = VECTOR;
const header = associated.length;
const record = concatBytes(associated, VECTOR.sealed);

/** Everything of a record, sealed by `suite`. */
function seal(suite: Suite, clear: Uint8Array, bytes: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(clear.length + bytes.length + 16);
  sealed.set(clear);
  suite.seal(key, nonce, sealed, clear.length, bytes);
  return sealed;
}

/** The plaintext, or undefined where `suite` opens nothing; then it has to leave the target alone. */
function open(
  suite: Suite,
  whole: Uint8Array,
  clear = header,
  { key, nonce } = VECTOR,
): Uint8Array | undefined {
  const target = new Uint8Array(Math.max(whole.length - clear - 16, 0)).fill(0xcc);
  if (suite.open(key, nonce, whole, clear, target, 0)) return target;
  assert(target.every((byte) => byte === 0xcc), "something is visible of what did not open");
  return undefined;
}

const suites: [name: string, suite: Suite | undefined][] = [
  ["libsodium", sodiumSuite],
  ["node:crypto", nodeSuite],
  ["the choice between them", chacha],
];

for (const [name, suite = chacha] of suites) {
  const missing = name === "node:crypto" && nodeSuite === undefined;
  const test = (what: string, fn: () => void): void =>
    Deno.test({
      name: `${name} ${what}` +
        (missing ? " (skipped: node:crypto of this Deno has no chacha20-poly1305)" : ""),
      ignore: missing,
      fn,
    });

  test("gives the AEAD of RFC 8439, section 2.8.2", () => {
    assertEquals(seal(suite, associated, plaintext), record);
    assertEquals(open(suite, record), plaintext);
  });

  test("seals and opens in place", () => {
    const place = concatBytes(associated, plaintext, new Uint8Array(16));
    suite.seal(key, nonce, place, header, place.subarray(header, -16));
    assertEquals(place, record);
    assertEquals(suite.open(key, nonce, place, header, place, header), true);
    assertEquals(place.subarray(header, -16), plaintext);
  });

  test("refuses another key, nonce or header, and shows nothing", () => {
    const other = (bytes: Uint8Array): Uint8Array => bytes.with(0, bytes[0]! ^ 1);
    assertEquals(open(suite, record, header, { ...VECTOR, key: other(key) }), undefined);
    assertEquals(open(suite, record, header, { ...VECTOR, nonce: other(nonce) }), undefined);
    assertEquals(open(suite, other(record)), undefined);
    assertEquals(open(suite, record, header - 1), undefined);
    assertEquals(open(suite, record.subarray(header), 0), undefined);
  });

  test("refuses a bit turned over anywhere, and every shorter record, and shows nothing", () => {
    for (let at = 0; at < record.length; at++) {
      assertEquals(open(suite, record.with(at, record[at]! ^ 0x10)), undefined, `byte ${at}`);
      assertEquals(open(suite, record.subarray(0, at)), undefined, `${at} bytes`);
    }
  });

  test("takes records of 32 KiB and none longer, and no other room than is needed", () => {
    const longest = new Uint8Array(LONGEST - 18).fill(7);
    const sealed = seal(suite, Uint8Array.of(1, 2), longest);
    assertEquals(open(suite, sealed, 2), longest);
    const longer = concatBytes(sealed, Uint8Array.of(0));
    assertThrows(() => seal(suite, Uint8Array.of(1, 2, 3), longest), RangeError);
    assertThrows(() => open(suite, longer, 2), RangeError);
    for (const room of [16, 17, 19, 34]) {
      const place = new Uint8Array(room);
      assertThrows(() => suite.seal(key, nonce, place, 2, new Uint8Array(0)), RangeError);
    }
    assertThrows(
      () => suite.open(key, nonce, record, header, new Uint8Array(plaintext.length + 6), 7),
      RangeError,
    );
  });
}

Deno.test({
  name: "libsodium and node:crypto make the same of anything of any length" +
    (nodeSuite === undefined ? " (skipped: node:crypto of this Deno has no such cipher)" : ""),
  ignore: nodeSuite === undefined,
  fn: () => {
    const length = fc.oneof(fc.nat(200), fc.nat(16_384), fc.constantFrom(0, 63, 64, 65, 16_384));
    const bytes = length.chain((n) => fc.nat(255).map((fill) => new Uint8Array(n).fill(fill)));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), bytes, (clear, bytes) => {
      const sealed = seal(sodiumSuite, clear, bytes);
      assertEquals(seal(nodeSuite!, clear, bytes), sealed);
      assertEquals(open(nodeSuite!, sealed, clear.length), bytes);
      assertEquals(open(sodiumSuite, sealed, clear.length), bytes);
    }));
  },
});

Deno.test("libsodium's memory may grow between two records", () => {
  sodium.crypto_generichash(16, new Uint8Array(32 * 1024 * 1024), null);
  assertEquals(seal(sodiumSuite, associated, plaintext), record);
  assertEquals(open(sodiumSuite, record), plaintext);
});

Deno.test("bySize() has small records done by one and large ones by the other", () => {
  const done: string[] = [];
  const suite = (name: string): Suite => ({
    seal: (_key, _nonce, { length }) => void done.push(`${name} seals ${length}`),
    open: (_key, _nonce, { length }) => done.push(`${name} opens ${length}`) > 0,
  });
  const both = bySize(suite("small"), suite("large"), 100);
  for (const length of [99, 100]) {
    seal(both, Uint8Array.of(1), new Uint8Array(length - 17));
    open(both, new Uint8Array(length), 1);
  }
  assertEquals(done, ["small seals 99", "small opens 99", "large seals 100", "large opens 100"]);
});

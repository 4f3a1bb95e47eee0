/** Sealing and opening: clause 6.3. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Opener, Sealer, type TrafficKey } from "../../lib/crypto/mod.ts";
import { chacha } from "../../lib/crypto/primitives.ts";
import { recordNonce } from "../../lib/crypto/sealing.ts";
import { concatBytes, hex, toHex } from "../hex.ts";

const key: TrafficKey = {
  key: Uint8Array.from({ length: 32 }, (_, i) => i),
  iv: hex("f0f1f2f3f4f5f6f7f8f9fafb"),
};
const header = Uint8Array.of(0x00, 0x20);
const plaintext = new TextEncoder().encode("sixteen bytes...");

Deno.test("recordNonce() is the IV xor the count, across every carry, whatever came before", () => {
  const zero = new Uint8Array(12);
  const counts: [count: number, nonce: string][] = [
    [0, "000000000000000000000000"],
    [1, "000000000000000000000001"],
    [2 ** 8 - 1, "0000000000000000000000ff"],
    [2 ** 8, "000000000000000000000100"],
    [2 ** 16, "000000000000000000010000"],
    [2 ** 31, "000000000000000080000000"],
    [2 ** 32 - 1, "0000000000000000ffffffff"],
    [2 ** 32, "000000000000000100000000"],
    [2 ** 32 + 257, "000000000000000100000101"],
    [2 ** 48 - 1, "000000000000ffffffffffff"],
  ];
  for (const order of [counts, counts.toReversed()]) {
    for (const [count, nonce] of order) {
      assertEquals(toHex(recordNonce(zero, count)), nonce);
      const expected = hex(nonce).map((byte, i) => byte ^ key.iv[i]!);
      assertEquals(recordNonce(key.iv, count), expected, `count ${count}`);
    }
  }
});

Deno.test("Sealer and Opener leave key and IV as they are, and refuse those of another length", () => {
  const own = { key: key.key.slice(), iv: key.iv.slice() };
  new Opener(own).open(header, new Sealer(own).seal(header, plaintext));
  assertEquals(own, key);
  for (const [bytes, iv] of [[31, 12], [33, 12], [32, 11], [32, 13]] as const) {
    const wrong = { key: new Uint8Array(bytes), iv: new Uint8Array(iv) };
    assertThrows(() => new Sealer(wrong), RangeError);
    assertThrows(() => new Opener(wrong), RangeError);
  }
});

Deno.test("Sealer seals record n with the nonce IV xor n, and Opener opens it", () => {
  const sealer = new Sealer(key);
  const opener = new Opener(key);
  for (let n = 0; n < 600; n++) {
    const nonce = key.iv.slice();
    nonce[11]! ^= n & 0xff;
    nonce[10]! ^= n >> 8;
    const sealed = sealer.seal(header, plaintext);
    const record = concatBytes(header, new Uint8Array(plaintext.length + 16));
    chacha.seal(key.key, nonce, record, header.length, plaintext);
    assertEquals(sealed, record.subarray(header.length), `record ${n}`);
    assertEquals(opener.open(header, sealed), plaintext, `record ${n}`);
  }
});

Deno.test("what is sealed is 16 bytes longer, and opens to the same bytes at any length", () => {
  const sealer = new Sealer(key);
  const opener = new Opener(key);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array(), (bytes, associated) => {
    const sealed = sealer.seal(associated, bytes);
    assertEquals(sealed.length, bytes.length + 16);
    assertEquals(opener.open(associated, sealed), bytes);
  }));
});

Deno.test("sealInto() and openInto() do the same in memory that is there, and touch nothing else", () => {
  const [sealer, opener] = [new Sealer(key), new Opener(key)];
  const [other, another] = [new Sealer(key), new Opener(key)];
  fc.assert(fc.property(fc.uint8Array({ maxLength: 6_000 }), fc.nat(40), (bytes, at) => {
    const outgoing = new Uint8Array(at + 2 + bytes.length + 16 + 5).fill(0xaa);
    const record = outgoing.subarray(at, outgoing.length - 5);
    record.set(header);
    sealer.sealInto(record, 2, bytes);
    assertEquals(record, concatBytes(header, other.seal(header, bytes)));
    assert([...outgoing.subarray(0, at), ...outgoing.subarray(-5)].every((b) => b === 0xaa));
    const target = new Uint8Array(at + bytes.length + 5).fill(0xbb);
    const damaged = record.with(record.length - 1, record.at(-1)! ^ 1);
    assertEquals(opener.openInto(damaged, 2, target, at), false);
    assert(target.every((b) => b === 0xbb), "a record that does not open leaves something");
    assertEquals(opener.openInto(record, 2, target, at), true);
    assertEquals(target.subarray(at, -5), bytes);
    assert([...target.subarray(0, at), ...target.subarray(-5)].every((b) => b === 0xbb));
    assertEquals(another.open(header, record.subarray(2)), bytes);
  }));
});

Deno.test("Opener refuses a bit flipped anywhere, and then opens the true record", () => {
  const sealed = new Sealer(key).seal(header, plaintext);
  const opener = new Opener(key);
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    assertEquals(opener.open(header, flip(sealed, bit)), undefined, `bit ${bit} of the record`);
  }
  for (let bit = 0; bit < header.length * 8; bit++) {
    assertEquals(opener.open(flip(header, bit), sealed), undefined, `bit ${bit} of the header`);
  }
  assertEquals(opener.open(header, sealed), plaintext);
});

Deno.test("Opener refuses a record cut at any length or extended, and then opens the true one", () => {
  const sealed = new Sealer(key).seal(header, plaintext);
  const opener = new Opener(key);
  for (let length = 0; length < sealed.length; length++) {
    assertEquals(opener.open(header, sealed.subarray(0, length)), undefined, `${length} bytes`);
  }
  assertEquals(opener.open(header, Uint8Array.of(...sealed, 0)), undefined);
  assertEquals(opener.open(header, sealed), plaintext);
});

Deno.test("Opener refuses a replayed record, and then opens the next", () => {
  const [first, second] = sealSome(2);
  const opener = new Opener(key);
  assertEquals(opener.open(header, first!), plaintext);
  assertEquals(opener.open(header, first!), undefined);
  assertEquals(opener.open(header, second!), plaintext);
  assertEquals(opener.open(header, first!), undefined);
});

Deno.test("Opener opens records in no order but their own", () => {
  const records = sealSome(4);
  const permutations = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 1 });
  fc.assert(fc.property(permutations, (order) => {
    const opener = new Opener(key);
    let next = 0;
    for (const n of order) {
      const opened = opener.open(header, records[n]!);
      assertEquals(opened, n === next ? plaintext : undefined, `record ${n} when ${next} is due`);
      if (n === next) next++;
    }
  }));
});

Deno.test("Opener refuses what follows a dropped record", () => {
  const [, second, third] = sealSome(3);
  const opener = new Opener(key);
  assertEquals(opener.open(header, second!), undefined);
  assertEquals(opener.open(header, third!), undefined);
});

Deno.test("Opener refuses what another key or IV sealed", () => {
  const [record] = sealSome(1);
  const otherKey = { ...key, key: key.key.with(0, 0xff) };
  const otherIv = { ...key, iv: key.iv.with(0, 0xff) };
  assertEquals(new Opener(otherKey).open(header, record!), undefined);
  assertEquals(new Opener(otherIv).open(header, record!), undefined);
});

function sealSome(count: number): Uint8Array[] {
  const sealer = new Sealer(key);
  return Array.from({ length: count }, () => sealer.seal(header, plaintext));
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.with(bit >> 3, bytes[bit >> 3]! ^ (1 << (bit & 7)));
}

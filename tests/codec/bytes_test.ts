/** Cursors over bytes. */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { ByteReader, ByteWriter, MAX_SAFE, parseClientId } from "../../lib/codec/mod.ts";
import { clientId, u32, u64 } from "./arbitraries.ts";
import { hex } from "../hex.ts";
import { assertRefuses } from "./refusal.ts";

Deno.test("ByteReader reads big-endian integers", () => {
  const reader = new ByteReader(hex("01 0203 04050607 0008090a 0b0c0d0e"));
  assertEquals(reader.u8(), 0x01);
  assertEquals(reader.u16(), 0x0203);
  assertEquals(reader.u32(), 0x04050607);
  assertEquals(reader.u64(), 0x8090a0b0c0d0e);
  reader.end();
});

Deno.test("ByteWriter writes big-endian integers", () => {
  const writer = new ByteWriter();
  writer.u8(0x01);
  writer.u16(0x0203);
  writer.u32(0x04050607);
  writer.u64(0x8090a0b0c0d0e);
  assertEquals(writer.view(), hex("01 0203 04050607 0008090a 0b0c0d0e"));
});

Deno.test("u64() takes 2^53 - 1 and refuses everything above", () => {
  assertEquals(new ByteReader(hex("001fffff ffffffff")).u64(), MAX_SAFE);
  for (
    const above of [
      "00200000 00000000",
      "00200000 00000001",
      "00ffffff ffffffff",
      "80000000 00000000",
      "ffffffff ffffffff",
    ]
  ) {
    assertRefuses(() => new ByteReader(hex(above)).u64(), "bad_number", above);
  }
});

Deno.test("positiveU64() and positiveU32() refuse zero", () => {
  assertRefuses(() => new ByteReader(new Uint8Array(8)).positiveU64(), "bad_number");
  assertRefuses(() => new ByteReader(new Uint8Array(4)).positiveU32(), "bad_number");
  assertEquals(new ByteReader(hex("00000000 00000001")).positiveU64(), 1);
  assertEquals(new ByteReader(hex("00000001")).positiveU32(), 1);
});

Deno.test("integers that were written are read again", () => {
  fc.assert(fc.property(u32, u64, (small, large) => {
    const writer = new ByteWriter(1);
    writer.u32(small);
    writer.u64(large);
    const reader = new ByteReader(writer.view());
    assertStrictEquals(reader.u32(), small);
    assertStrictEquals(reader.u64(), large);
  }));
});

Deno.test("ByteWriter refuses an integer that its field cannot hold, and writes nothing", () => {
  const writer = new ByteWriter();
  for (const bad of [-1, 0.5, NaN, Infinity]) {
    assertRefuses(() => writer.u8(bad), "bad_number");
    assertRefuses(() => writer.u16(bad), "bad_number");
    assertRefuses(() => writer.u32(bad), "bad_number");
    assertRefuses(() => writer.u64(bad), "bad_number");
  }
  assertRefuses(() => writer.u8(2 ** 8), "bad_number");
  assertRefuses(() => writer.u16(2 ** 16), "bad_number");
  assertRefuses(() => writer.u32(2 ** 32), "bad_number");
  assertRefuses(() => writer.u64(2 ** 53), "bad_number");
  assertEquals(writer.length, 0);
});

Deno.test("ByteReader refuses to read past its end, and then stands where it stood", () => {
  const reader = new ByteReader(hex("020304"));
  assertRefuses(() => reader.u32(), "bad_length");
  assertRefuses(() => reader.u64(), "bad_length");
  assertRefuses(() => reader.bytes(4), "bad_length");
  assertRefuses(() => void reader.enter(4), "bad_length");
  assertEquals(reader.remaining, 3);
  assertEquals(reader.rest(), hex("020304"));
  assertRefuses(() => reader.u8(), "bad_length");
  reader.end();
});

Deno.test("ByteReader reads no further than what it has entered, all of which is to be read", () => {
  const reader = new ByteReader(hex("0102030405"));
  reader.u8();
  const outer = reader.enter(2);
  assertEquals([reader.remaining, reader.u8()], [2, 2]);
  assertRefuses(() => reader.leave(outer), "bad_length");
  assertRefuses(() => reader.u16(), "bad_length");
  assertEquals(reader.u8(), 3);
  reader.leave(outer);
  assertEquals(reader.rest(), hex("0405"));
});

Deno.test("ByteReader honours the offset of a view", () => {
  const view = hex("ffff 0000002a ffff").subarray(2, 6);
  assertEquals(new ByteReader(view).u32(), 42);
});

Deno.test("bytes() hands out views, not copies", () => {
  const bytes = hex("010203");
  const read = new ByteReader(bytes).bytes(2);
  bytes[1] = 9;
  assertEquals(read, hex("0109"));
});

Deno.test("end() refuses what is left over", () => {
  const reader = new ByteReader(hex("0102"));
  reader.u8();
  assertRefuses(() => reader.end(), "bad_length");
});

Deno.test("padding() takes zeros only, wherever the other byte stands", () => {
  new ByteReader(new Uint8Array(8)).padding();
  new ByteReader(new Uint8Array(0)).padding();
  for (let i = 0; i < 8; i++) {
    const bytes = new Uint8Array(8);
    bytes[i] = 0x80;
    assertRefuses(() => new ByteReader(bytes).padding(), "bad_padding");
  }
});

Deno.test("a client-ID that was written is read again", () => {
  fc.assert(fc.property(clientId, (id) => {
    const writer = new ByteWriter(1);
    writer.clientId(id);
    const reader = new ByteReader(writer.view());
    assertEquals(reader.clientId(), id);
    reader.end();
  }));
});

Deno.test("clientId() refuses a length of 0, of 33 and beyond the end, and bad characters", () => {
  assertRefuses(() => new ByteReader(hex("00")).clientId(), "bad_client_id");
  assertRefuses(() => new ByteReader(hex("21", "61".repeat(33))).clientId(), "bad_client_id");
  assertRefuses(() => new ByteReader(hex("ff", "61".repeat(255))).clientId(), "bad_client_id");
  assertRefuses(() => new ByteReader(hex("03 6162")).clientId(), "bad_length");
  for (let byte = 0; byte < 256; byte++) {
    const allowed = /[A-Za-z0-9_-]/.test(String.fromCharCode(byte));
    const read = (): unknown => new ByteReader(Uint8Array.of(2, 0x61, byte)).clientId();
    if (allowed) read();
    else assertRefuses(read, "bad_client_id", `byte ${byte}`);
  }
});

Deno.test("ByteWriter grows without losing what was written", () => {
  const writer = new ByteWriter(1);
  const expected = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
  for (const byte of expected) writer.u8(byte);
  assertEquals(writer.view(), expected);
});

Deno.test("ByteWriter is as new after truncate(0), and pads with zeros", () => {
  const writer = new ByteWriter(8);
  writer.bytes(hex("ffffffff ffffffff"));
  writer.truncate(0);
  writer.clientId(parseClientId("x"));
  writer.padTo(8);
  assertEquals(writer.view(), hex("0178 0000 00000000"));
});

Deno.test("reserve() gives so many bytes to fill, after what was written, and grows", () => {
  const writer = new ByteWriter(2);
  writer.u8(1);
  writer.reserve(4).set(hex("02030405"));
  writer.u8(6);
  assertEquals(writer.view(), hex("010203040506"));
});

Deno.test("discard() moves what is left to the front", () => {
  const writer = new ByteWriter(4);
  writer.bytes(hex("0102030405"));
  writer.discard(3);
  assertEquals(writer.view(), hex("0405"));
  writer.u8(6);
  assertEquals(writer.view(), hex("040506"));
  writer.discard(3);
  assertEquals(writer.view(), hex(""));
});

Deno.test("patchU16() changes two bytes and no length", () => {
  const writer = new ByteWriter();
  writer.bytes(hex("01020304"));
  writer.patchU16(1, 0xabcd);
  assertEquals(writer.view(), hex("01abcd04"));
  assert(writer.length === 4);
});

/** Records in a TCP stream: clause 5. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  MAX_RECORD_PLAINTEXT,
  recordHeader,
  RecordSplitter,
  setRecordHeader,
} from "../../lib/codec/mod.ts";
import { pieces } from "./arbitraries.ts";
import { concatBytes, hex } from "../hex.ts";
import { assertRefuses } from "./refusal.ts";

const MIN_SEALED = 19;
const MAX_SEALED = 16_400;

const sealedLength = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: MIN_SEALED, max: 300 }) },
  { weight: 1, arbitrary: fc.constantFrom(MIN_SEALED, 255, 256, 257, MAX_SEALED) },
);
const records = fc.array(sealedLength.map(record), { minLength: 1, maxLength: 6 });

Deno.test("recordHeader() tells the sealed length, tag included, big-endian", () => {
  assertEquals(recordHeader(3), hex("0013"));
  assertEquals(recordHeader(240), hex("0100"));
  assertEquals(recordHeader(MAX_RECORD_PLAINTEXT), hex("4010"));
});

Deno.test("setRecordHeader() sets the same, and nothing else", () => {
  for (const length of [3, 240, MAX_RECORD_PLAINTEXT]) {
    const whole = new Uint8Array(2 + length + 16).fill(0xee);
    setRecordHeader(whole);
    assertEquals(whole, concatBytes(recordHeader(length), new Uint8Array(length + 16).fill(0xee)));
  }
});

Deno.test("RecordSplitter takes what recordHeader() announces", () => {
  for (const length of [3, 239, 240, MAX_RECORD_PLAINTEXT]) {
    const whole = concatBytes(recordHeader(length), new Uint8Array(length + 16));
    assertEquals(split([whole]), [whole]);
  }
});

Deno.test("RecordSplitter finds the records of a stream that arrives whole", () => {
  fc.assert(fc.property(records, (records) => {
    assertEquals(split([concatBytes(...records)]), records);
  }));
});

Deno.test("RecordSplitter finds the same records one byte at a time", () => {
  const records = [19, 20, 255, 256, 300].map(record);
  assertEquals(split([...concatBytes(...records)].map((byte) => Uint8Array.of(byte))), records);
});

Deno.test("RecordSplitter finds the same records in any pieces", () => {
  const cut = records.chain((records) =>
    fc.tuple(fc.constant(records), pieces(concatBytes(...records)))
  );
  fc.assert(fc.property(cut, ([records, pieces]) => assertEquals(split(pieces), records)));
});

Deno.test("RecordSplitter gives a record with its last byte and not before, at every cut", () => {
  const whole = concatBytes(record(25), record(30));
  for (let cut = 0; cut <= whole.length; cut++) {
    const splitter = new RecordSplitter();
    splitter.push(whole.slice(0, cut));
    assertEquals(drain(splitter).length, cut < 27 ? 0 : cut < 59 ? 1 : 2, `cut ${cut}`);
    splitter.push(whole.slice(cut));
    assertEquals(drain(splitter).length, cut < 27 ? 2 : cut < 59 ? 1 : 0, `rest of ${cut}`);
  }
});

Deno.test("RecordSplitter refuses an oversize length as soon as it sees the header", () => {
  for (const header of ["4011", "8000", "ffff"]) {
    const splitter = new RecordSplitter();
    splitter.push(hex(header));
    assertRefuses(() => splitter.next(), "record_too_long", header);
    splitter.push(new Uint8Array(100));
    assertRefuses(() => splitter.next(), "record_too_long", `${header}, asked again`);
  }
});

Deno.test("RecordSplitter refuses a length below tag and one frame", () => {
  for (const header of ["0000", "0001", "0010", "0012"]) {
    const splitter = new RecordSplitter();
    splitter.push(hex(header));
    assertRefuses(() => splitter.next(), "record_too_short", header);
  }
});

Deno.test("RecordSplitter gives the records before a bad header", () => {
  const splitter = new RecordSplitter();
  splitter.push(concatBytes(record(19), hex("0000")));
  assertEquals(splitter.next(), record(19));
  assertRefuses(() => splitter.next(), "record_too_short");
});

Deno.test("RecordSplitter gives nothing for nothing", () => {
  const splitter = new RecordSplitter();
  assert(splitter.next() === undefined);
  splitter.push(new Uint8Array(0));
  assert(splitter.next() === undefined);
});

Deno.test("take() gives clear bytes ahead of the records once there are enough, at every cut", () => {
  const stream = concatBytes(hex("a0a1a2a3"), record(20), record(19));
  for (let cut = 0; cut <= stream.length; cut++) {
    const splitter = new RecordSplitter();
    splitter.push(stream.slice(0, cut));
    const early = splitter.take(4);
    assertEquals(early, cut < 4 ? undefined : hex("a0a1a2a3"), `cut ${cut}`);
    splitter.push(stream.slice(cut));
    if (early === undefined) assertEquals(splitter.take(4), hex("a0a1a2a3"), `cut ${cut}`);
    assertEquals(splitter.available, stream.length - 4);
    assertEquals(drain(splitter), [record(20), record(19)], `cut ${cut}`);
    assertEquals(splitter.available, 0);
  }
});

Deno.test("what is read into room() is split like what is pushed, however much fits", () => {
  const cut = fc.tuple(records, fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1 }));
  fc.assert(fc.property(cut, ([records, sizes]) => {
    const stream = concatBytes(...records);
    const splitter = new RecordSplitter();
    const found: Uint8Array[] = [];
    for (let at = 0, i = 0; at < stream.length; i++) {
      const room = splitter.room();
      assert(room.length > 0);
      const piece = stream.subarray(at, at + Math.min(sizes[i % sizes.length]!, room.length));
      room.set(piece);
      splitter.filled(piece.length);
      at += piece.length;
      found.push(...drain(splitter));
    }
    assertEquals(found, records);
    assertEquals(splitter.available, 0);
  }));
});

Deno.test("room() stays the same while it is enough, grows only with what arrives, and shrinks", () => {
  const splitter = new RecordSplitter();
  const small = splitter.room();
  assertEquals(small.length, 512);
  splitter.filled(100);
  splitter.take(100);
  assert(splitter.room() === small);
  // However long a record is said to be, no memory is held ready for it.
  splitter.push(hex("4010"));
  assertEquals(splitter.room().length, 512 - 2);
  for (let arrived = 2; arrived < 16_402;) {
    const { length } = splitter.room();
    assert(length <= 4 * arrived + 512, `${length} bytes held ready after ${arrived}`);
    const piece = Math.min(length, 16_402 - arrived);
    splitter.filled(piece);
    arrived += piece;
  }
  assertEquals(splitter.next()?.length, 16_402);
  for (let i = 0; i < 5; i++) {
    splitter.room();
    splitter.filled(1);
    splitter.take(1);
  }
  assertEquals(splitter.room().length, 512);
});

/** A record that seals `sealed` bytes, the tag included. */
function record(sealed: number): Uint8Array {
  const body = Uint8Array.from({ length: sealed }, (_, i) => (i * 31 + sealed) % 256);
  return concatBytes(Uint8Array.of(sealed >> 8, sealed & 0xff), body);
}

/** All records found when the pieces arrive one after the other. */
function split(pieces: Uint8Array[]): Uint8Array[] {
  const splitter = new RecordSplitter();
  return pieces.flatMap((piece) => {
    splitter.push(piece);
    return drain(splitter);
  });
}

function drain(splitter: RecordSplitter): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let next = splitter.next(); next !== undefined; next = splitter.next()) {
    found.push(next.slice());
  }
  return found;
}

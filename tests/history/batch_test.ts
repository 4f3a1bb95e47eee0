/** How messages share rows of both kinds, and which pairs' ends are remembered. */

import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader, CodecError } from "../../lib/codec/mod.ts";
import { type Batch, batchFrom, MAX_BODY, unpackBatch } from "../../lib/history/batch.ts";
import { decimalLength, putDecimal, readDigits } from "../../lib/history/decimal.ts";
import { JournalWriter, readRuns, type Run } from "../../lib/history/journal.ts";
import { pairOf } from "../../lib/history/pair.ts";
import { TailCache } from "../../lib/history/tail_cache.ts";
import { ALICE, BOB, CAROL, entries, entry, NOW, packed, run } from "./fixtures.ts";

const PAIR = pairOf(ALICE, BOB);

function asciiOf(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}

/** The rows of a journal that hold `runs`. */
function rowsOf(runs: readonly Run[]): Uint8Array[] {
  const rows: Uint8Array[] = [];
  new JournalWriter((body) => rows.push(body.slice())).write(runs);
  return rows;
}

Deno.test("a body can be read by a person", () => {
  const batch = packed(5, [
    entry({ number: 12, at: 1000, text: "hello" }),
    entry({ number: 3, at: 1250, text: "hi", from: BOB, to: ALICE }),
    entry({ number: 4_294_967_295, at: 994, text: "x" }),
  ]);
  const body = "0013[0,12,0]hello0011[1,3,250]hi0018[0,4294967295,-6]x";
  assertEquals([batch.first, batch.last, asciiOf(batch.body)], [5, 7, body]);
});

Deno.test("a run is written as its messages would be one by one, as far as there is room", () => {
  const fields = { number: 998, at: NOW + 7 };
  for (const entry of [run(2_000, fields), run(2_000, { ...fields, from: BOB, to: ALICE })]) {
    const [whole, single] = [packed(1, entries(1)), packed(1, entries(1))];
    const taken = whole.append(PAIR, entry);
    for (const [i, text] of entry.texts.slice(0, taken).entries()) {
      single.append(PAIR, { ...entry, number: entry.number + i, texts: [text] });
    }
    assertEquals([whole.last, whole.body], [1 + taken, single.body]);
    assertEquals([taken < 2_000, whole.takes(1, 4)], [true, false]);
    assertEquals(whole.append(PAIR, entry, taken), taken);
    assertEquals(packed(1, entries(1)).append(PAIR, entry, 5, 9), 9);
  }
});

Deno.test("a batch takes one session, and no more than a row is to hold", () => {
  const batch = packed(1, entries(2));
  assertEquals([batch.takes(1, 4096), batch.takes(2, 4096)], [true, false]);
  const long = entry({ text: "x".repeat(1000) });
  while (batch.takes(1, 1000)) batch.append(PAIR, long);
  assertEquals(batch.body.length > MAX_BODY - 1000 && batch.body.length <= MAX_BODY + 40, true);
});

Deno.test("a batch forgets what is undone, and tells of what is not kept", () => {
  const batch = packed(1, entries(3));
  batch.keep();
  batch.append(PAIR, entry({ text: "more" }));
  const { first, last, body } = batch.growth;
  assertEquals([first, last, asciiOf(body)], [4, 4, "0011[0,1,0]more"]);
  batch.undo();
  assertEquals([batch.last, batch.body], [3, packed(1, entries(3)).body]);
  assertEquals(batch.growth.body.length, 0);
});

Deno.test("a batch absorbs what continues it, and nothing else", () => {
  const whole = packed(1, entries(6));
  const half = packed(1, entries(3));
  const rest = batchFrom(whole, 4);
  const others: Partial<Batch>[] = [{ first: 5 }, { first: 3 }, { at: NOW + 1 }, { sessionId: 2 }];
  for (const other of others) assertEquals(half.absorb({ ...rest, ...other }), false);
  assertEquals(half.absorb({ ...rest, body: new Uint8Array(MAX_BODY) }), false);
  assertEquals(half.absorb(rest), true);
  assertEquals([half.last, half.body], [6, whole.body]);
});

Deno.test("unpackBatch() gives the positions asked for, batchFrom() what is left from one on", () => {
  const batch = packed(11, entries(9));
  assertEquals([...unpackBatch(PAIR, batch, 13, 15)].map((m) => m.position), [13, 14, 15]);
  assertEquals([...unpackBatch(PAIR, batch, 1, 99)].length, 9);
  const end = batchFrom(batch, 17);
  assertEquals([...unpackBatch(PAIR, end, 1, 99)], [...unpackBatch(PAIR, batch, 17, 19)]);
});

Deno.test("a row of the journal can be read by a person, and back", () => {
  const runs = [
    { pairId: 7, batch: packed(11, entries(2, { at: 1000 })) },
    { pairId: 3, batch: packed(1, entries(1, { at: 1250, sessionId: 4 })) },
  ];
  const [row] = rowsOf(runs);
  assertEquals(
    asciiOf(row),
    "00040[7,11,12,1,1000]0008[0,1,0]10008[0,2,0]2" + "00026[3,1,1,4,1250]0008[0,1,0]1",
  );
  const read = [...readRuns(row!)].map(({ pairId, batch }) => [pairId, batch.first, batch.body]);
  assertEquals(read, runs.map(({ pairId, batch }) => [pairId, batch.first, batch.body]));
});

Deno.test("a large commit takes many rows of the journal", () => {
  const batch = packed(
    1,
    entries(3).map(({ number }) => entry({ number, text: "x".repeat(4096) })),
  );
  const runs = Array.from({ length: 50 }, (_, i) => ({ pairId: i + 1, batch }));
  const rows = rowsOf(runs);
  assertEquals(rows.every(({ length }) => length < 90_000) && rows.length > 5, true);
  assertEquals(
    rows.flatMap((row) => [...readRuns(row)].map((run) => run.pairId)),
    runs.map((r) => r.pairId),
  );
});

Deno.test("readRuns() refuses a damaged row", () => {
  for (
    const row of [
      "0",
      "00099[1,1,1,1,1]",
      "-0001",
      "00013[1,1,1,1,1,1]",
      "00011[0,1,1,1,1]",
      "00011[1,2,1,1,1]",
      "00011[1,1,1,1,x]",
      "00007[1,1,1]",
      "00012[1,1,1,1,-1]",
      "00004text",
    ]
  ) {
    const error = assertThrows(() => [...readRuns(new TextEncoder().encode(row))], row);
    assertEquals(error instanceof CodecError || error instanceof SyntaxError, true, row);
  }
});

Deno.test("putDecimal() writes what String() does", () => {
  const powers = Array.from({ length: 15 }, (_, i) => 10 ** (i + 1));
  const numbers = [0, 9, 4_294_967_295, Number.MAX_SAFE_INTEGER];
  for (const value of [...numbers, ...powers.flatMap((power) => [power - 1, power])]) {
    for (const signed of value === 0 ? [0] : [value, -value]) {
      const bytes = new Uint8Array(20);
      const length = decimalLength(signed);
      assertEquals(putDecimal(bytes, 2, length, signed), 2 + length);
      assertEquals(asciiOf(bytes), `\0\0${signed}`.padEnd(20, "\0"));
    }
  }
  const digits = new Uint8Array(5);
  putDecimal(digits, 0, 5, 42);
  assertEquals([asciiOf(digits), readDigits(new ByteReader(digits), 5)], ["00042", 42]);
  const letters = new ByteReader(new TextEncoder().encode("4 2"));
  assertThrows(() => readDigits(letters, 3), CodecError);
});

Deno.test("TailCache forgets the pair unused for longest", () => {
  const cache = new TailCache(2);
  const others = [pairOf(ALICE, CAROL), pairOf(BOB, CAROL)] as const;
  cache.set({ pair: PAIR, id: 1, last: 1 });
  cache.set({ pair: others[0], id: 2, last: 2 });
  cache.get(PAIR);
  cache.set({ pair: others[1], id: 3, last: 3 });
  assertEquals(cache.get(PAIR)?.last, 1);
  assertEquals(cache.get(others[0]), undefined);
  assertEquals(cache.get(others[1])?.last, 3);
});

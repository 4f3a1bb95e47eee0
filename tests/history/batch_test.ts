/** How messages share rows, and which pairs' ends are remembered. */

import { assertEquals } from "@std/assert";
import { MAX_BODY, packBatches, unpackBatch } from "../../lib/history/batch.ts";
import { pairOf } from "../../lib/history/pair.ts";
import { TailCache } from "../../lib/history/tail_cache.ts";
import { ALICE, BOB, CAROL, entries, entry } from "./fixtures.ts";

const PAIR = pairOf(ALICE, BOB);

Deno.test("packBatches() puts the messages of a session into one row", () => {
  const batches = [...packBatches(PAIR, entries(64), 5)];
  assertEquals(batches.map((b) => [b.first, b.last, b.sessionId]), [[5, 68, 1]]);
});

Deno.test("packBatches() begins a row with each session", () => {
  const mixed = [...entries(2), ...entries(3, { sessionId: 2 }), ...entries(1)];
  const batches = [...packBatches(PAIR, mixed, 1)];
  assertEquals(batches.map((b) => [b.first, b.last, b.sessionId]), [[1, 2, 1], [3, 5, 2], [
    6,
    6,
    1,
  ]]);
});

Deno.test("packBatches() bounds the length of a row", () => {
  const long = Array.from({ length: 40 }, () => entry({ text: "x".repeat(1000) }));
  let next = 1;
  for (const { first, last, body } of packBatches(PAIR, long, 1)) {
    assertEquals(first, next);
    assertEquals(body.length <= MAX_BODY + 40, true);
    assertEquals(last === 40 || body.length > MAX_BODY - 1040, true);
    next = last + 1;
  }
  assertEquals(next, 41);
});

Deno.test("packBatches() writes a body that a person can read", () => {
  const [batch] = packBatches(PAIR, [
    entry({ number: 12, at: 1000, text: "hello" }),
    entry({ number: 3, at: 1250, text: "hi", from: BOB, to: ALICE }),
  ], 1);
  assertEquals(new TextDecoder().decode(batch?.body), "0013[0,12,0]hello0011[1,3,250]hi");
});

Deno.test("unpackBatch() gives the positions asked for", () => {
  const [batch] = packBatches(PAIR, entries(9), 11);
  assertEquals([...unpackBatch(PAIR, batch!, 13, 15)].map((m) => m.position), [13, 14, 15]);
  assertEquals([...unpackBatch(PAIR, batch!, 1, 99)].length, 9);
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

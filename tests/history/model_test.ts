/** Property: whatever is stored and read in whatever order, a history equals a list per pair. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ClientId, Text } from "../../lib/codec/mod.ts";
import {
  type Entry,
  type History,
  MemoryHistory,
  openHistory,
  type StoredMessage,
} from "../../lib/history/mod.ts";
import { ALICE, BOB, CAROL, NOW, withPath } from "./fixtures.ts";

type Step =
  | { do: "commit"; entries: Entry[] }
  | { do: "read"; a: ClientId; b: ClientId; first: number; last: number; maxBytes: number }
  | { do: "reserve"; count: number }
  | { do: "reopen" };

const clientId = fc.constantFrom(ALICE, BOB, CAROL);
const length = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }) }, {
  weight: 1,
  arbitrary: fc.integer({ min: 3000, max: 4096 }),
});
const text = fc.tuple(length, fc.integer({ min: 0, max: 127 }))
  .map(([length, byte]) => new Uint8Array(length).fill(byte) as Uint8Array as Text);
const entry: fc.Arbitrary<Entry> = fc.record({
  sessionId: fc.integer({ min: 1, max: 3 }),
  from: clientId,
  to: clientId,
  number: fc.integer({ min: 1, max: 2 ** 32 - 6 }),
  at: fc.integer({ min: NOW - 1000, max: NOW + 1000 }),
  texts: fc.array(text, { maxLength: 6 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("commit" as const),
    entries: fc.array(entry, { maxLength: 20, size: "max" }),
  }),
  fc.record({
    do: fc.constant("read" as const),
    a: clientId,
    b: clientId,
    first: fc.integer({ min: -2, max: 40 }),
    last: fc.integer({ min: -2, max: 40 }),
    maxBytes: fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.constant(2 ** 40)),
  }),
  fc.record({ do: fc.constant("reserve" as const), count: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ do: fc.constant("reopen" as const) }),
);
const steps = fc.array(step, { minLength: 5, maxLength: 25, size: "max" });

class Model {
  #messages: (StoredMessage & { to: ClientId })[] = [];
  #reserved = 0;

  commit(entries: readonly Entry[]): void {
    for (const { from, to, sessionId, number: first, at, texts } of entries) {
      for (const [i, text] of texts.entries()) {
        const [position, number] = [this.between(from, to).length + 1, first + i];
        this.#messages.push({ position, sessionId, number, at, sender: from, text, to });
      }
    }
  }

  between(a: ClientId, b: ClientId): StoredMessage[] {
    return this.#messages
      .filter((m) => (m.sender === a && m.to === b) || (m.sender === b && m.to === a))
      .map(({ to: _, ...message }) => message);
  }

  reserve(count: number): number {
    this.#reserved += count;
    return this.#reserved - count + 1;
  }
}

function read(model: Model, step: Step & { do: "read" }): StoredMessage[] {
  let bytes = 0;
  return model.between(step.a, step.b)
    .filter((m) => m.position >= step.first && m.position <= step.last)
    .filter((m, i) => (bytes += m.text.length) <= step.maxBytes || i === 0);
}

async function check(
  steps: readonly Step[],
  open: () => Promise<History>,
  reopen: (history: History) => Promise<History>,
): Promise<void> {
  const model = new Model();
  let history = await open();
  try {
    for (const step of steps) {
      switch (step.do) {
        case "commit":
          model.commit(step.entries);
          await history.commit(step.entries);
          break;
        case "read":
          assertEquals(
            await history.read(step.a, step.b, step.first, step.last, step.maxBytes),
            read(model, step),
          );
          break;
        case "reserve":
          assertEquals(await history.reserveSessionIds(step.count), model.reserve(step.count));
          break;
        case "reopen":
          history = await reopen(history);
          break;
      }
      assertEquals(await history.lastPosition(BOB, ALICE), model.between(ALICE, BOB).length);
    }
  } finally {
    await history.close();
  }
}

Deno.test("MemoryHistory: any sequence of calls equals a simple model", async () => {
  const open = (): Promise<History> => Promise.resolve(new MemoryHistory());
  const keep = (history: History): Promise<History> => Promise.resolve(history);
  await fc.assert(fc.asyncProperty(steps, (steps) => check(steps, open, keep)), { numRuns: 100 });
});

Deno.test("SqliteHistory: any sequence of calls equals a simple model", async () => {
  const property = fc.asyncProperty(steps, (steps) =>
    withPath((path) => {
      const open = (): Promise<History> => openHistory(path, { durability: "normal" });
      return check(steps, open, async (history) => {
        await history.close();
        return open();
      });
    }));
  await fc.assert(property, { numRuns: 40 });
});

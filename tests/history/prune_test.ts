/** Pruning: what is old goes, what stays is found as before, and no position is used twice. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { textToString } from "../../lib/codec/mod.ts";
import {
  Archive,
  type Entry,
  type History,
  openHistory,
  type Pruned,
  type StoredMessage,
} from "../../lib/history/mod.ts";
import { ALICE, BOB, CAROL, entries, entry, NOW, readAll, withFile, withPath } from "./fixtures.ts";

const DAY = 86_400_000;

async function prune(path: string, before: number, dryRun = false): Promise<Pruned> {
  using archive = Archive.open(path, "write");
  return await archive.prune({ before, dryRun });
}

async function positions(history: History): Promise<number[]> {
  return (await readAll(history)).map(({ position }) => position);
}

async function stored(history: History, at: number, count = 2, from = ALICE): Promise<void> {
  await history.commit(entries(count, { at, from }));
}

/** What the view shows, as sqlite3 would. */
function viewed(path: string): unknown[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db.prepare("SELECT position, text FROM messages ORDER BY position").all()
      .map(({ position, text }) => [position, text]);
  } finally {
    db.close();
  }
}

Deno.test("prune() deletes what is older, while a server keeps the file", () =>
  withFile(async (history, path) => {
    await stored(history, NOW - 2 * DAY);
    await stored(history, NOW - DAY, 3, CAROL);
    await stored(history, NOW);
    assertEquals((await prune(path, NOW - DAY, true)).messages, 2);
    assertEquals(await positions(history), [1, 2, 3, 4]);
    assertEquals((await prune(path, NOW - DAY)).messages, 2);
    assertEquals(await positions(history), [3, 4]);
    assertEquals((await readAll(history, BOB, CAROL)).length, 3);
    await stored(history, NOW);
    assertEquals(await positions(history), [3, 4, 5, 6]);
    assertEquals((await prune(path, NOW - DAY)).messages, 0);
    using archive = Archive.open(path);
    assertEquals(Array.from(archive.messages(ALICE, BOB)!, (m) => m.position), [3, 4, 5, 6]);
  }));

Deno.test("a pair that loses all messages goes on from its last position, also in a new server", () =>
  withPath(async (path) => {
    let history = await openHistory(path, { durability: "normal" });
    await stored(history, NOW - DAY, 5);
    assertEquals((await prune(path, NOW)).messages, 5);
    assertEquals([await positions(history), viewed(path)], [[], []]);
    assertEquals(await history.lastPosition(ALICE, BOB), 5);
    await history.close();

    history = await openHistory(path, { durability: "normal" });
    assertEquals([await positions(history), await history.lastPosition(ALICE, BOB)], [[], 5]);
    await stored(history, NOW);
    assertEquals(await positions(history), [6, 7]);
    assertEquals(viewed(path), [[6, "1"], [7, "2"]]);
    using archive = Archive.open(path);
    const { messages, pairs, oldest } = archive.stats();
    assertEquals([messages, pairs, oldest], [2, 1, NOW]);
    assertEquals((await prune(path, NOW + 1)).messages, 2);
    await stored(history, NOW);
    assertEquals(await positions(history), [8, 9]);
    await history.close();
  }));

Deno.test("prune() leaves no gap where the clock went back", () =>
  withFile(async (history, path) => {
    for (const at of [NOW - 9 * DAY, NOW, NOW - 8 * DAY, NOW]) await stored(history, at);
    assertEquals((await prune(path, NOW - DAY)).messages, 2);
    assertEquals(await positions(history), [3, 4, 5, 6, 7, 8]);
  }));

Deno.test("what was pruned is in none of the files any more, and its space is free", () =>
  withFile(async (history, path) => {
    const text = "a word that nobody says twice";
    for (let i = 0; i < 200; i++) {
      await history.commit([entry({ at: NOW - DAY, text: `${text} ${"x".repeat(4000)}` })]);
    }
    await stored(history, NOW);
    const { messages, freeBytes, logEmptied } = await prune(path, NOW);
    assertEquals([messages, logEmptied], [200, true]);
    assert(freeBytes > 200 * 4000, `${freeBytes} bytes are free`);
    for (const file of [path, `${path}-wal`]) {
      const bytes = new TextDecoder("latin1").decode(Deno.readFileSync(file));
      assert(!bytes.includes(text), `${file} still holds it`);
    }
  }));

Deno.test("prune() goes through many rows, and lets a server in between", () =>
  withFile(async (history, path) => {
    const session = (sessionId: number): Entry => entry({ sessionId, at: NOW - DAY, text: "old" });
    await history.commit(Array.from({ length: 5_000 }, (_, i) => session(i + 1)));
    const pruned = prune(path, NOW);
    let later = 0;
    const timer = setInterval(() => {
      later++;
      void history.commit([entry({ text: "new" })]);
    }, 10);
    const { messages } = await pruned;
    clearInterval(timer);
    assertEquals(messages, 5_000);
    assert(later > 0, "nothing was stored meanwhile");
    const left = await readAll(history);
    assertEquals(left.map((m) => m.position), Array.from(left, (_, i) => 5_001 + i));
    assertEquals([left.length, textToString(left[0]!.text)], [later, "new"]);
  }));

/** Commits of some messages at some time, prunings, and restarts, over two pairs. */
const step = fc.oneof(
  fc.record({
    do: fc.constant("commit" as const),
    at: fc.integer({ min: 0, max: 20 }),
    count: fc.integer({ min: 1, max: 4 }),
    from: fc.constantFrom(ALICE, CAROL),
  }),
  fc.record({ do: fc.constant("prune" as const), before: fc.integer({ min: 0, max: 21 }) }),
  fc.record({ do: fc.constant("reopen" as const) }),
);

type Model = Map<string, { at: number; position: number }[]>;

Deno.test("any sequence of commits, prunings and restarts equals a simple model", async () => {
  const open = (path: string): Promise<History> => openHistory(path, { durability: "normal" });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 3, maxLength: 20, size: "max" }),
      (steps) =>
        withPath(async (path) => {
          const model: Model = new Map([[ALICE, []], [CAROL, []]]);
          const last = new Map<string, number>();
          let history = await open(path);
          try {
            for (const step of steps) {
              if (step.do === "reopen") {
                await history.close();
                history = await open(path);
              } else if (step.do === "commit") {
                const { at, count, from } = step;
                await history.commit(entries(count, { at: NOW + at, from }));
                for (let i = 0; i < count; i++) {
                  const position = (last.get(from) ?? 0) + 1;
                  last.set(from, position);
                  model.get(from)!.push({ at: NOW + at, position });
                }
              } else {
                let gone = 0;
                for (const messages of model.values()) {
                  while (messages[0] !== undefined && messages[0].at < NOW + step.before) {
                    messages.shift();
                    gone++;
                  }
                }
                assertEquals((await prune(path, NOW + step.before, true)).messages, gone);
                assertEquals((await prune(path, NOW + step.before)).messages, gone);
              }
              for (const [from, messages] of model) {
                const read: StoredMessage[] = await readAll(history, from as typeof ALICE, BOB);
                assertEquals(read.map(({ at, position }) => ({ at, position })), messages);
              }
            }
            const all = [...model.values()].flat();
            assertEquals(viewed(path).length, all.length);
            using archive = Archive.open(path);
            assertEquals(archive.stats().messages, all.length);
          } finally {
            await history.close();
          }
        }),
    ),
    { numRuns: 40 },
  );
});

/** The journal: what is in it is found by everybody, folded in time, and survives any crash once. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { type ClientId, textFromString } from "../../lib/codec/mod.ts";
import { openFile } from "../../lib/history/file.ts";
import {
  Archive,
  type Entry,
  MemoryHistory,
  openHistory,
  type StoredMessage,
} from "../../lib/history/mod.ts";
import { SqliteHistory } from "../../lib/history/sqlite.ts";
import { ALICE, BOB, CAROL, entries, entry, NOW, readAll, run, withPath } from "./fixtures.ts";

const PAIRS: readonly (readonly [ClientId, ClientId])[] = [
  [ALICE, BOB],
  [ALICE, CAROL],
  [BOB, CAROL],
  [BOB, BOB],
  [CAROL, CAROL],
];

function open(path: string, window?: number): SqliteHistory {
  return new SqliteHistory(openFile(path, { durability: "normal" }), window);
}

/** What SQLite says to `query`. */
function ask(path: string, query: string): unknown[][] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db.prepare(query).all().map((row) => Object.values(row));
  } finally {
    db.close();
  }
}

function counts(path: string): unknown {
  return ask(path, "SELECT (SELECT count(*) FROM journal), (SELECT count(*) FROM batches)")[0];
}

/** What a crash at this moment would leave: a copy of the file and of its log. */
function copy(path: string, name: string): string {
  const copied = `${path}.${name}`;
  Deno.copyFileSync(path, copied);
  Deno.copyFileSync(`${path}-wal`, `${copied}-wal`);
  return copied;
}

/** All that `path` holds, as a server, a command and SQLite read it: each has to read the same. */
async function contents(path: string): Promise<StoredMessage[][]> {
  const viewed = ask(path, "SELECT * FROM messages ORDER BY sender, recipient, position");
  const archived = readArchive(path);
  const history = open(path);
  const read = await Promise.all(PAIRS.map(([a, b]) => readAll(history, a, b)));
  await history.close();
  assertEquals(archived, read);
  assertEquals(counts(path), [0, ask(path, "SELECT id FROM batches").length]);
  assertEquals(viewed, ask(path, "SELECT * FROM messages ORDER BY sender, recipient, position"));
  assertEquals(viewed.length, read.flat().length);
  return read;
}

function readArchive(path: string): StoredMessage[][] {
  using archive = Archive.open(path);
  const read = PAIRS.map(([a, b]) => [...archive.messages(a, b) ?? []]);
  assertEquals(archive.stats().messages, read.flat().length);
  return read;
}

Deno.test("one commit is one row of the journal, and is read from there by everybody", () =>
  withPath(async (path) => {
    const history = open(path);
    await history.commit([...entries(60), ...entries(2, { from: CAROL }), ...entries(3)]);
    assertEquals(counts(path), [1, 0]);
    assertEquals((await readAll(history)).map((m) => m.position).length, 63);
    assertEquals(readArchive(path).map((messages) => messages.length), [63, 0, 2, 0, 0]);
    assertEquals(ask(path, "SELECT count(*), max(position) FROM messages"), [[65, 63]]);
    using archive = Archive.open(path);
    assertEquals([...archive.messages(ALICE, BOB, 2)!].map((m) => m.position), [62, 63]);
    assertEquals(archive.stats().biggest[0], { pair: [ALICE, BOB], messages: 63 });
    await history.close();
    // Alice's in one row, though they came in two pieces.
    assertEquals(counts(path), [0, 2]);
  }));

Deno.test("commits fold as much as they add once enough is waiting", () =>
  withPath(async (path) => {
    const history = open(path, 100_000);
    let most = 0;
    const text = "x".repeat(1000);
    for (let i = 0; i < 400; i++) {
      await history.commit([
        entry({ text }),
        entry({ from: CAROL, text }),
        entry({ to: CAROL, text }),
      ]);
      const [[rows]] = ask(path, "SELECT count(*) FROM journal") as [[number]];
      most = Math.max(most, rows);
    }
    assert(most < 100, `${most} rows of the journal`);
    assertEquals((await readAll(history)).length, 400);
    // 16 messages to a row.
    assert(ask(path, "SELECT id FROM batches").length <= 3 * 400 / 15);
    await history.close();
  }));

Deno.test("the journal does not keep what became rows without it, though an older batch waits", () =>
  withPath(async (path) => {
    const history = open(path, 10_000);
    await history.commit(entries(1, { from: CAROL }));
    let most = 0;
    for (let i = 0; i < 100; i++) {
      await history.commit([run(100)]);
      await history.commit([run(400)]);
      const [[rows]] = ask(path, "SELECT count(*) FROM journal") as [[number]];
      most = Math.max(most, rows);
    }
    assert(most < 50, `${most} rows of the journal`);
    assertEquals((await readAll(history)).length, 100 * 500);
    assertEquals((await readAll(history, CAROL, BOB)).length, 1);
    await history.close();
  }));

Deno.test("what was said some time ago is folded even if nobody speaks", () =>
  withPath(async (path) => {
    const timers: (() => void)[] = [];
    const { setTimeout } = globalThis;
    globalThis.setTimeout = ((fire: () => void): number => timers.push(fire)) as never;
    try {
      const history = open(path);
      const rest = async (): Promise<unknown> => {
        timers.shift()!();
        return [timers.length, counts(path), (await readAll(history)).length];
      };
      await history.commit(entries(2));
      await history.commit(entries(1));
      assertEquals(await rest(), [1, [2, 0], 3]);
      await history.commit(entries(1, { from: CAROL }));
      assertEquals(await rest(), [1, [1, 1], 3]);
      assertEquals(await rest(), [0, [0, 2], 3]);
      await history.commit(entries(1));
      assertEquals(timers.length, 1);
      await history.close();
    } finally {
      globalThis.setTimeout = setTimeout;
    }
  }));

Deno.test("what somebody else folded and pruned does not come back, and positions go on", () =>
  withPath(async (path) => {
    const history = open(path);
    await history.commit(entries(5, { at: NOW - 10 }));
    await history.commit(entries(5, { at: NOW }));
    using archive = Archive.open(path, "write");
    assertEquals((await archive.prune({ before: NOW, dryRun: true })).messages, 5);
    assertEquals(counts(path), [2, 0]);
    assertEquals((await archive.prune({ before: NOW })).messages, 5);
    assertEquals(counts(path), [0, 1]);
    await history.commit(entries(2));
    const expected = [6, 7, 8, 9, 10, 11, 12];
    assertEquals((await readAll(history)).map((m) => m.position), expected);
    const crashed = copy(path, "crashed");
    await history.close();
    for (const file of [crashed, path]) {
      assertEquals((await contents(file))[0]!.map((m) => m.position), expected);
    }
  }));

Deno.test("a crash at any statement leaves what was committed, once", () =>
  withPath(async (path) => {
    const file = openFile(path, { durability: "normal" });
    const copies: [name: string, committed: number][] = [];
    const model = new MemoryHistory();
    let committed = 0;
    // A page cache of one page, so that transactions write to the log before they are committed.
    file.db.exec("PRAGMA cache_size = 1");
    const statements = file.statements as unknown as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    for (const name of ["addPair", "addJournalRow", "deleteJournal", "addBatch"]) {
      const statement = statements[name]!.bind(file.statements);
      statements[name] = (...args): unknown => {
        const result = statement(...args);
        copies.push([copy(path, String(copies.length)), committed]);
        return result;
      };
    }
    const history = new SqliteHistory(file, 8_000);
    const told: StoredMessage[][][] = [
      await Promise.all(PAIRS.map(([a, b]) => readAll(model, a, b))),
    ];
    for (let i = 0; i < 30; i++) {
      const batch = [
        ...entries(3).map(({ number }) => entry({ number, text: `${i}`.repeat(300) })),
        ...entries(2, { from: CAROL, sessionId: i % 3 + 1 }),
      ];
      await history.commit(batch);
      await model.commit(batch);
      committed = told.push(await Promise.all(PAIRS.map(([a, b]) => readAll(model, a, b)))) - 1;
    }
    await history.close();
    assert(copies.length > 60, `${copies.length} crashes`);
    for (const [name, committed] of copies) {
      assertEquals(await contents(name), told[committed], name);
    }
  }));

type Step =
  | { do: "commit"; entries: Entry[] }
  | { do: "crash" | "reopen" | "prune" | "downgrade" };

const length = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }) }, {
  weight: 1,
  arbitrary: fc.integer({ min: 1000, max: 4096 }),
});
const arbitraryEntry: fc.Arbitrary<Entry> = fc.record({
  sessionId: fc.integer({ min: 1, max: 2 }),
  from: fc.constantFrom(ALICE, BOB, CAROL),
  to: fc.constantFrom(BOB, CAROL),
  number: fc.integer({ min: 1, max: 2 ** 32 - 6 }),
  at: fc.integer({ min: NOW - 1000, max: NOW + 1000 }),
  texts: fc.array(length.map((length) => textFromString("x".repeat(length))), { maxLength: 6 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("commit" as const),
      entries: fc.array(arbitraryEntry, { maxLength: 12, size: "max" }),
    }),
  },
  fc.record({
    do: fc.constantFrom(
      "crash" as const,
      "reopen" as const,
      "prune" as const,
      "downgrade" as const,
    ),
  }),
);

/** Makes a closed file what the version before the journal wrote. */
function downgrade(path: string): void {
  const db = new DatabaseSync(path);
  db.exec(`DROP VIEW messages; DROP VIEW unfolded; DROP TABLE journal;
           CREATE VIEW messages AS SELECT 1; PRAGMA user_version = 1`);
  db.close();
}

Deno.test("commits, folds, crashes, prunings of nothing and upgrades equal a list per pair", async () => {
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 3, maxLength: 20, size: "max" }),
    fc.constantFrom(0, 2_000, 20_000, undefined),
    (steps, window) =>
      withPath(async (path) => {
        const model = new MemoryHistory();
        let history = open(path, window);
        try {
          for (const [i, step] of steps.entries()) {
            if (step.do === "commit") {
              await model.commit(step.entries);
              await history.commit(step.entries);
            } else if (step.do === "crash") {
              const crashed = copy(path, `${i}`);
              await history.close();
              history = open(path = crashed, window);
            } else if (step.do === "prune") {
              using archive = Archive.open(path, "write");
              assertEquals((await archive.prune({ before: 0 })).messages, 0);
            } else {
              await history.close();
              if (step.do === "downgrade") downgrade(path);
              history = open(path, window);
            }
            const expected = await Promise.all(PAIRS.map(([a, b]) => readAll(model, a, b)));
            const read = await Promise.all(PAIRS.map(([a, b]) => readAll(history, a, b)));
            assertEquals(read, expected);
            assertEquals(readArchive(path), expected);
            for (const [i, [a, b]] of PAIRS.entries()) {
              assertEquals(await history.lastPosition(b, a), expected[i]!.length);
            }
          }
          assertEquals(
            await contents(copy(path, "end")),
            await Promise.all(PAIRS.map(([a, b]) => readAll(model, a, b))),
          );
        } finally {
          await history.close();
        }
      }),
  );
  await fc.assert(property, { numRuns: 30 });
});

Deno.test("openHistory() brings a file of version 1 up to date; commands wait for that", () =>
  withPath(async (path) => {
    const before = await openHistory(path);
    await before.commit(entries(3));
    await before.close();
    downgrade(path);
    let told = "";
    try {
      Archive.open(path);
    } catch (error) {
      told = String(error);
    }
    assert(told.includes("Start this server on it once"), told);
    const history = await openHistory(path);
    await history.commit(entries(1));
    assertEquals(ask(path, "SELECT position FROM messages").flat(), [1, 2, 3, 4]);
    assertEquals((await readAll(history)).length, 4);
    await history.close();
    assertEquals(ask(path, "PRAGMA user_version"), [[2]]);
  }));

Deno.test("a crash loses nothing of a commit that fills a row to its last byte", () =>
  withPath(async (path) => {
    const history = open(path);
    for (const length of [4096, 4096, 4096, 4063]) {
      await history.commit([entry({ text: "x".repeat(length) })]);
    }
    const whole = [4096, 4096, 4096, 4063].map((length) =>
      entry({ to: CAROL, text: "x".repeat(length) })
    );
    await history.commit(whole);
    const crashed = copy(path, "crashed");
    await history.close();
    for (const file of [crashed, path]) {
      assertEquals((await contents(file)).map((messages) => messages.length), [4, 4, 0, 0, 0]);
      assertEquals(ask(file, "SELECT max(length(body)) FROM batches"), [[16_395]]);
    }
  }));

Deno.test("what was pruned does not stand where the journal had it", () =>
  withPath(async (path) => {
    const history = open(path, 20_000);
    const text = `a word that nobody says twice ${"x".repeat(4000)}`;
    for (let i = 0; i < 100; i++) await history.commit([entry({ text, at: NOW - 1 })]);
    await history.commit(entries(1));
    await history.close();
    using archive = Archive.open(path, "write");
    assertEquals((await archive.prune({ before: NOW })).messages, 100);
    for (const file of [path, `${path}-wal`]) {
      const bytes = new TextDecoder("latin1").decode(Deno.readFileSync(file));
      assertEquals(bytes.includes("nobody says twice"), false);
    }
  }));

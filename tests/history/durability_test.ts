/**
 * When a commit counts: not before its log has reached the disk. A kill does not show a missing
 * sync, since the system keeps what was written; so here the disk answers when the test says so.
 */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openFile } from "../../lib/history/file.ts";
import type { Log } from "../../lib/history/log.ts";
import { Archive, HistoryError, openHistory } from "../../lib/history/mod.ts";
import { SqliteHistory } from "../../lib/history/sqlite.ts";
import { ALICE, BOB, CAROL, entries, entry, NOW, readAll, run, withPath } from "./fixtures.ts";

type Sync = PromiseWithResolvers<void>;

/** A log whose syncs the test settles. */
class HeldLog implements Log {
  readonly #waiting: Sync[] = [];
  #asked = Promise.withResolvers<void>();
  syncs = 0;

  constructor(readonly log: Log) {}

  async sync(): Promise<void> {
    const sync = Promise.withResolvers<void>();
    this.syncs++;
    this.#waiting.push(sync);
    this.#asked.resolve();
    await sync.promise;
    await this.log.sync();
  }

  close(): void {
    this.log.close();
  }

  /** The next sync, once it is asked for. */
  async next(): Promise<Sync> {
    await this.#asked.promise;
    const sync = this.#waiting.shift()!;
    if (this.#waiting.length === 0) this.#asked = Promise.withResolvers();
    return sync;
  }
}

interface Scene {
  readonly history: SqliteHistory;
  readonly log: HeldLog;
  readonly db: DatabaseSync;
  readonly path: string;
  /** Has `write` done, and the sync that it waits for succeed. */
  stored<T>(write: Promise<T>): Promise<T>;
  /** Has `write` done, and the sync that it waits for fail; what it rejects with. */
  lost(write: Promise<unknown>): Promise<string>;
}

function scene(test: (scene: Scene) => Promise<void>): Promise<void> {
  return withPath(async (path) => {
    const file = openFile(path);
    const log = new HeldLog(file.log!);
    const history = new SqliteHistory({ ...file, log });
    await test({
      history,
      log,
      db: file.db,
      path: file.path,
      stored: async (write) => {
        (await log.next()).resolve();
        return await write;
      },
      lost: async (write) => {
        const rejected = assertRejects(() => write, HistoryError);
        (await log.next()).reject(new Error("Input/output error (os error 5)"));
        return (await rejected).message;
      },
    });
    await history.close();
  });
}

/** Positions and texts of what a copy of the file and its log holds, as a crash would leave them. */
async function afterCrash(path: string): Promise<number[]> {
  for (const end of ["", "-wal"]) Deno.copyFileSync(path + end, `${path}.crashed${end}`);
  const history = await openHistory(`${path}.crashed`);
  const read = await readAll(history);
  await history.close();
  return read.map((m) => m.position);
}

/** Whether `promise` is settled after all that can happen by itself has happened. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(() => settled = true, () => settled = true);
  await new Promise((resolve) => setTimeout(resolve));
  return settled;
}

Deno.test("commit() and reserveSessionIds() resolve once the disk has it, not before", () =>
  scene(async ({ history, log }) => {
    for (const write of [() => history.commit([run(3)]), () => history.reserveSessionIds(2)]) {
      const written = write();
      const sync = await log.next();
      assertEquals(await settled(written), false);
      sync.resolve();
      await written;
    }
  }));

Deno.test("nothing is shown of a commit that the disk does not have yet", () =>
  scene(async ({ history, log, stored }) => {
    await stored(history.commit([run(2)]));
    const commit = history.commit([run(1), run(1, { to: CAROL })]);
    const sync = await log.next();
    const reading = [readAll(history), readAll(history, ALICE, CAROL)];
    const last = history.lastPosition(ALICE, BOB);
    for (const answer of [...reading, last]) assertEquals(await settled(answer), false);
    sync.reject(new Error("Input/output error"));
    await assertRejects(() => commit, HistoryError);
    assertEquals((await Promise.all(reading)).map((messages) => messages.length), [2, 0]);
    assertEquals(await last, 2);
  }));

Deno.test("what is asked for while the disk is busy is one transaction and one sync, in order", () =>
  scene(async ({ history, log, stored }) => {
    const first = history.commit([run(1)]);
    const sync = await log.next();
    const others = [
      history.commit([run(1, { number: 2 })]),
      history.reserveSessionIds(5),
      history.commit([run(1, { number: 3 }), run(1, { to: CAROL })]),
    ];
    sync.resolve();
    await first;
    await stored(Promise.all(others));
    assertEquals(log.syncs, 2);
    assertEquals((await readAll(history)).map((m) => m.number), [1, 2, 3]);
    assertEquals(await stored(history.reserveSessionIds(1)), 6);
  }));

Deno.test("a commit that fails does not take those with it that were asked for beside it", () =>
  scene(async ({ history, log, db, stored }) => {
    db.exec(
      `CREATE TEMP TRIGGER fail BEFORE INSERT ON main.journal WHEN instr(NEW.body, x'706f69736f6e')
             BEGIN SELECT raise(ABORT, 'injected'); END`,
    );
    const first = history.commit([run(1)]);
    const sync = await log.next();
    const before = history.commit([run(1, { number: 2 })]);
    const poison = assertRejects(() => history.commit([entry({ text: "poison" })]), HistoryError);
    const after = history.commit([run(1, { number: 3 })]);
    sync.resolve();
    await first;
    await stored(before);
    await poison;
    await stored(after);
    assertEquals((await readAll(history)).map((m) => [m.position, m.number]), [
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  }));

Deno.test("what a failed sync leaves in doubt is refused and taken back, and the log begins anew", () =>
  scene(async ({ history, path, lost, stored }) => {
    for (let i = 0; i < 10; i++) await stored(history.commit([run(200, { number: 200 * i + 1 })]));
    const said = await lost(history.commit([...entries(5), ...entries(5, { to: CAROL })]));
    assertStringIncludes(said, "Input/output error");
    assertStringIncludes(said, "Look after its disk");
    assertEquals(await history.lastPosition(ALICE, BOB), 2_000);
    const { size } = await Deno.stat(`${path}-wal`);

    await stored(history.commit([run(1), run(1, { to: CAROL })]));
    assertEquals((await Deno.stat(`${path}-wal`)).size < size / 4, true);
    assertEquals((await readAll(history)).length, 2_001);
    assertEquals((await readAll(history, ALICE, CAROL)).map((m) => m.position), [1]);
    assertEquals((await afterCrash(path)).length, 2_001);
    using archive = Archive.open(path);
    assertEquals(archive.stats().messages, 2_002);
  }));

Deno.test("what is large is a row of its pair at once, behind what the journal had of it", () =>
  scene(async ({ history, path, db, stored }) => {
    const count = (table: string): unknown =>
      db.prepare(`SELECT count(*) n FROM ${table}`).get()!.n;
    await stored(history.commit([run(2)]));
    assertEquals([count("journal"), count("batches")], [1, 0]);
    await stored(history.commit([run(400, { number: 3 }), run(1, { to: CAROL })]));
    assertEquals(count("journal"), 2);
    await stored(history.commit([run(2, { number: 403 })]));
    const numbers = Array.from({ length: 404 }, (_, i) => i + 1);
    assertEquals((await readAll(history)).map((m) => m.number), numbers);
    assertEquals(await afterCrash(path), numbers);
    assertEquals([count("messages"), count("unfolded")], [405, 2]);
  }));

Deno.test("of what is large, too, nothing is left after a failed sync", () =>
  scene(async ({ history, path, lost, stored }) => {
    await stored(history.commit([run(2)]));
    await lost(history.commit([run(400, { number: 3 })]));
    assertEquals(await history.lastPosition(ALICE, BOB), 2);
    await stored(history.commit([run(1, { number: 403 })]));
    assertEquals((await readAll(history)).map((m) => m.number), [1, 2, 403]);
    assertEquals(await afterCrash(path), [1, 2, 3]);
  }));

Deno.test("what is large is not shown either once its sync has failed", () =>
  scene(async ({ history, db, lost, stored }) => {
    await lost(history.commit([run(400)]));
    assertEquals(await readAll(history), []);
    assertEquals(await history.lastPosition(ALICE, BOB), 0);
    assertEquals(db.prepare("SELECT count(*) n FROM messages").get()!.n, 0);
    await stored(history.commit([run(2)]));
    assertEquals((await readAll(history)).map((m) => m.position), [1, 2]);
  }));

Deno.test("what has a receipt outlives a failed sync, and a log that cannot begin anew at once", () =>
  scene(async ({ history, path, db, lost, stored }) => {
    await stored(history.commit([run(2)]));
    await lost(history.commit([run(400, { sessionId: 2 })]));
    db.exec("PRAGMA busy_timeout = 0");
    const reader = new DatabaseSync(path);
    reader.exec("BEGIN; SELECT * FROM journal");
    for (let i = 0; i < 2; i++) {
      await assertRejects(() => history.commit([run(1)]), HistoryError, "is reading it");
    }
    reader.close();
    await stored(history.commit([run(1, { number: 3 })]));
    assertEquals((await readAll(history)).map((m) => m.number), [1, 2, 3]);
    assertEquals(await afterCrash(path), [1, 2, 3]);
  }));

Deno.test("what has a receipt outlives a failed sync, also when somebody else has folded it", () =>
  scene(async ({ history, path, log, stored }) => {
    using archive = Archive.open(path, "write");
    await stored(history.commit([run(2)]));
    await archive.prune({ before: 0 });
    await stored(history.commit([run(2, { to: CAROL })]));
    const commit = history.commit([
      run(400, { sessionId: 2 }),
      run(400, { number: 3, to: CAROL }),
    ]);
    const sync = await log.next();
    await archive.prune({ before: 0 });
    sync.reject(new Error("Input/output error"));
    await assertRejects(() => commit, HistoryError);
    await stored(history.commit([run(1, { number: 3 }), run(1, { number: 3, to: CAROL })]));
    for (const other of [BOB, CAROL]) {
      assertEquals((await readAll(history, ALICE, other)).map((m) => m.number), [1, 2, 3]);
    }
    assertEquals(await afterCrash(path), [1, 2, 3]);
  }));

Deno.test("what was pruned beside a failed sync does not come back", () =>
  scene(async ({ history, path, lost, stored }) => {
    using archive = Archive.open(path, "write");
    await stored(history.commit([run(2)]));
    await archive.prune({ before: Date.now() });
    await lost(history.commit([run(400, { number: 3, sessionId: 2 })]));
    assertEquals(await readAll(history), []);
    await stored(history.commit([run(1, { number: 3, sessionId: 2 })]));
    assertEquals((await readAll(history)).map((m) => [m.position, m.number]), [[3, 3]]);
    assertEquals(await afterCrash(path), [3]);
  }));

Deno.test("nothing is folded while it is in doubt what the rows hold", () =>
  scene(async ({ history, path, db, log, stored }) => {
    const timers: (() => void)[] = [];
    const { setTimeout } = globalThis;
    globalThis.setTimeout = ((fire: () => void): number => timers.push(fire)) as never;
    try {
      await stored(history.commit([run(2)]));
      timers.shift()!();
    } finally {
      globalThis.setTimeout = setTimeout;
    }
    const commit = history.commit([run(400, { number: 3 })]);
    const sync = await log.next();
    db.exec("PRAGMA busy_timeout = 0");
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    sync.reject(new Error("Input/output error"));
    await assertRejects(() => commit, HistoryError);
    other.close();
    timers.shift()!();
    await stored(history.commit([run(1, { number: 3 })]));
    assertEquals((await readAll(history)).map((m) => m.number), [1, 2, 3]);
  }));

Deno.test("after a failed sync nothing is stored until what it left in doubt is taken back", () =>
  scene(async ({ history, db, lost, stored, path, log }) => {
    await stored(history.commit([run(2)]));
    await lost(history.commit([run(1)]));
    const { syncs } = log;
    db.exec("PRAGMA query_only = ON");
    await assertRejects(() => history.commit([run(1)]), HistoryError, "read and write");
    db.exec("PRAGMA query_only = OFF; PRAGMA busy_timeout = 0");
    const reader = new DatabaseSync(path);
    reader.exec("BEGIN; SELECT * FROM journal");
    await assertRejects(() => history.reserveSessionIds(1), HistoryError, "is reading it");
    reader.close();
    assertEquals(log.syncs, syncs);
    assertEquals(await history.lastPosition(ALICE, BOB), 2);
    await stored(history.commit([run(1)]));
    assertEquals((await readAll(history)).map((m) => m.position), [1, 2, 3]);
    assertEquals(await afterCrash(path), [1, 2, 3]);
  }));

Deno.test("what was in doubt and is folded by somebody else counts, and covers nothing that follows", () =>
  scene(async ({ history, path, log, stored }) => {
    await stored(history.commit([run(2)]));
    const commit = history.commit([run(3)]);
    const sync = await log.next();
    using archive = Archive.open(path, "write");
    await archive.prune({ before: 0 });
    sync.reject(new Error("Input/output error"));
    await assertRejects(() => commit, HistoryError);
    await stored(history.commit([run(4)]));
    assertEquals((await readAll(history)).map((m) => m.number), [1, 2, 1, 2, 3, 1, 2, 3, 4]);
    assertEquals((await afterCrash(path)).length, 9);
  }));

Deno.test("close() waits for what was asked for, and takes back what is in doubt", () =>
  withPath(async (path) => {
    const file = openFile(path);
    const log = new HeldLog(file.log!);
    const history = new SqliteHistory({ ...file, log });
    const commit = history.commit([run(1)]);
    const closing = history.close();
    const sync = await log.next();
    assertEquals(await settled(closing), false);
    await assertRejects(() => history.commit([run(1)]), HistoryError, "was closed");
    sync.reject(new Error("Input/output error"));
    await assertRejects(() => commit, HistoryError);
    await closing;
    const next = await openHistory(path);
    assertEquals(await readAll(next), []);
    await next.close();
  }));

Deno.test("with the durability normal nobody waits for the disk", () =>
  withPath(async (path) => {
    const file = openFile(path, { durability: "normal" });
    assertEquals(file.log, undefined);
    const history = new SqliteHistory(file);
    await history.commit(entries(2, { at: NOW }));
    assertEquals((await readAll(history)).length, 2);
    await history.close();
  }));

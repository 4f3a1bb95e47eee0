/** A history whose disk fails: commits are refused whole, and it goes on once the disk does. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openFile } from "../../lib/history/file.ts";
import { type Entry, HistoryError, openHistory } from "../../lib/history/mod.ts";
import { MAX_POSITION } from "../../lib/history/schema.ts";
import { SqliteHistory } from "../../lib/history/sqlite.ts";
import { ALICE, BOB, CAROL, entries, entry, readAll, withPath } from "./fixtures.ts";

function withDatabase(
  test: (history: SqliteHistory, db: DatabaseSync, path: string) => Promise<void>,
  window?: number,
): Promise<void> {
  return withPath(async (path) => {
    const file = openFile(path);
    const history = new SqliteHistory(file, window);
    try {
      await test(history, file.db, file.path);
    } finally {
      await history.close();
    }
  });
}

async function failure(action: () => Promise<unknown>, path: string): Promise<string> {
  const error = await assertRejects(action, HistoryError);
  assertStringIncludes(error.message, path);
  return error.message;
}

Deno.test("commit() on a full disk stores nothing and works again once there is space", () =>
  withDatabase(async (history, db, path) => {
    await history.commit(entries(2));
    const { page_count } = db.prepare("PRAGMA page_count").get() as { page_count: number };
    db.exec(`PRAGMA max_page_count = ${page_count + 4}`);
    const long = Array.from({ length: 20 }, () => entry({ text: "x".repeat(4096) }));
    const tooMuch = [...entries(1, { to: CAROL }), ...entries(1), ...long];
    for (let i = 0; i < 3; i++) {
      assertStringIncludes(await failure(() => history.commit(tooMuch), path), "Free some space");
      assertEquals(await history.lastPosition(ALICE, BOB), 2);
      assertEquals(await history.lastPosition(ALICE, CAROL), 0);
      assertEquals((await readAll(history)).length, 2);
    }
    await history.commit(entries(1));
    db.exec("PRAGMA max_page_count = 100000");
    await history.commit(tooMuch);
    assertEquals(
      (await readAll(history)).map((m) => m.position),
      [...Array(24).keys()].map((i) => i + 1),
    );
    assertEquals((await readAll(history, ALICE, CAROL)).map((m) => m.position), [1]);
  }));

Deno.test("commit() of a history that turned read-only stores nothing", () =>
  withDatabase(async (history, db, path) => {
    await history.commit(entries(2));
    db.exec("PRAGMA query_only = ON");
    assertStringIncludes(await failure(() => history.commit(entries(1)), path), "read and write");
    assertStringIncludes(await failure(() => history.reserveSessionIds(1), path), "read and write");
    db.exec("PRAGMA query_only = OFF");
    await history.commit(entries(1));
    assertEquals((await readAll(history)).map((m) => m.position), [1, 2, 3]);
    assertEquals(await history.reserveSessionIds(1), 1);
  }));

Deno.test("commit() is refused while another program writes, and works afterwards", () =>
  withDatabase(async (history, db, path) => {
    db.exec("PRAGMA busy_timeout = 0");
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    assertStringIncludes(await failure(() => history.commit(entries(1)), path), "Another program");
    other.close();
    await history.commit(entries(1));
    assertEquals(await history.lastPosition(ALICE, BOB), 1);
  }));

Deno.test("commit() that fails after its first rows leaves none of them", () =>
  withDatabase(async (history, db) => {
    db.exec(
      `CREATE TEMP TRIGGER fail BEFORE INSERT ON main.journal WHEN instr(NEW.body, x'706f69736f6e')
             BEGIN SELECT raise(ABORT, 'injected'); END`,
    );
    const long = Array.from({ length: 30 }, () => entry({ text: "x".repeat(4096) }));
    const poison = entry({ to: CAROL, text: "poison" });
    await history.commit(entries(1));
    const toCarol = entry({ to: CAROL });
    const mixed = [toCarol, ...entries(3, { from: BOB, to: CAROL }), toCarol, ...long, poison];
    await assertRejects(() => history.commit(mixed), HistoryError, "injected");
    assertEquals((await readAll(history)).map((m) => m.position), [1]);
    assertEquals(await readAll(history, ALICE, CAROL), []);
    assertEquals(await history.lastPosition(BOB, CAROL), 0);
    await history.commit([...entries(1, { from: BOB, to: CAROL }), ...entries(2)]);
    assertEquals((await readAll(history)).map((m) => m.position), [1, 2, 3]);
    // Those who were new to the file are still, and get nobody else's place in it.
    await history.commit([toCarol]);
    assertEquals((await readAll(history, BOB, CAROL)).map((m) => m.position), [1]);
    assertEquals((await readAll(history, ALICE, CAROL)).map((m) => m.position), [1]);
  }));

Deno.test("commit() is refused when nothing can be folded, and loses nothing", () =>
  withDatabase(async (history, db) => {
    await history.commit(entries(3));
    db.exec(`CREATE TEMP TRIGGER fail BEFORE INSERT ON main.batches
             BEGIN SELECT raise(ABORT, 'injected'); END`);
    for (let i = 0; i < 3; i++) {
      await assertRejects(() => history.commit(entries(2)), HistoryError, "injected");
      assertEquals((await readAll(history)).map((m) => m.position), [1, 2, 3]);
    }
    db.exec("DROP TRIGGER temp.fail");
    await history.commit(entries(2));
    assertEquals((await readAll(history)).map((m) => m.position), [1, 2, 3, 4, 5]);
    assertEquals(db.prepare("SELECT count(*) AS n FROM batches").get()?.n, 1);
  }, 0));

Deno.test("close() that cannot fold keeps all for the next server", () =>
  withPath(async (path) => {
    const file = openFile(path);
    const history = new SqliteHistory(file);
    await history.commit(entries(3));
    file.db.exec(`CREATE TEMP TRIGGER fail BEFORE INSERT ON main.batches
                  BEGIN SELECT raise(ABORT, 'injected'); END`);
    await assertRejects(() => history.close(), HistoryError, "injected");
    const next = new SqliteHistory(openFile(path));
    assertEquals((await readAll(next)).map((m) => m.position), [1, 2, 3]);
    await next.close();
  }));

Deno.test("commit() refuses more messages of a pair than it can count", () =>
  withPath(async (path) => {
    const before = new SqliteHistory(openFile(path));
    await before.commit(entries(1));
    await before.close();
    const db = new DatabaseSync(path);
    const almost = MAX_POSITION - 1;
    db.exec(`UPDATE batches SET id = id >> 32 << 32 | ${almost}, first = ${almost}`);
    db.close();

    const history = new SqliteHistory(openFile(path));
    const tooMany = [...entries(1, { to: CAROL }), ...entries(2)];
    await assertRejects(() => history.commit(tooMany), HistoryError, "as many messages");
    assertEquals(await readAll(history, ALICE, CAROL), []);
    await history.commit(entries(1));
    assertEquals((await readAll(history)).map((m) => m.position), [almost, MAX_POSITION]);
    await assertRejects(() => history.commit(entries(1)), HistoryError, "as many messages");
    await history.close();
  }));

/** A history whose `committed` commits are folded. */
function withRows(
  committed: readonly Entry[][],
  test: (history: SqliteHistory, db: DatabaseSync, path: string) => Promise<void>,
): Promise<void> {
  return withPath(async (path) => {
    const before = new SqliteHistory(openFile(path));
    for (const entries of committed) await before.commit(entries);
    await before.close();
    const file = openFile(path);
    const history = new SqliteHistory(file);
    await test(history, file.db, file.path);
    await history.close();
  });
}

Deno.test("read() tells of a damaged row", () =>
  withRows([entries(3)], async (history, db, path) => {
    for (const body of ["'0'", "'0099[0,1,0]x'", "'0005hello'", "x'300031325b302c312c305dff'"]) {
      db.exec(`UPDATE batches SET body = CAST(${body} AS BLOB)`);
      assertStringIncludes(await failure(() => readAll(history), path), "damaged");
    }
  }));

Deno.test("a history whose journal is damaged does not open, and says which row, and what to do", () =>
  withPath(async (path) => {
    const history = await openHistory(path);
    await history.commit(entries(3));
    await history.close();
    const db = new DatabaseSync(path);
    const sound = "00024[1,4,4,1,1]0009[0,1,0]ab";
    db.prepare("INSERT INTO journal VALUES (6, CAST(? AS BLOB))").run(sound);
    const add = db.prepare("INSERT OR REPLACE INTO journal VALUES (7, CAST(? AS BLOB))");
    const told = [
      "0",
      "00013[1,1,1,1,say]",
      "00023[1,1,1,1,1]0009[0,1,0]s",
      "00025[1,1,2,1,1]0008[0,1,0]s",
    ];
    for (const body of told) {
      add.run(body);
      const message = await failure(() => openHistory(path), path);
      assertStringIncludes(message, "row 7 of its journal is not what was stored");
      assertStringIncludes(message, `sqlite3 ${path} "DELETE FROM journal WHERE id = 7"`);
      assertEquals(message.includes("say"), false);
    }
    db.exec("DELETE FROM journal WHERE id = 7");
    db.close();
    const mended = await openHistory(path);
    assertEquals((await readAll(mended)).map((m) => m.position), [1, 2, 3, 4]);
    await mended.close();
  }));

Deno.test("no error of a damaged row shows what was said", () =>
  withRows([entries(1)], async (history, db) => {
    for (const body of ["0010[0,1,0xsay]", "0005hello]", "0007[say],0]"]) {
      db.prepare("UPDATE batches SET body = CAST(? AS BLOB)").run(body);
      const error = await assertRejects(() => readAll(history), HistoryError);
      const told = Deno.inspect(error);
      assertEquals([told.includes("say"), told.includes("hello")], [false, false], told);
    }
  }));

Deno.test("read() ends where rows are gone that there were", () =>
  withRows([entries(3), entries(1, { sessionId: 2 })], async (history, db) => {
    db.exec("DELETE FROM batches WHERE session = 2");
    assertEquals((await readAll(history)).map((m) => m.position), [1, 2, 3]);
  }));

/** A history whose disk fails: commits are refused whole, and it goes on once the disk does. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openFile } from "../../lib/history/file.ts";
import { HistoryError } from "../../lib/history/mod.ts";
import { MAX_POSITION } from "../../lib/history/schema.ts";
import { SqliteHistory } from "../../lib/history/sqlite.ts";
import { ALICE, BOB, CAROL, entries, entry, readAll, withPath } from "./fixtures.ts";

function withDatabase(
  test: (history: SqliteHistory, db: DatabaseSync, path: string) => Promise<void>,
): Promise<void> {
  return withPath(async (path) => {
    const file = openFile(path);
    const history = new SqliteHistory(file);
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
    db.exec(`CREATE TEMP TRIGGER fail BEFORE INSERT ON main.batches WHEN NEW.session = 13
             BEGIN SELECT raise(ABORT, 'injected'); END`);
    const mixed = [...entries(3), ...entries(1, { to: CAROL }), ...entries(1, { sessionId: 13 })];
    await assertRejects(() => history.commit(mixed), HistoryError, "injected");
    assertEquals(await readAll(history), []);
    assertEquals(await readAll(history, ALICE, CAROL), []);
    await history.commit([...entries(1, { from: BOB, to: CAROL }), ...entries(2)]);
    assertEquals((await readAll(history)).map((m) => m.position), [1, 2]);
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

Deno.test("read() tells of a damaged row", () =>
  withDatabase(async (history, db, path) => {
    await history.commit(entries(3));
    for (const body of ["'0'", "'0099[0,1,0]x'", "'0005hello'", "x'300031325b302c312c305dff'"]) {
      db.exec(`UPDATE batches SET body = CAST(${body} AS BLOB)`);
      assertStringIncludes(await failure(() => readAll(history), path), "damaged");
    }
  }));

Deno.test("no error of a damaged row shows what was said", () =>
  withDatabase(async (history, db) => {
    await history.commit(entries(1));
    for (const body of ["0010[0,1,0xsay]", "0005hello]", "0007[say],0]"]) {
      db.prepare("UPDATE batches SET body = CAST(? AS BLOB)").run(body);
      const error = await assertRejects(() => readAll(history), HistoryError);
      const told = Deno.inspect(error);
      assertEquals([told.includes("say"), told.includes("hello")], [false, false], told);
    }
  }));

Deno.test("read() ends where rows are gone that there were", () =>
  withDatabase(async (history, db) => {
    await history.commit(entries(3));
    await history.commit(entries(1, { sessionId: 2 }));
    db.exec("DELETE FROM batches WHERE session = 2");
    assertEquals((await readAll(history)).map((m) => m.position), [1, 2, 3]);
  }));

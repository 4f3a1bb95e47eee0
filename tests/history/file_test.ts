/** Which files the history opens, which it refuses, and how it tells. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { closeFile, openFile } from "../../lib/history/file.ts";
import { HistoryError, openHistory } from "../../lib/history/mod.ts";
import { entries, readAll, spawn, withFile, withPath } from "./fixtures.ts";

/** What openHistory() says when it refuses `path`; `named` is the file it must speak of. */
async function refusal(path: string, named = path): Promise<string> {
  const error = await assertRejects(() => openHistory(path), HistoryError);
  assertStringIncludes(error.message, named);
  return error.message;
}

function change(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

Deno.test("openHistory() finds what was stored before", () =>
  withPath(async (path) => {
    const before = await openHistory(path);
    await before.commit(entries(3));
    assertEquals(await before.reserveSessionIds(10), 1);
    await before.close();
    const after = await openHistory(path);
    assertEquals((await readAll(after)).map((m) => m.number), [1, 2, 3]);
    assertEquals(await after.reserveSessionIds(1), 11);
    await after.commit(entries(1));
    assertEquals((await readAll(after)).map((m) => m.position), [1, 2, 3, 4]);
    await after.close();
  }));

Deno.test("close() leaves everything in the one file, even while someone looks at it", () =>
  withPath(async (path) => {
    const history = await openHistory(path);
    await history.commit(entries(3));
    const reader = new DatabaseSync(path, { readOnly: true });
    reader.prepare("SELECT count(*) FROM messages").get();
    await history.close();
    await Deno.copyFile(path, `${path}.copy`);
    reader.close();
    const restored = await openHistory(`${path}.copy`);
    assertEquals((await readAll(restored)).length, 3);
    await restored.close();
  }));

Deno.test({
  name: "openHistory() creates files for their owner alone",
  ignore: Deno.build.os === "windows", // where files have no such modes
  fn: () =>
    withFile(async (history, path) => {
      await history.commit(entries(1));
      for await (const { name } of Deno.readDir(dirname(path))) {
        const { mode } = await Deno.stat(join(dirname(path), name));
        assertEquals((mode ?? 0) & 0o777, 0o600, name);
      }
    }),
});

Deno.test("openFile() has SQLite sync its log at checkpoints, and leaves commits to the log's own", () =>
  withPath(async (path) => {
    const file = openFile(path);
    assertEquals(file.db.prepare("PRAGMA synchronous").get()?.synchronous, 1);
    assertEquals(file.db.prepare("PRAGMA journal_mode").get()?.journal_mode, "wal");
    await file.log!.sync();
    closeFile(file);
  }));

Deno.test("openHistory() refuses a file that another server has open", () =>
  withFile(async (history, path) => {
    assertStringIncludes(await refusal(path), "in use by another server");
    await history.commit(entries(1));
    await history.close();
    await (await openHistory(path)).close();
  }));

Deno.test({
  name: "openHistory() refuses a file that is open under another name",
  ignore: Deno.build.os === "windows", // where links need a privilege
  fn: () =>
    withFile(async (_, path) => {
      await Deno.symlink(path, `${path}.link`);
      assertStringIncludes(await refusal(`${path}.link`, path), "in use by another server");
    }),
});

Deno.test("openHistory() refuses a file that a server in another process has open", () =>
  withPath(async (path) => {
    const child = spawn("committer.ts", path);
    const output = child.stdout.getReader();
    try {
      await output.read();
      assertStringIncludes(await refusal(path), "in use by another server");
    } finally {
      child.kill("SIGKILL");
      await child.status;
      await output.cancel();
    }
  }));

Deno.test("openHistory() refuses a history of another version and leaves it alone", () =>
  withPath(async (path) => {
    await (await openHistory(path)).close();
    change(path, "PRAGMA user_version = 3");
    const before = await Deno.readFile(path);
    assertStringIncludes(await refusal(path), "version 3");
    assertEquals(await Deno.readFile(path), before);
    change(path, "PRAGMA user_version = 2");
    await (await openHistory(path)).close();
  }));

Deno.test("openHistory() refuses another program's database and leaves it alone", () =>
  withPath(async (path) => {
    change(path, "CREATE TABLE bookmarks (url TEXT)");
    const before = await Deno.readFile(path);
    assertStringIncludes(await refusal(path), "another program");
    assertEquals(await Deno.readFile(path), before);
  }));

Deno.test("openHistory() refuses a file that is no database and leaves it alone", () =>
  withPath(async (path) => {
    const text = "[[subscriber]]\n".repeat(100);
    await Deno.writeTextFile(path, text);
    assertStringIncludes(await refusal(path), "Name another file");
    assertEquals(await Deno.readTextFile(path), text);
  }));

Deno.test("openHistory() refuses a damaged file", () =>
  withPath(async (path) => {
    await (await openHistory(path)).close();
    const bytes = await Deno.readFile(path);
    await Deno.writeFile(path, bytes.fill(0xff, 100, 4096));
    assertStringIncludes(await refusal(path), "damaged");
  }));

Deno.test("openHistory() refuses a history that lost a table", () =>
  withPath(async (path) => {
    await (await openHistory(path)).close();
    change(path, "DROP TABLE counters");
    assertStringIncludes(await refusal(path), "damaged");
  }));

Deno.test("openHistory() refuses a folder", () =>
  withPath(async (path) => {
    await Deno.mkdir(path);
    assertStringIncludes(await refusal(path), "is a folder");
  }));

Deno.test("openHistory() refuses a path without a folder", () =>
  withPath(async (path) => {
    assertStringIncludes(await refusal(join(path, "history.db")), "Create its folder");
  }));

/** Windows has no such modes, and to root they mean nothing. */
const modesHold = Deno.build.os !== "windows" && Deno.uid() !== 0;

Deno.test({
  name: "openHistory() refuses a folder that it may not write to" +
    (modesHold ? "" : " (skipped: this user may write anywhere)"),
  ignore: !modesHold,
  fn: () =>
    withPath(async (path) => {
      const folder = dirname(path);
      await Deno.chmod(folder, 0o500);
      assertStringIncludes(await refusal(path), "read and write the file and its folder");
      await Deno.chmod(folder, 0o700);
      await (await openHistory(path)).close();
      await Deno.chmod(path, 0o400);
      assertStringIncludes(await refusal(path), "read and write the file and its folder");
    }),
});

Deno.test("openHistory() refuses a path through a file", () =>
  withPath(async (path) => {
    await Deno.writeTextFile(path, "");
    const error = await assertRejects(() => openHistory(join(path, "history.db")), HistoryError);
    assert(error.cause instanceof Error);
  }));

Deno.test("openHistory() refuses a lock that is no lock", () =>
  withPath(async (path) => {
    Deno.writeTextFileSync(`${path}-lock`, "not a database, but long enough to be taken for one");
    assertStringIncludes(await refusal(path), "Name another file, or move this one away");
  }));

/** The view `messages`: whoever opens the file with SQLite reads every message. */

import { assert, assertEquals } from "@std/assert";
import { encodeHex } from "@std/encoding/hex";
import { DatabaseSync } from "node:sqlite";
import { textFromString } from "../../lib/codec/mod.ts";
import { openHistory } from "../../lib/history/mod.ts";
import { ALICE, BOB, CAROL, entries, entry, NOW, readAll, withFile } from "./fixtures.ts";

const TEXTS = [
  "plain",
  "two\nlines\r\n",
  "a \0 in it",
  "0009[0,1,0]x",
  "]][[::,,",
  `'single' "double" \`back\``,
  "naïve 😀 👩‍👩‍👧 العربية",
  "\ufeffBOM",
  "x".repeat(4096),
];

const HAS_SQLITE3 = await hasSqlite3();

async function hasSqlite3(): Promise<boolean> {
  try {
    return (await new Deno.Command("sqlite3", { args: ["-version"], stdout: "null" }).output())
      .success;
  } catch {
    return false;
  }
}

async function sqlite3(path: string, ...commands: string[]): Promise<string[]> {
  const { success, stdout, stderr } = await new Deno.Command("sqlite3", {
    args: ["-batch", path, ...commands],
  }).output();
  const decoder = new TextDecoder();
  assertEquals([success, decoder.decode(stderr)], [true, ""]);
  return decoder.decode(stdout).split(/\r?\n/).slice(0, -1);
}

function bytesOf(texts: readonly string[]): string[] {
  return texts.map((text) => encodeHex(textFromString(text)).toUpperCase());
}

Deno.test("the view messages shows every column", () =>
  withFile(async (history, path) => {
    await history.commit([
      entry({ sessionId: 7, number: 4, text: "hello" }),
      entry({ sessionId: 7, number: 1, from: BOB, to: ALICE, at: NOW + 211, text: "hi" }),
    ]);
    const db = new DatabaseSync(path, { readOnly: true });
    const rows = db.prepare("SELECT * FROM messages ORDER BY position").all();
    db.close();
    assertEquals(rows.map((row) => ({ ...row })), [
      {
        session_id: 7,
        position: 1,
        number: 4,
        at: NOW,
        time: "2024-02-29T12:34:56.789Z",
        sender: "alice",
        recipient: "bob",
        text: "hello",
      },
      {
        session_id: 7,
        position: 2,
        number: 1,
        at: NOW + 211,
        time: "2024-02-29T12:34:57.000Z",
        sender: "bob",
        recipient: "alice",
        text: "hi",
      },
    ]);
  }));

Deno.test("the view messages shows every text as it was sent, from the journal and from rows", () =>
  withFile(async (history, path) => {
    // One by one, as much at once is no row of the journal.
    for (const text of TEXTS) await history.commit([entry({ text })]);
    const db = new DatabaseSync(path, { readOnly: true });
    const select = db.prepare("SELECT hex(text) AS bytes FROM messages ORDER BY position");
    const journal = db.prepare("SELECT id FROM journal");
    assert(journal.all().length > 0);
    assertEquals(select.all().map((row) => row.bytes), bytesOf(TEXTS));
    await history.close();
    assertEquals(journal.all().length, 0);
    assertEquals(select.all().map((row) => row.bytes), bytesOf(TEXTS));
    db.close();
  }));

Deno.test("the view messages shows all pairs, sessions and commits", () =>
  withFile(async (history, path) => {
    await history.commit([...entries(300), ...entries(3, { from: CAROL, to: BOB, sessionId: 2 })]);
    await history.commit([...entries(2, { sessionId: 3 }), ...entries(2, { sessionId: 4 })]);
    const db = new DatabaseSync(path, { readOnly: true });
    const rows = db.prepare(
      `SELECT session_id, sender, recipient, min(position) AS first, max(position) AS last,
         count(*) AS n FROM messages GROUP BY 1, 2, 3 ORDER BY 1`,
    ).all();
    db.close();
    assertEquals(rows.map((row) => Object.values(row)), [
      [1, "alice", "bob", 1, 300, 300],
      [2, "carol", "bob", 1, 3, 3],
      [3, "alice", "bob", 301, 302, 2],
      [4, "alice", "bob", 303, 304, 2],
    ]);
  }));

Deno.test({
  name: "sqlite3 reads the history of a running server (skipped where there is no sqlite3)",
  ignore: !HAS_SQLITE3,
  fn: () =>
    withFile(async (history, path) => {
      await history.commit(TEXTS.map((text) => entry({ text })));
      const read = "SELECT hex(text) FROM messages ORDER BY position";
      assertEquals(await sqlite3(path, read), bytesOf(TEXTS));
      await history.commit([entry({ sessionId: 9, text: "later" })]);
      const line = "SELECT session_id, sender, recipient, text FROM messages WHERE session_id = 9";
      assertEquals(await sqlite3(path, line), ["9|alice|bob|later"]);
    }),
});

Deno.test({
  name: "sqlite3 backs up the history of a running server (skipped where there is no sqlite3)",
  ignore: !HAS_SQLITE3,
  fn: () =>
    withFile(async (history, path) => {
      await history.commit(entries(3));
      await sqlite3(path, `.backup '${path}.copy'`);
      await history.commit(entries(1));
      const copy = await openHistory(`${path}.copy`);
      assertEquals((await readAll(copy)).map((m) => m.position), [1, 2, 3]);
      await copy.close();
      assertEquals(await history.lastPosition(ALICE, BOB), 4);
    }),
});

/** A history whose journal is damaged: what the admin is told, and that what operations.md says helps. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { Archive, HistoryError, openHistory } from "../../lib/history/mod.ts";
import { ALICE, BOB } from "../server/rig.ts";
import { entries } from "../history/fixtures.ts";
import { Folder } from "../programs/fixtures.ts";

function change(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

Deno.test("a damaged journal is told with its file, and without it all else is there", async () => {
  await using folder = new Folder();
  const path = folder.file("history.db");
  const history = await openHistory(path, { durability: "normal" });
  await history.commit(entries(100, { from: ALICE, to: BOB }));
  await history.close();
  // What stands in the journal is folded when a history is opened.
  await (await openHistory(path, { durability: "normal" })).close();
  change(path, "INSERT INTO journal (body) VALUES (CAST('not a run' AS BLOB))");
  const { message } = await assertRejects(() => openHistory(path), HistoryError);
  assertStringIncludes(message, `cannot open the history ${path}: `);
  assertStringIncludes(message, "The file is damaged: keep a copy, then restore a backup");

  const doc = await Deno.readTextFile(new URL("../../docs/operations.md", import.meta.url));
  const remedy = /^sqlite3 history\.db "(DELETE .*)"$/m.exec(doc)![1]!;
  change(path, remedy);
  await (await openHistory(path, { durability: "normal" })).close();
  using archive = Archive.open(path);
  assertEquals([...archive.messages(ALICE, BOB, 1_000)!].length, 100);
});

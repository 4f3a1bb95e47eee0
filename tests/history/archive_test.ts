/** What an admin reads in a history's file, with and without a server that keeps it. */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { textToString } from "../../lib/codec/mod.ts";
import { Archive, HistoryError, openHistory } from "../../lib/history/mod.ts";
import { ALICE, BOB, CAROL, entries, entry, NOW, withFile, withPath } from "./fixtures.ts";

function refusal(path: string): string {
  return assertThrows(() => Archive.open(path), HistoryError).message;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

Deno.test("Archive.messages() reads a pair in order, also while a server stores more", () =>
  withFile(async (history, path) => {
    await history.commit([...entries(300), entry({ from: CAROL, text: "to bob" })]);
    using archive = Archive.open(path);
    const read: string[] = [];
    for (const { position, sender, text } of archive.messages(BOB, ALICE)!) {
      if (position === 100) await history.commit([entry({ text: "too late" })]);
      read.push(`${position} ${sender} ${textToString(text)}`);
    }
    assertEquals(read, Array.from({ length: 300 }, (_, i) => `${i + 1} alice ${i + 1}`));
    const newest = Array.from(archive.messages(ALICE, BOB, 2)!, ({ text }) => textToString(text));
    assertEquals(newest, ["300", "too late"]);
    assertEquals(Array.from(archive.messages(ALICE, BOB, 1000)!).length, 301);
    assertEquals(archive.messages(ALICE, CAROL), undefined);
  }));

Deno.test("Archive reads a history that no server keeps", () =>
  withPath(async (path) => {
    const history = await openHistory(path, { durability: "normal" });
    await history.commit(entries(3));
    await history.close();
    {
      using archive = Archive.open(path);
      assertEquals(Array.from(archive.messages(ALICE, BOB)!).length, 3);
      assertEquals(archive.stats().messages, 3);
    }
    await (await openHistory(path)).close();
  }));

Deno.test("Archive.open() creates nothing, and says what is wrong with a file", () =>
  withPath(async (path) => {
    assertStringIncludes(refusal(path), `there is no history ${path}. Name the file`);
    assertEquals(await exists(path), false);

    Deno.mkdirSync(`${path}.folder`);
    assertStringIncludes(refusal(`${path}.folder`), "is a folder. Name the file");

    Deno.writeTextFileSync(`${path}.txt`, "no database at all ".repeat(100));
    assertStringIncludes(refusal(`${path}.txt`), "file is not a database. Name another file");

    const other = new DatabaseSync(`${path}.other`);
    other.exec("CREATE TABLE theirs (x)");
    other.close();
    assertStringIncludes(refusal(`${path}.other`), "is a database of another program");
    assertThrows(() => Archive.open(`${path}.other`, "write"), HistoryError, "another program");
  }));

Deno.test("Archive tells of a damaged row of either table by a HistoryError", () =>
  withFile(async (history, path) => {
    await history.commit(entries(2));
    const db = new DatabaseSync(path);
    const { body } = db.prepare("SELECT body FROM journal").get() as { body: Uint8Array };
    using archive = Archive.open(path);
    const damaged = (): void => {
      assertThrows(() => [...archive.messages(ALICE, BOB)!], HistoryError, "The file is damaged");
    };
    db.exec("UPDATE journal SET body = x'3030'");
    damaged();
    db.prepare("UPDATE journal SET body = ?").run(body);
    assertEquals([...archive.messages(ALICE, BOB)!].length, 2);
    await history.close();
    db.exec("UPDATE batches SET body = x'3030'");
    damaged();
    db.close();
  }));

Deno.test("Archive.stats() counts messages, pairs, times and bytes", () =>
  withFile(async (history, path) => {
    using archive = Archive.open(path);
    const { bytes, freeBytes, ...none } = archive.stats();
    assertEquals(none, { messages: 0, pairs: 0, biggest: [] });
    assert(bytes > 0 && freeBytes === 0);

    await history.commit([...entries(300), ...entries(5, { from: CAROL, at: NOW + 5_000 })]);
    await history.commit(entries(7, { from: CAROL, sessionId: 2, at: NOW - 1_000 }));
    const { bytes: more, freeBytes: _, ...some } = archive.stats();
    assertEquals(some, {
      messages: 312,
      pairs: 2,
      oldest: NOW - 1_000,
      newest: NOW + 5_000,
      biggest: [{ pair: [ALICE, BOB], messages: 300 }, { pair: [BOB, CAROL], messages: 12 }],
    });
    assert(more > bytes);
  }));

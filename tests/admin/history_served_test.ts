/** Pruning under a running server: chats go on, and HISTORY shows exactly what was kept. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { textToString } from "../../lib/codec/mod.ts";
import { Archive, type Entry, openHistory } from "../../lib/history/mod.ts";
import { entries } from "../history/fixtures.ts";
import { ALICE, BOB, chatting, loggedOn, type TestClient, withServer } from "../server/rig.ts";

const LONG_AGO = Date.UTC(2020, 0, 1);

async function withPath(test: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "parley-" });
  try {
    await test(join(folder, "history.db"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Prunes what is older than a day. */
async function prune(path: string): Promise<number> {
  using archive = Archive.open(path, "write");
  return (await archive.prune({ before: Date.now() - 86_400_000 })).messages;
}

async function history(
  { client }: TestClient,
  options: { last?: number; before?: number } = {},
): Promise<string[]> {
  const lines: string[] = [];
  await client.history(
    BOB,
    ({ position, text }) => void lines.push(`${position} ${textToString(text)}`),
    options,
  );
  return lines;
}

/** Messages of another year: more than the server reads at a time, so that their gap is wide. */
function old(count: number): Entry[] {
  return entries(count, { at: LONG_AGO, from: ALICE, to: BOB });
}

Deno.test("a server whose history is pruned goes on, and so does the next one", () =>
  withPath(async (path) => {
    const first = await openHistory(path, { durability: "normal" });
    await first.commit(old(3_000));
    await withServer(async (rig) => {
      const [alice, bob] = await chatting(rig);
      await alice.client.send("one");
      assertEquals((await history(alice)).length, 3_001);
      const [pruned] = await Promise.all([prune(path), bob.client.send("two")]);
      assertEquals(pruned, 3_000);
      await alice.client.send("three");

      const kept = ["3001 one", "3002 two", "3003 three"];
      assertEquals(await history(alice), kept);
      assertEquals(await history(alice, { last: 2 }), kept.slice(1));
      assertEquals(await history(alice, { last: 2, before: 3_002 }), kept.slice(0, 1));
      assertEquals(await history(alice, { last: 50, before: 3_001 }), []);
      await Promise.all([alice.client.logOff(), bob.client.logOff()]);
    }, { history: first });
    await first.close();

    const second = await openHistory(path, { durability: "normal" });
    await withServer(async (rig) => {
      const [alice, bob] = await chatting(rig);
      assertEquals((await history(alice)).length, 3);
      await alice.client.send("four");
      assertEquals((await history(alice)).at(-1), "3004 four");
      await Promise.all([alice.client.logOff(), bob.client.logOff()]);
    }, { history: second });
    await second.close();
  }));

Deno.test("a pair whose messages are all pruned has an empty history, and goes on", () =>
  withPath(async (path) => {
    const first = await openHistory(path, { durability: "normal" });
    await first.commit(old(3_000));
    await withServer(async (rig) => {
      const alice = await loggedOn(rig, ALICE);
      assertEquals((await history(alice)).length, 3_000);
      assertEquals(await prune(path), 3_000);
      assertEquals([await history(alice), await history(alice, { last: 10 })], [[], []]);
      await alice.client.logOff();
    }, { history: first });
    await first.close();

    const second = await openHistory(path, { durability: "normal" });
    await withServer(async (rig) => {
      const [alice, bob] = await chatting(rig);
      assertEquals(await history(alice), []);
      await bob.client.send("hello again");
      assertEquals(await history(alice), ["3001 hello again"]);
      assertEquals(await history(alice, { last: 10 }), ["3001 hello again"]);
      await Promise.all([alice.client.logOff(), bob.client.logOff()]);
    }, { history: second });
    await second.close();
  }));

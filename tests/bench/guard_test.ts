/**
 * That the server stays fast: counts that are exact, and one ratio that is the same on a slow
 * machine and on a busy one. The figures themselves are in docs/performance.md.
 */

import { assert, assertEquals } from "@std/assert";
import { type LoadPlan, measureLoads } from "../../bench/measures/loads.ts";
import { PARLEY, PLAIN_RELAY } from "../../bench/servers/mod.ts";
import {
  ByteWriter,
  encodeFrame,
  type Frame,
  RecordSplitter,
  textFromString,
} from "../../lib/codec/mod.ts";
import { type Entry, MemoryHistory } from "../../lib/history/mod.ts";
import { ALICE, BOB, withServer } from "../server/rig.ts";
import { RawClient } from "../server/raw_client.ts";
import { eventually } from "../server/waiting.ts";
import { CountedWrites } from "./counted_writes.ts";

/** Messages that a client sends in one go. */
const BURST = 64;

/**
 * How many times the processor time of the plain relay a message may take. It takes about 10 times
 * as much; more than twice that means that something has gone wrong.
 */
const MOST_RELAYS = 25;

/** How many messages each commit has, in order. */
class CountedHistory extends MemoryHistory {
  readonly commits: number[] = [];

  override commit(entries: readonly Entry[]): Promise<void> {
    this.commits.push(entries.reduce((sum, { texts }) => sum + texts.length, 0));
    return super.commit(entries);
  }
}

/** What the server did with a burst of alice's, which `write` sends, on its way to bob. */
async function burst(write: (alice: RawClient, chats: Frame[]) => Promise<void>): Promise<unknown> {
  const history = new CountedHistory();
  using writes = new CountedWrites();
  let counts: unknown;
  await withServer(async (rig) => {
    using bob = await RawClient.connected(rig, BOB);
    using alice = await RawClient.connected(rig, ALICE);
    await alice.send({ type: "CHAT_REQUEST", clientId: BOB });
    const { sessionId } = await alice.next("CHAT_STARTED");
    await bob.next("CHAT_STARTED");
    // The server reads more at a time once it has seen that there is more.
    const pings = Array.from({ length: 2_000 }, (): Frame => ({ type: "PING", token: 1 }));
    await alice.send(...pings);
    for (const _ of pings) await alice.next("PONG");
    const [atBob, atAlice, written] = [records(bob), records(alice), writes.count];
    const chats = Array.from({ length: BURST }, (_, i): Frame => {
      return { type: "CHAT", sessionId, number: i + 1, text: textFromString("x".repeat(64)) };
    });
    await write(alice, chats);
    for (let number = 1; number <= BURST; number++) {
      assertEquals((await bob.next("CHAT")).number, number);
    }
    // One receipt stands for all before it, so the first that comes is the only one.
    const { number: receipted } = await alice.next("RECEIPT");
    counts = {
      commits: history.commits,
      receipted,
      recordsToBob: records(bob) - atBob,
      recordsToAlice: records(alice) - atAlice,
      writes: writes.count - written,
    };
    alice[Symbol.dispose]();
    bob[Symbol.dispose]();
    await eventually("an empty server", () => rig.server.load.clients === 0);
  }, { history });
  return counts;
}

/** How many records of the server a client has read. */
function records({ read }: RawClient): number {
  const splitter = new RecordSplitter();
  for (const piece of read) splitter.push(piece);
  let count = 0;
  while (splitter.next() !== undefined) count++;
  return count;
}

const ONE_OF_EACH = {
  commits: [BURST],
  receipted: BURST,
  recordsToBob: 1,
  recordsToAlice: 1,
  writes: 2,
};

Deno.test(`${BURST} messages in one record cost one commit, one record on, and one RECEIPT`, async () => {
  assertEquals(await burst((alice, chats) => alice.send(...chats)), ONE_OF_EACH);
});

Deno.test(`${BURST} records in one write cost one commit, one record on, and one RECEIPT`, async () => {
  const write = (alice: RawClient, chats: Frame[]): Promise<void> =>
    alice.write(...chats.map((chat) => {
      const writer = new ByteWriter();
      encodeFrame(chat, writer);
      return alice.seal(writer.view());
    }));
  assertEquals(await burst(write), ONE_OF_EACH);
});

const LINUX = Deno.build.os === "linux";

Deno.test({
  name: `a message costs at most ${MOST_RELAYS} times what a plain relay takes` +
    (LINUX ? "" : " (skipped: there is no /proc here)"),
  ignore: !LINUX,
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "parley-guard-" });
    try {
      const plan: LoadPlan = {
        experiment: "modes",
        modes: ["coalesced"],
        pairs: 20,
        size: 64,
        rounds: 3,
        warmUp: 150,
        duration: 400,
      };
      const rows = await measureLoads([PARLEY, PLAIN_RELAY], plan, folder, (server, error) => {
        throw new Error(`${server} cannot be measured`, { cause: error });
      });
      // What disturbs a round makes it slower, never faster.
      const [parley, relay] = rows.map(({ samples }) => Math.min(...samples.map(({ cpu }) => cpu)));
      const relays = parley! / relay!;
      assert(
        relays <= MOST_RELAYS,
        `a message takes ${parley} µs, which is ${relays.toFixed(1)} times the relay's ${relay} µs`,
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

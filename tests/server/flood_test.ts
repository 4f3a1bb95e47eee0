import { assert, assertEquals } from "@std/assert";
import type { Frame } from "../../lib/codec/mod.ts";
import type { NotDeliveredError } from "../../lib/client/mod.ts";
import { RawClient } from "./raw_client.ts";
import { ALICE, BOB, CAROL, loggedOn, whileOthersChat, withServer } from "./rig.ts";
import { eventually } from "./waiting.ts";

const NOT_CONNECTED = "connections that did not CONNECT";
const TOO_SLOW = "readers that were too slow";

const IDLE = 10_000;
const KEPT = 4_096;
/** Both ends of the connections that are kept, one end of those that are not, and some to spare. */
const FILES = IDLE + KEPT + 1_000;

/** How many files this process may have open; 0 where the system does not say. */
function maxFiles(): number {
  try {
    const { stdout } = new Deno.Command("sh", { args: ["-c", "ulimit -n"] }).outputSync();
    const limit = new TextDecoder().decode(stdout).trim();
    return limit === "unlimited" ? Infinity : Number(limit);
  } catch {
    return 0;
  }
}

const mayFlood = maxFiles() >= FILES;

Deno.test({
  name: `10,000 idle connections: the surplus is closed, ${KEPT} are held, others chat and log on` +
    (mayFlood ? "" : ` (skipped: this needs ${FILES} open files; see ulimit -n)`),
  ignore: !mayFlood,
  fn: async () => {
    await withServer(async (rig) => {
      const idle: RawClient[] = [];
      await whileOthersChat(rig, async () => {
        while (idle.length < IDLE) {
          const some = Array.from({ length: 100 }, () => RawClient.open(rig));
          idle.push(...await Promise.all(some));
          assert(rig.server.load.unconnected <= KEPT);
        }
        await eventually(
          "the surplus to be closed",
          () => rig.server.dropped(NOT_CONNECTED) === IDLE - KEPT,
        );
        await (await loggedOn(rig, CAROL)).client.logOff();
        assert(rig.server.load.unconnected <= KEPT);
      });
      for (const client of idle) client[Symbol.dispose]();
      await rig.assertDropped(NOT_CONNECTED, IDLE);
    }, {
      limits: { maxUnconnected: KEPT, maxUnconnectedPerAddress: IDLE, connectTimeout: 600_000 },
    });
  },
});

Deno.test("one address gets so many connections without a CONNECT, and no more", async () => {
  await withServer(async (rig) => {
    const idle: RawClient[] = [];
    await whileOthersChat(rig, async () => {
      for (let i = 0; i < 30; i++) idle.push(await RawClient.open(rig));
      await eventually("20 to be closed", () => rig.server.dropped(NOT_CONNECTED) === 20);
      assertEquals(rig.server.load.unconnected, 10);
    });
    for (const client of idle) client[Symbol.dispose]();
  }, { limits: { maxUnconnectedPerAddress: 10 } });
});

Deno.test("a reader that is too slow is disconnected; whoever sends to it never waits", async () => {
  await withServer(async (rig) => {
    await whileOthersChat(rig, async () => {
      const bob = await loggedOn(rig, BOB);
      using alice = await RawClient.connected(rig, ALICE);
      await alice.send({ type: "CHAT_REQUEST", clientId: BOB });
      await alice.next("CHAT_STARTED");
      await bob.notice("chat started");
      const text = "x".repeat(4_096);
      const outcomes: Promise<unknown>[] = [];
      while (bob.client.state === "Active Chat") {
        outcomes.push(bob.client.send(text).catch((error) => error));
        await bob.client.room();
        if (outcomes.length % 64 === 0) await bob.client.confirmed();
      }
      await bob.notice("chat ended");
      for (const outcome of await Promise.all(outcomes)) {
        assert(outcome === undefined || (outcome as NotDeliveredError).why === "not_in_session");
      }
      await bob.client.logOff();
    });
    await rig.assertDropped(TOO_SLOW, 1);
  }, { limits: { maxQueuedBytes: 256 * 1024 } });
});

Deno.test("a client that asks and asks but does not read is disconnected", async () => {
  await withServer(async (rig) => {
    await whileOthersChat(rig, async () => {
      using alice = await RawClient.connected(rig, ALICE);
      const pings = Array.from({ length: 2_000 }, (): Frame => ({ type: "PING", token: 1 }));
      const isTooSlow = (): boolean => rig.server.dropped(TOO_SLOW) > 0;
      while (!isTooSlow()) {
        const before = rig.traced.all.length;
        await alice.send(...pings).catch(() => {});
        // No more is under way than the server takes, or the systems between might wait for ever.
        const taken = (): boolean => rig.traced.all.length >= before + pings.length;
        await eventually("the server to take them", () => taken() || isTooSlow());
      }
    });
    await rig.assertDropped(TOO_SLOW, 1);
  }, { limits: { maxQueuedBytes: 256 * 1024 } });
});

/** Every number that the server exports, moved by what it counts, at a real server. */

import { assert, assertEquals } from "@std/assert";
import { Metrics } from "../../lib/admin/metrics/metrics.ts";
import type { ChatClient } from "../../lib/client/mod.ts";
import { type ClientId, textFromString } from "../../lib/codec/mod.ts";
import { DROPPED, type ServerLimits } from "../../lib/server/mod.ts";
import { HeldHistory, ReadHistory } from "../server/histories.ts";
import { randomBytes, RawClient, RawLogin, RawUdp } from "../server/raw_client.ts";
import { ALICE, BOB, CAROL, loggedOn, startChat, TestClient } from "../server/rig.ts";
import { eventually } from "../server/waiting.ts";
import { changes, Monitored, type Values, valuesOf } from "./monitored.ts";

/** Numbers that move by themselves. */
const ALIVE = /^parley_(event_loop_delay|history_commit_seconds|resident_memory)/;

/** How the counters and gauges change while `action` goes on, once they have changed that far. */
async function assertChanges(
  monitored: Monitored,
  action: () => Promise<unknown>,
  expected: Record<string, number>,
): Promise<void> {
  const before = await monitored.values();
  await action();
  const end = Date.now() + 20_000;
  for (;;) {
    const all = Object.entries(changes(before, await monitored.values()));
    const seen = Object.fromEntries(all.filter(([name]) => !ALIVE.test(name)));
    const same = JSON.stringify(Object.entries(seen).sort()) ===
      JSON.stringify(Object.entries(expected).sort());
    if (same) return;
    if (Date.now() > end) assertEquals(seen, expected);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Deno.test("log-ons that are not judged are counted apart, and so are pauses", async () => {
  const limits: Partial<ServerLimits> = {
    refusedLogOns: { perSecond: 0.001, burst: 1, remembered: 8 },
    messages: { perSecond: 100, burst: 2 },
  };
  await using monitored = await Monitored.start({ limits });
  using alice = await RawClient.connected(monitored, ALICE);
  await assertChanges(monitored, async () => {
    const pings = Array.from({ length: 3 }, (_, token) => ({ type: "PING", token } as const));
    await alice.send(...pings);
    for (const { type: _ } of pings) await alice.next("PONG");
  }, { 'parley_dropped_total{what="pauses for clients that send too fast"}': 1 });
  await assertChanges(monitored, async () => {
    using udp = new RawUdp(monitored.server.udpAddress);
    for (let i = 0; i < 2; i++) {
      const login = new RawLogin(BOB, randomBytes(8));
      await udp.ask(login.response(await udp.challenge(login)));
    }
  }, {
    'parley_log_ons_total{result="wrong RES"}': 1,
    'parley_log_ons_total{result="too many refused"}': 1,
    "parley_pending_logins": 2,
  });
});

/** The numbers whose names begin so, as they stand there. */
function startingWith(values: Values, name: string): string[] {
  return [...values.keys()].filter((key) => key.startsWith(name));
}

Deno.test("log-ons, connections and disconnects are counted, refusals by their reason", async () => {
  await using monitored = await Monitored.start({ limits: { idleTimeout: 1e6 } });
  const { server } = monitored;
  const logOn = (clientId: ClientId): Promise<TestClient> => loggedOn(server.udpAddress, clientId);
  let alice!: TestClient;
  await assertChanges(monitored, async () => alice = await logOn(ALICE), {
    'parley_log_ons_total{result="accepted"}': 1,
    "parley_connections": 1,
    "parley_pending_logins": 1,
  });
  await assertChanges(monitored, () => alice.client.logOff(), {
    "parley_connections": -1,
    'parley_disconnects_total{reason="connection closed"}': 1,
  });
  await assertChanges(monitored, async () => {
    await using wrong = new TestClient(server.udpAddress, ALICE, { secret: randomBytes(8) });
    await wrong.client.logOn().catch(() => {});
  }, { 'parley_log_ons_total{result="wrong RES"}': 1, "parley_pending_logins": 1 });
  await assertChanges(monitored, async () => {
    await using unknown = new TestClient(server.udpAddress, "unknown" as ClientId);
    await unknown.client.logOn().catch(() => {});
  }, { 'parley_log_ons_total{result="unknown client-ID"}': 1, "parley_pending_logins": 1 });
  await assertChanges(monitored, async () => {
    using udp = new RawUdp(server.udpAddress);
    const login = new RawLogin(ALICE);
    // Of small order: no secret can be agreed on with it (docs/protocol.md, clause 6.2.2).
    const hello = { ...login.hello, clientKey: new Uint8Array(32) };
    const challenge = await udp.ask(hello);
    if (challenge.type !== "CHALLENGE") throw new Error(challenge.type);
    await udp.ask({ ...login.response(challenge), clientKey: hello.clientKey });
  }, { 'parley_log_ons_total{result="unusable key"}': 1, "parley_pending_logins": 1 });
  const again = await logOn(ALICE);
  await assertChanges(monitored, async () => await logOn(ALICE), {
    'parley_log_ons_total{result="accepted"}': 1,
    'parley_disconnects_total{reason="logged_on_elsewhere"}': 1,
    "parley_pending_logins": 1,
  });
  await again.notice("logged off");
  await assertChanges(monitored, () => Promise.resolve(server.revoke(ALICE)), {
    "parley_connections": -1,
    'parley_disconnects_total{reason="revoked"}': 1,
  });
});

Deno.test("chats, messages, their bytes, requests in vain and histories are counted", async () => {
  const history = new ReadHistory();
  await using monitored = await Monitored.start({ history });
  const { server } = monitored;
  await using alice = await loggedOn(server.udpAddress, ALICE);
  await using bob = await loggedOn(server.udpAddress, BOB);
  await assertChanges(monitored, () => startChat(alice, bob), {
    "parley_chats_started_total": 1,
    "parley_chats_active": 1,
  });
  const before = await monitored.values();
  await assertChanges(monitored, async () => {
    await alice.client.send("hello");
    await bob.client.send("né");
  }, { "parley_messages_stored_total": 2, "parley_stored_text_bytes_total": 8 });
  const commits = changes(before, await monitored.values())["parley_history_commit_seconds_count"]!;
  assert(commits === 1 || commits === 2);
  await assertChanges(monitored, async () => await alice.client.endChat(), {
    "parley_chats_active": -1,
  });
  await assertChanges(monitored, () => alice.client.chat(CAROL), {
    "parley_chats_unreachable_total": 1,
  });
  await assertChanges(monitored, () => readHistory(alice.client, BOB), {
    'parley_histories_read_total{outcome="complete"}': 1,
  });
  history.unreadableFrom = 1;
  await assertChanges(monitored, () => readHistory(alice.client, BOB).catch(() => {}), {
    'parley_histories_read_total{outcome="unavailable"}': 1,
    'parley_dropped_total{what="histories that somebody asked for"}': 1,
  });
});

Deno.test("refusals, protocol errors and drops are counted by their reason", async () => {
  const history = new HeldHistory();
  await using monitored = await Monitored.start({ history });
  using alice = await RawClient.connected(monitored, ALICE);
  using bob = await RawClient.connected(monitored, BOB);
  await alice.send({ type: "CHAT_REQUEST", clientId: BOB });
  const { sessionId } = await alice.next("CHAT_STARTED");
  const text = textFromString("hello");
  const chat = { type: "CHAT", sessionId, text } as const;
  await assertChanges(monitored, () => alice.send({ ...chat, number: 2 }), {
    'parley_messages_refused_total{reason="out_of_order"}': 1,
    "parley_protocol_errors_total": 1,
  });
  await assertChanges(monitored, () => bob.send({ ...chat, sessionId: 4711, number: 1 }), {
    'parley_messages_refused_total{reason="not_in_session"}': 1,
    "parley_protocol_errors_total": 1,
  });
  await assertChanges(monitored, async () => {
    await alice.send({ ...chat, number: 1 });
    (await history.next()).fail();
  }, {
    'parley_messages_refused_total{reason="not_stored"}': 1,
    "parley_history_commit_failures_total": 1,
    'parley_dropped_total{what="commits of messages, all of them refused"}': 1,
  });
  // What only a server says counts for nothing when a client says it.
  await assertChanges(monitored, async () => {
    await bob.send({ type: "REFUSED", sessionId, number: 1, reason: "not_stored" });
    await bob.send({ type: "PING", token: 1 });
    await bob.next("PONG");
  }, {});
  using udp = new RawUdp(monitored.server.udpAddress);
  await assertChanges(monitored, () => udp.send(randomBytes(30)), {
    'parley_dropped_total{what="datagrams that are not Parley\'s or are damaged"}': 1,
  });
  await assertChanges(monitored, async () => {
    using client = await RawClient.open(monitored);
    await client.write(randomBytes(200));
    await client.ended();
  }, { 'parley_dropped_total{what="connections that did not CONNECT"}': 1 });
});

Deno.test("a connection that has not shown a CONNECT is counted apart", async () => {
  await using monitored = await Monitored.start();
  using _silent = await RawClient.open(monitored);
  await eventually("the newcomer", () => monitored.server.load.unconnected === 1);
  assertEquals((await monitored.values()).get("parley_unconnected"), 1);
});

Deno.test("reloads and defects are counted, and late timers measured", async () => {
  const metrics = new Metrics({ version: "1.2.3", deno: "4.5.6" });
  const common = { file: "subscribers.toml" } as const;
  const lists = { total: 1, added: [], removed: [], rotated: [] };
  metrics.note({ type: "subscribers reloaded", ...common, ...lists });
  metrics.note({ type: "subscribers not reloaded", ...common, problems: ["one"] });
  metrics.note({ type: "subscribers not reloaded", ...common, problems: ["one"] });
  metrics.note({ type: "internal error", message: "RangeError" });
  metrics.delayed(0.004);
  const values = valuesOf(await metrics.text());
  assertEquals(values.get('parley_reloads_total{result="applied"}'), 1);
  assertEquals(values.get('parley_reloads_total{result="rejected"}'), 2);
  assertEquals(values.get("parley_defects_total"), 1);
  assertEquals(values.get('parley_event_loop_delay_seconds_bucket{le="0.0025"}'), 0);
  assertEquals(values.get('parley_event_loop_delay_seconds_bucket{le="0.005"}'), 1);
  assertEquals(values.get('parley_build_info{version="1.2.3",deno="4.5.6"}'), 1);
  assertEquals(startingWith(values, "parley_dropped_total").length, DROPPED.length);
});

async function readHistory(client: ChatClient, other: ClientId): Promise<void> {
  await client.history(other, () => {});
}

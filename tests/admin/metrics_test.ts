/** Every number that the server exports, moved by what it counts, at a real server. */

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Metrics } from "../../lib/admin/metrics.ts";
import { Monitor } from "../../lib/admin/monitor.ts";
import { AdminError } from "../../lib/admin/out.ts";
import type { ChatClient } from "../../lib/client/mod.ts";
import { type ClientId, textFromString } from "../../lib/codec/mod.ts";
import { HistoryError, MemoryHistory } from "../../lib/history/mod.ts";
import { DROPPED } from "../../lib/server/mod.ts";
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
    // Of small order: no secret can be agreed on with it (docs/protocol.md, clause 5.3).
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

Deno.test("a monitor measures the delay of the event loop, and memory, by itself", async () => {
  await using monitored = await Monitored.start();
  for (let seen = 0; seen < 2;) {
    const values = await monitored.values();
    seen = values.get("parley_event_loop_delay_seconds_count")!;
    assert(values.get("parley_resident_memory_bytes")! > 1e6);
  }
});

Deno.test("/healthz: starting, ok, failing until a commit succeeds, stopping", async () => {
  const history = new HeldHistory();
  const starting = new Monitor(0, "1.2.3");
  const response = await fetch(`${starting.url}/healthz`);
  assertEquals([response.status, await response.text()], [503, "the server is starting\n"]);
  await starting[Symbol.asyncDispose]();

  await using monitored = await Monitored.start({ history });
  assertEquals(await monitored.health(), "200 ok\n");
  await using alice = await loggedOn(monitored.server.udpAddress, ALICE);
  await using bob = await loggedOn(monitored.server.udpAddress, BOB);
  await startChat(alice, bob);
  const failing = alice.client.send("one").catch(() => {});
  (await history.next()).fail();
  await failing;
  assertEquals(await monitored.health(), "503 messages cannot be stored: the disk is full\n");
  const stored = alice.client.send("two");
  (await history.next()).store();
  await stored;
  assertEquals(await monitored.health(), "200 ok\n");
  monitored.monitor.stopping();
  assertEquals(await monitored.health(), "503 the server is stopping\n");
});

Deno.test("/healthz quotes the history's own errors, and no others", async () => {
  for (
    const [error, sentence] of [
      [new HistoryError("the disk is gone"), "messages cannot be stored: the disk is gone"],
      [new Error("hello bob"), "messages cannot be stored"],
    ] as const
  ) {
    const monitor = new Monitor(0, "1.2.3");
    class Failing extends MemoryHistory {
      override commit(): Promise<void> {
        return Promise.reject(error);
      }
    }
    monitor.watch({
      load: { clients: 0, chats: 0, pendingLogins: 0, unconnected: 0 },
      dropped: () => 0,
      logOns: () => 0,
    });
    await monitor.measure(new Failing()).commit([]).catch(() => {});
    const response = await fetch(`${monitor.url}/healthz`);
    assertEquals(await response.text(), `${sentence}\n`);
    await monitor[Symbol.asyncDispose]();
  }
});

Deno.test("there is nothing but the two pages, and they are only read", async () => {
  await using monitored = await Monitored.start();
  const { url } = monitored.monitor;
  for (
    const [path, method, status] of [
      ["/metrics", "GET", 200],
      ["/healthz", "GET", 200],
      ["/", "GET", 404],
      ["/metrics/", "GET", 404],
      ["/metrics", "POST", 404],
      ["/healthz", "DELETE", 404],
    ] as const
  ) {
    const response = await fetch(url + path, { method });
    await response.body?.cancel();
    assertEquals([path, method, response.status], [path, method, status]);
  }
  const { headers, body } = await fetch(`${url}/metrics`);
  await body?.cancel();
  assertMatch(headers.get("content-type")!, /^text\/plain; version=0\.0\.4/);
});

Deno.test("a metrics port in use is told with what to do", () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  assertThrows(
    () => new Monitor(port, "1.2.3"),
    AdminError,
    `TCP port ${port} of 127.0.0.1 is in use; stop what uses it, or give another --metrics-port`,
  );
});

async function readHistory(client: ChatClient, other: ClientId): Promise<void> {
  await client.history(other, () => {});
}

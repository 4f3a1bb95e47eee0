/** The two pages of a monitored server: what they say, when, and to whom. */

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Monitor } from "../../lib/admin/metrics/monitor.ts";
import { AdminError } from "../../lib/admin/out.ts";
import { HistoryError, MemoryHistory } from "../../lib/history/mod.ts";
import { HeldHistory } from "../server/histories.ts";
import { ALICE, BOB, loggedOn, startChat } from "../server/rig.ts";
import { Monitored } from "./monitored.ts";

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
      ["/healthz", "HEAD", 200],
      ["/metrics", "HEAD", 200],
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

Deno.test("a request that names no host that there can be is answered, and nobody else hears of it", async () => {
  await using monitored = await Monitored.start();
  using connection = await Deno.connect({ port: Number(new URL(monitored.monitor.url).port) });
  const { error } = console;
  const complaints: unknown[] = [];
  console.error = (...complaint): void => void complaints.push(complaint);
  try {
    const request = "GET /healthz HTTP/1.1\r\nHost: no host%%\r\nConnection: close\r\n\r\n";
    await connection.write(new TextEncoder().encode(request));
    const reply = await new Response(connection.readable).text();
    assertMatch(reply, /^HTTP\/1\.1 404 /);
  } finally {
    console.error = error;
  }
  assertEquals(complaints, []);
});

Deno.test("a metrics port that the system does not give is told with what to do", () => {
  const { serve } = Deno;
  try {
    Deno.serve = (() => {
      throw new Deno.errors.PermissionDenied("Permission denied (os error 13)");
    }) as unknown as typeof serve;
    assertThrows(
      () => new Monitor(80, "1.2.3"),
      AdminError,
      "cannot listen on TCP port 80 of 127.0.0.1: Permission denied (os error 13); " +
        "give another --metrics-port",
    );
  } finally {
    Deno.serve = serve;
  }
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

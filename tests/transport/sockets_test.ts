import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  connectTcp,
  formatEndpoint,
  isLoopback,
  resolveHost,
  TcpListener,
  UdpSocket,
} from "../../lib/transport/mod.ts";
import { Inbox } from "../server/waiting.ts";

const LOCAL = "127.0.0.1";

Deno.test("UdpSocket delivers datagrams whole, from whom they came, in memory of their own", async () => {
  const [a, b] = [new UdpSocket(LOCAL, 0), new UdpSocket(LOCAL, 0)];
  const inbox = new Inbox<readonly [Uint8Array, number]>();
  const receiving = b.receiveAll((bytes, { host, port }) => {
    assertEquals(host, LOCAL);
    inbox.put([bytes, port]);
  });
  for (const length of [1, 0, 512]) await a.send(new Uint8Array(length).fill(length), b.local);
  for (let i = 0; i < 3; i++) await inbox.take("a datagram", () => true);
  const sorted = inbox.all.toSorted(([a], [b]) => a.length - b.length);
  for (const [i, length] of [0, 1, 512].entries()) {
    assertEquals(sorted[i], [new Uint8Array(length).fill(length), a.local.port]);
  }
  a.close();
  b.close();
  b.close();
  await receiving;
});

Deno.test("UdpSocket shows a datagram that is too long as too long", async () => {
  const [a, b] = [new UdpSocket(LOCAL, 0), new UdpSocket(LOCAL, 0)];
  const inbox = new Inbox<Uint8Array>();
  const receiving = b.receiveAll((bytes) => inbox.put(bytes));
  await a.send(new Uint8Array(5_000), b.local);
  assert((await inbox.take("a datagram", () => true)).length > 512);
  a.close();
  b.close();
  await receiving;
});

Deno.test("UdpSocket takes what cannot be sent as lost", async () => {
  const socket = new UdpSocket(LOCAL, 0);
  const { port } = socket.local;
  const inbox = new Inbox<Uint8Array>();
  const receiving = socket.receiveAll((bytes) => inbox.put(bytes));
  await socket.send(new Uint8Array(70_000), { host: LOCAL, port });
  await socket.send(new Uint8Array(1), { host: "no such address", port });
  const nobody = new UdpSocket(LOCAL, 0);
  nobody.close();
  await socket.send(new Uint8Array(2), nobody.local);
  await socket.send(new Uint8Array(3), socket.local);
  assertEquals((await inbox.take("its own datagram", () => true)).length, 3);
  socket.close();
  await receiving;
  await socket.send(new Uint8Array(1), { host: LOCAL, port });
});

Deno.test("a port that is in use is refused, by both kinds of socket", () => {
  const udp = new UdpSocket(LOCAL, 0);
  const tcp = new TcpListener(LOCAL, 0);
  assertThrows(() => new UdpSocket(LOCAL, udp.local.port), Deno.errors.AddrInUse);
  assertThrows(() => new TcpListener(LOCAL, tcp.local.port), Deno.errors.AddrInUse);
  udp.close();
  tcp.close();
});

Deno.test("connectTcp() rejects where nobody listens, and when it is given up", async () => {
  const listener = new TcpListener(LOCAL, 0);
  const { local } = listener;
  await assertRejects(() => connectTcp(local, AbortSignal.abort()));
  listener.close();
  listener.close();
  await assertRejects(
    () => connectTcp(local, new AbortController().signal),
    Deno.errors.ConnectionRefused,
  );
});

Deno.test("resolveHost() and isLoopback() know this machine", async () => {
  assertEquals(await resolveHost("127.0.0.1"), "127.0.0.1");
  assertEquals(await resolveHost("::1"), "::1");
  assert(isLoopback(await resolveHost("localhost")));
  await assertRejects(() => resolveHost("no-such-host.invalid"));
  assertEquals(
    ["localhost", "127.0.0.1", "127.1.2.3", "::1"].map(isLoopback),
    [true, true, true, true],
  );
  assertEquals(
    ["0.0.0.0", "::", "128.0.0.1", "127.0.0.1.example", "192.0.2.1"].map(isLoopback),
    [false, false, false, false, false],
  );
});

Deno.test("formatEndpoint() puts IPv6 addresses into brackets", () => {
  assertEquals(formatEndpoint({ host: "127.0.0.1", port: 1 }), "127.0.0.1:1");
  assertEquals(formatEndpoint({ host: "::1", port: 1 }), "[::1]:1");
});

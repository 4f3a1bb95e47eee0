/** How a person's client comes back when its connection is lost, and how that is called off. */

import { assertEquals } from "@std/assert";
import { FakeServer } from "../client/fake_server.ts";
import { BOB } from "../server/rig.ts";
import { aliceAt, FakeTerminal } from "./fake_terminal.ts";

Deno.test("a lost connection is made again by itself, unless a person calls that off", async () => {
  let answering = true;
  await using server = new FakeServer({ instead: () => answering });
  const terminal = new FakeTerminal(true);
  const ended = aliceAt(terminal, server.address, { logOn: true, reconnect: true });
  const first = await server.connected();
  await terminal.shows("Connected");
  first.send({ type: "CLOSING", reason: "shutting_down" });
  await terminal.shows(
    'Logged off: the server is shutting down. Logging on again by itself; "Log off" stops that.',
  );
  await terminal.prompts.take("a wait", (prompt) => /reconnecting in [12] s/.test(prompt));
  const second = await server.connected();
  await terminal.shows("Connected");
  await terminal.prompted("alice> ");

  answering = false;
  second.link.close();
  await terminal.shows('Connection lost. Logging on again by itself; "Log off" stops that.');
  terminal.type("Chat bob");
  const advice = "Not connected: the connection was lost, and is being made again.";
  await terminal.screen.take(advice, (line) => line === advice);
  terminal.type("Log off");
  const final = "Not logging on again.";
  await terminal.screen.take(final, (line) => line === final);
  await terminal.prompted("alice (offline)> ");
  terminal.type("Quit");
  assertEquals(await ended, false);
});

Deno.test("a log-off that a person asked for is final", async () => {
  await using server = new FakeServer();
  const terminal = new FakeTerminal(true);
  const ended = aliceAt(terminal, server.address, { logOn: true, reconnect: true });
  await server.connected();
  await terminal.shows("Connected");
  terminal.type("Log off");
  await terminal.shows("alice> Log off", "Logged off");
  await terminal.prompted("alice (offline)> ");
  terminal.type("Quit");
  assertEquals(await ended, true);
});

Deno.test("a log-off that a person asked for is final, though the connection is lost before", async () => {
  await using server = new FakeServer();
  const terminal = new FakeTerminal(true);
  const ended = aliceAt(terminal, server.address, { logOn: true, reconnect: true });
  const connection = await server.connected();
  connection.send({ type: "CHAT_STARTED", sessionId: 7, clientId: BOB });
  await terminal.shows("Connected", "Chat started with bob");
  terminal.type("one");
  await connection.next("CHAT");
  terminal.type("Log off");
  await terminal.shows("alice to bob> Log off");
  connection.link.close();
  await terminal.shows(
    "Chat ended with bob",
    'Connection lost. Logging on again by itself; "Log off" stops that.',
    "1 message not confirmed: the next log-on will tell what was delivered.",
    "Not logging on again.",
  );
  await terminal.prompted("alice (offline)> ");
  terminal.type("Quit");
  await ended;
});

Deno.test("coming back ends where the server refuses, and says so", async () => {
  let refusing = false;
  await using server = new FakeServer({
    instead: (datagram, reply) => {
      if (!refusing || datagram.type !== "RESPONSE") return true;
      reply({ type: "AUTH_FAIL", nc: datagram.nc, reason: "refused" });
      return false;
    },
  });
  const terminal = new FakeTerminal(true);
  const ended = aliceAt(terminal, server.address, {
    logOn: true,
    reconnect: true,
    ifRefused: "Look at the secret.",
  });
  const connection = await server.connected();
  await terminal.shows("Connected");
  refusing = true;
  connection.link.close();
  await terminal.shows('Connection lost. Logging on again by itself; "Log off" stops that.');
  const { port } = server.address;
  await terminal.shows(
    `Log on failed: 127.0.0.1:${port} refused alice: unknown client-ID or wrong secret`,
    "Look at the secret.",
  );
  await terminal.prompted("alice (offline)> ");
  terminal.type("Quit");
  await ended;
});

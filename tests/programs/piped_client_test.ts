/** Clients that a script drives: what goes in comes out, whole and in order, and ends in order. */

import { assertEquals } from "@std/assert";
import { Server } from "../../tools/stage/mod.ts";
import { chatting, client, Folder, typeAll } from "./fixtures.ts";

/** How many lines one client sends another. Ten times as many take about ten times as long. */
const MANY = 100_000;

Deno.test("a client whose input ends has obeyed every line, and logs off in order", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  await using bob = client("bob", server);
  await bob.type("Log on");
  await bob.screen.expect("Connected");

  await using alice = client("alice", server);
  await typeAll(alice, "log on", " CHAT  bob", "one", "\\End chat", "two");
  await alice.endInput();
  assertEquals(await alice.exit(), 0);
  assertEquals(alice.screen.all, [
    "Connected",
    "Chat started with bob",
    "Chat ended with bob",
    "Logged off",
  ]);
  assertEquals(alice.errors.all, []);

  await bob.screen.expect("Chat started with alice");
  for (const text of ["one", "End chat", "two"]) await bob.screen.expect(`alice: ${text}`);
  await bob.screen.expect("Chat ended with alice");
  await typeAll(bob, "History alice 1", "Quit", "Help");
  assertEquals(await bob.exit(), 0);
  assertEquals(bob.screen.rest, ["<1> <from: alice> two", "1 message with alice", "Logged off"]);
});

Deno.test("a script that is logged on already may begin with Log on", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  await using alice = client("alice", server, { args: ["--log-on"] });
  await alice.type("Log on");
  await alice.endInput();
  assertEquals(await alice.exit(), 0);
  assertEquals(alice.screen.all, ["Connected", "Already logged on.", "Logged off"]);
});

Deno.test("a script that asked for something impossible goes on, and ends with 1", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  await using alice = client("alice", server);
  await typeAll(alice, "Chat bob", "Log on", "End chat", "Chat bob", "Log off");
  await alice.endInput();
  assertEquals(await alice.exit(), 1);
  assertEquals(alice.screen.all, [
    'Not connected. Type "Log on" first.',
    "Connected",
    "Not in a chat.",
    "Correspondent unreachable: bob",
    "Logged off",
  ]);
});

Deno.test("who logs on from somewhere else takes over, and the first client ends with 1", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  await using bob = client("bob", server);
  await using first = client("alice", server);
  await chatting(first, bob, "bob");
  await using second = client("alice", server, { args: ["--log-on"] });
  await second.screen.expect("Connected");

  assertEquals(await first.exit(), 1);
  assertEquals(first.screen.rest, [
    "Chat ended with bob",
    "Logged off: you logged on from somewhere else",
  ]);
  await bob.screen.expect("Chat ended with alice");
  await bob.type("Chat alice");
  await bob.screen.expect("Chat started with alice");
  await second.screen.expect("Chat started with bob");
});

Deno.test(`${MANY} lines arrive complete and in order`, async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  await using alice = client("alice", server);
  await using bob = client("bob", server);
  await chatting(alice, bob, "bob");
  const texts = Array.from({ length: MANY }, (_, i) => `line ${i}: ${"x".repeat(i % 50)} é`);
  await Promise.all([
    alice.type(texts.join("\n")).then(() => alice.endInput()),
    (async () => {
      for (const text of texts) await bob.screen.expect(`alice: ${text}`);
    })(),
  ]);
  assertEquals(await alice.exit(), 0);
  assertEquals(alice.screen.rest, ["Chat ended with bob", "Logged off"]);
  await bob.screen.expect("Chat ended with alice");
});

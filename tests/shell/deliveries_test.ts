/** What becomes of a person's messages when the connection is lost: none vanishes, none goes twice. */

import { assertEquals } from "@std/assert";
import { type SessionId, textFromString } from "../../lib/codec/mod.ts";
import { type FakeConnection, FakeServer } from "../client/fake_server.ts";
import { ALICE, BOB, CAROL } from "../server/rig.ts";
import { type AliceConnected, aliceWithBob, NOW } from "./fake_terminal.ts";

const LOST = 'Connection lost. Type "Log on" to connect again.';

/** Types `texts` and waits until the server has them all. */
async function send(
  { terminal, connection }: Pick<AliceConnected, "terminal" | "connection">,
  ...texts: string[]
): Promise<void> {
  terminal.type(...texts);
  for (const _ of texts) await connection.next("CHAT");
}

/** Answers the next HISTORY_REQ with alice's messages of these sessions and numbers. */
async function answerHistory(
  connection: FakeConnection,
  ...stored: readonly [sessionId: number, number: number][]
): Promise<void> {
  await connection.next("HISTORY_REQ");
  connection.send(
    ...stored.map(([sessionId, number], i) => ({
      type: "HISTORY_RESP" as const,
      sessionId: sessionId as SessionId,
      number,
      position: i + 1,
      at: NOW - 60_000,
      sender: ALICE,
      text: textFromString("as stored"),
    })),
    { type: "HISTORY_END", clientId: BOB, outcome: "complete" },
  );
}

Deno.test("after the next log-on the history tells which messages had arrived; the others can be sent again", async () => {
  await using server = new FakeServer();
  const alice = await aliceWithBob(server);
  const { terminal, ended } = alice;
  await send(alice, "one", "two", "three", "four");
  alice.connection.send({ type: "RECEIPT", sessionId: 7, number: 1 });
  await terminal.shows("14:03 alice: one ✓");
  alice.connection.link.close();
  await terminal.shows(
    "Chat ended with bob",
    LOST,
    "3 messages not confirmed: the next log-on will tell what was delivered.",
  );

  terminal.type("Log on");
  const connection = await server.connected();
  await answerHistory(connection, [3, 3], [7, 1], [7, 2]);
  await terminal.shows(
    "alice (offline)> Log on",
    "Connected",
    "14:02 alice: two ✓ (had arrived)",
    "Not delivered (the connection was lost): three",
    "Not delivered (the connection was lost): four",
  );
  connection.send({ type: "CHAT_STARTED", sessionId: 9, clientId: CAROL });
  await terminal.shows("Chat started with carol");
  terminal.type("Send again");
  await terminal.shows(
    "alice to carol> Send again",
    "No message to carol is waiting to be sent again.",
  );
  connection.send({ type: "END_NOTIF", sessionId: 9 });
  await terminal.shows("Chat ended with carol");
  connection.send({ type: "CHAT_STARTED", sessionId: 10, clientId: BOB });
  await terminal.shows(
    "Chat started with bob",
    '2 messages to bob were not delivered: type "Send again" to send them, or "Forget" to drop them.',
  );
  assertEquals(terminal.complete("s"), ["Send again", "Status"]);
  terminal.type("Send again");
  const again = [await connection.next("CHAT"), await connection.next("CHAT")];
  assertEquals(again.map(({ sessionId, number, text }) => ({ sessionId, number, text })), [
    { sessionId: 10, number: 1, text: textFromString("three") },
    { sessionId: 10, number: 2, text: textFromString("four") },
  ]);
  connection.send({ type: "RECEIPT", sessionId: 10, number: 2 });
  await terminal.shows("alice to bob> Send again", "14:03 alice: three ✓", "14:03 alice: four ✓");
  terminal.type("Send again");
  await terminal.shows("alice to bob> Send again");
  await terminal.shows("No message to bob is waiting to be sent again.");
  terminal.type("Quit");
  assertEquals(await ended, false);
});

Deno.test("the history is read backwards until the first message in question", async () => {
  await using server = new FakeServer();
  const alice = await aliceWithBob(server);
  await send(alice, "one", "two");
  alice.connection.link.close();
  await alice.terminal.shows("Chat ended with bob", LOST);
  alice.terminal.type("Log on");
  const connection = await server.connected();
  const page = async (before: number, positions: number[], sessionId: number): Promise<void> => {
    assertEquals((await connection.next("HISTORY_REQ")).before, before);
    connection.send(
      ...positions.map((position) => ({
        type: "HISTORY_RESP" as const,
        sessionId,
        number: Math.max(1, position - 40),
        position,
        at: NOW,
        sender: ALICE,
        text: textFromString("as stored"),
      })),
      { type: "HISTORY_END", clientId: BOB, outcome: "complete" },
    );
  };
  await page(0, [50, 51], 8);
  await page(50, [41, 49], 7);
  await page(41, [39, 40], 6);
  await alice.terminal.prompted("alice> ");
  await alice.terminal.shows(
    "2 messages not confirmed: the next log-on will tell what was delivered.",
    "alice (offline)> Log on",
    "Connected",
    "14:03 alice: one ✓ (had arrived)",
    "Not delivered (the connection was lost): two",
  );
  alice.terminal.type("Quit");
  await alice.ended;
});

Deno.test("nothing is sent again while nobody knows whether it arrived", async () => {
  await using server = new FakeServer();
  const alice = await aliceWithBob(server);
  const { terminal } = alice;
  await send(alice, "one");
  alice.connection.link.close();
  await terminal.shows("Chat ended with bob", LOST);
  await terminal.shows("1 message not confirmed: the next log-on will tell what was delivered.");
  terminal.type("Log on");
  const connection = await server.connected();
  await terminal.shows("alice (offline)> Log on", "Connected");
  const unavailable = async (): Promise<void> => {
    await connection.next("HISTORY_REQ");
    connection.send({ type: "HISTORY_END", clientId: BOB, outcome: "unavailable" });
  };
  await unavailable();
  const unknown = "Which messages to bob were delivered is not known yet.";
  await terminal.shows(unknown);
  connection.send({ type: "CHAT_STARTED", sessionId: 8, clientId: BOB });
  await terminal.shows("Chat started with bob");
  terminal.type("Send again");
  await unavailable();
  await terminal.shows(
    "alice to bob> Send again",
    unknown,
    "It is not known yet which messages to bob were delivered. Try again later.",
  );
  terminal.type("Quit");
  assertEquals(await alice.ended, false);
  await terminal.shows("alice to bob> Quit", "Chat ended with bob", "Logged off");
  await terminal.shows("Not confirmed: one");
  assertEquals(connection.frames.all.filter(({ type }) => type === "CHAT"), []);
});

Deno.test("what was refused is kept, and dropped by Forget", async () => {
  await using server = new FakeServer();
  const alice = await aliceWithBob(server);
  const { terminal, connection } = alice;
  await send(alice, "one", "two");
  connection.send(
    { type: "REFUSED", sessionId: 7, number: 1, reason: "not_stored" },
    { type: "RECEIPT", sessionId: 7, number: 2 },
  );
  await terminal.shows("Not delivered (the server could not store it): one");
  await terminal.shows("14:03 alice: two ✓");
  terminal.type("End chat", "Send again");
  await terminal.shows("alice to bob> End chat", "Chat ended with bob", "alice> Send again");
  await terminal.shows("Chat bob first: 1 message to bob was not delivered.");
  connection.send({ type: "CHAT_STARTED", sessionId: 8, clientId: BOB });
  await terminal.shows("Chat started with bob");
  await terminal.shows(
    '1 message to bob was not delivered: type "Send again" to send it, or "Forget" to drop it.',
  );
  terminal.type("Forget", "Send again");
  await terminal.shows("alice to bob> Forget", "1 message to bob forgotten.");
  await terminal.shows("alice to bob> Send again");
  await terminal.shows("No message to bob is waiting to be sent again.");
  terminal.type("Quit");
  assertEquals(await alice.ended, false);
});

Deno.test("a line typed in one chat is never sent in the next, and does not end it", async () => {
  await using server = new FakeServer();
  const limits = { maxUnconfirmed: 1 };
  const { terminal, connection, ended } = await aliceWithBob(server, { limits });
  terminal.type("one", "two", "three", "End chat");
  await connection.next("CHAT");
  await terminal.prompted("alice to bob (1 on their way, 3 waiting)> ");
  connection.send(
    { type: "END_NOTIF", sessionId: 7 },
    { type: "CHAT_STARTED", sessionId: 8, clientId: CAROL },
    { type: "REFUSED", sessionId: 7, number: 1, reason: "not_in_session" },
  );
  await terminal.shows(
    "Chat ended with bob",
    "Chat started with carol",
    "Not delivered (the chat had ended): one",
    "Not delivered (the chat has ended): two",
    "Not delivered (the chat has ended): three",
    "alice to carol> End chat",
    "The chat with bob has ended already.",
  );
  terminal.type("four");
  const { sessionId, text } = await connection.next("CHAT");
  assertEquals([sessionId, text], [8, textFromString("four")]);
  connection.send({ type: "RECEIPT", sessionId: 8, number: 1 });
  await terminal.shows("14:03 alice: four ✓");
  terminal.type("Quit");
  assertEquals(await ended, false);
});

Deno.test("what was not delivered is sent again in the order in which it was typed", async () => {
  await using server = new FakeServer();
  const limits = { maxUnconfirmed: 1 };
  const { terminal, connection: first, ended } = await aliceWithBob(server, { limits });
  terminal.type("one", "two");
  await first.next("CHAT");
  await terminal.prompted("alice to bob (1 on their way, 1 waiting)> ");
  first.link.close();
  await terminal.shows(
    "Chat ended with bob",
    LOST,
    "1 message not confirmed: the next log-on will tell what was delivered.",
    "Not delivered (the chat has ended): two",
  );
  terminal.type("Log on");
  const second = await server.connected();
  await answerHistory(second);
  await terminal.shows("alice (offline)> Log on", "Connected");
  await terminal.shows("Not delivered (the connection was lost): one");
  second.send({ type: "CHAT_STARTED", sessionId: 8, clientId: BOB });
  await terminal.shows("Chat started with bob");
  terminal.type("Send again");
  for (const [index, text] of ["one", "two"].entries()) {
    assertEquals((await second.next("CHAT")).text, textFromString(text));
    second.send({ type: "RECEIPT", sessionId: 8, number: index + 1 });
  }
  terminal.type("Quit");
  assertEquals(await ended, false);
});

Deno.test("what is too long is not kept, and keeps nothing from being sent again", async () => {
  await using server = new FakeServer();
  const limits = { maxUnconfirmed: 1 };
  const { terminal, connection, ended } = await aliceWithBob(server, { limits });
  terminal.type("one", "two", "x".repeat(4_097), "three");
  await connection.next("CHAT");
  connection.send(
    { type: "END_NOTIF", sessionId: 7 },
    { type: "RECEIPT", sessionId: 7, number: 1 },
  );
  await terminal.shows(
    "Chat ended with bob",
    "14:03 alice: one ✓",
    "Not delivered (the chat has ended): two",
    "x".repeat(4_097),
    "Not sent: a message has at most 4096 bytes, this one 4097.",
    "Not delivered (the chat has ended): three",
  );
  connection.send({ type: "CHAT_STARTED", sessionId: 8, clientId: BOB });
  await terminal.shows("Chat started with bob");
  terminal.type("Send again");
  for (const [index, text] of ["two", "three"].entries()) {
    assertEquals((await connection.next("CHAT")).text, textFromString(text));
    connection.send({ type: "RECEIPT", sessionId: 8, number: index + 1 });
  }
  terminal.type("Quit");
  assertEquals(await ended, false);
});

/** What the shell makes of lines and of answers, at a terminal that the test plays. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ALICE, BOB, CAROL, loggedOn, withServer } from "../server/rig.ts";
import { FakeServer } from "../client/fake_server.ts";
import { textFromString, textToString } from "../../lib/codec/mod.ts";
import { COMMANDS } from "../../lib/shell/help.ts";
import { aliceAt, aliceConnected, aliceWithBob, FakeTerminal, NOW } from "./fake_terminal.ts";

const OFFLINE = 'Offline. Type "Log on" to connect, or "Help".';

Deno.test("the shell explains to a person what cannot be done, and goes on", async () => {
  await withServer(async (rig) => {
    await using _bob = await loggedOn(rig, BOB);
    const terminal = new FakeTerminal(true);
    const ended = aliceAt(terminal, rig.server.udpAddress);
    await terminal.shows(OFFLINE);
    terminal.type("Help", "", "Log off", "Chat bob", "Log on", "Log on", "Lock on");
    await terminal.shows("alice (offline)> Help");
    assertStringIncludes(await terminal.screen.take("help", () => true), "Commands, in any case:");
    await terminal.shows("alice (offline)> Log off", "Not logged on.");
    await terminal.shows("alice (offline)> Chat bob", 'Not connected. Type "Log on" first.');
    await terminal.shows("alice (offline)> Log on", "Connected");
    await terminal.shows("alice> Log on", "Already logged on.");
    await terminal.shows("alice> Lock on", '"Lock on" is no command. Did you mean "Log on"?');

    terminal.type("End chat", "History bob", "Chat bob", "Chat carol", "x".repeat(4_097), "Quit");
    await terminal.shows("alice> End chat", "Not in a chat.");
    await terminal.shows("alice> History bob", "No messages with bob");
    await terminal.shows("alice> Chat bob", "Chat started with bob");
    await terminal.shows(
      "alice to bob> Chat carol",
      'In a chat with bob. Type "End chat" first.',
      "x".repeat(4_097),
      "Not sent: a message has at most 4096 bytes, this one 4097.",
      "alice to bob> Quit",
    );
    assertEquals(await ended, false);
    await terminal.shows("Chat ended with bob", "Logged off");
  });
});

Deno.test("a person sees messages in the server's order, with their time, and what is stored", async () => {
  await withServer(async (rig) => {
    await using bob = await loggedOn(rig, BOB);
    const terminal = new FakeTerminal(true);
    const ended = aliceAt(terminal, rig.server.udpAddress, { logOn: true });
    terminal.type("Chat bob", "hi\u001b[2J");
    await terminal.shows("Connected", "alice> Chat bob", "Chat started with bob");
    await terminal.shows("14:03 alice: hi␛[2J ✓");
    await bob.notice("chat started");
    await bob.client.send("hello\u202e");
    await terminal.shows("14:03   bob: hello<U+202E>");
    assertEquals(terminal.alerts.all, ["Chat started with bob", "bob: hello<U+202E>"]);
    terminal.type("Quit");
    assertEquals(await ended, true);
  });
});

Deno.test("a RECEIPT and a message in one record are shown in their order", async () => {
  await using server = new FakeServer();
  const session = { sessionId: 7 };
  const { terminal, connection, ended } = await aliceWithBob(server);
  terminal.type("one", "two");
  await connection.next("CHAT");
  await connection.next("CHAT");
  await terminal.prompted("alice to bob (2 on their way)> ");
  const text = textFromString("between");
  connection.send(
    { type: "RECEIPT", ...session, number: 1 },
    { type: "CHAT", ...session, number: 1, text },
    { type: "RECEIPT", ...session, number: 2 },
  );
  await terminal.shows("14:03 alice: one ✓", "14:03   bob: between", "14:03 alice: two ✓");
  await terminal.prompted("alice to bob> ");
  terminal.type("Quit");
  assertEquals(await ended, true);
});

Deno.test("a person sees when the day has changed", async () => {
  await withServer(async (rig) => {
    await using bob = await loggedOn(rig, BOB);
    let now = NOW;
    const terminal = new FakeTerminal(true);
    const ended = aliceAt(terminal, rig.server.udpAddress, { logOn: true, now: () => now });
    await terminal.shows("Connected");
    terminal.type("Chat bob");
    await terminal.shows("alice> Chat bob", "Chat started with bob");
    await bob.client.send("late");
    await terminal.shows("14:03   bob: late");
    now += 10 * 3_600_000;
    await bob.client.send("early");
    await terminal.shows("--- 2026-11-23 ---", "00:03   bob: early");
    terminal.type("Quit");
    assertEquals(await ended, true);
  });
});

Deno.test("lines typed ahead are counted, and obeyed in their order", async () => {
  await using server = new FakeServer();
  const { terminal, connection, ended } = await aliceConnected(server);
  terminal.type("Chat bob", "one", "two");
  await connection.next("CHAT_REQUEST");
  await terminal.prompted("alice (waiting for an answer, 2 waiting)> ");
  connection.send({ type: "CHAT_STARTED", sessionId: 7, clientId: BOB });
  await terminal.prompted("alice to bob (2 on their way)> ");
  connection.send({ type: "RECEIPT", sessionId: 7, number: 2 });
  await terminal.shows("alice> Chat bob", "Chat started with bob");
  await terminal.shows("14:03 alice: one ✓", "14:03 alice: two ✓");
  terminal.type("Quit");
  assertEquals(await ended, true);
});

Deno.test("a line is for the chat that it was begun in, and never for the next one", async () => {
  await using server = new FakeServer();
  const { terminal, connection, ended } = await aliceWithBob(server);
  terminal.begin();
  connection.send(
    { type: "END_NOTIF", sessionId: 7 },
    { type: "CHAT_STARTED", sessionId: 8, clientId: CAROL },
  );
  await terminal.shows("Chat ended with bob", "Chat started with carol");
  terminal.type("carol is dull");
  await terminal.shows("Not delivered (the chat has ended): carol is dull");
  terminal.type("hello carol");
  assertEquals(textToString((await connection.next("CHAT")).text), "hello carol");
  terminal.begin();
  connection.send({ type: "RECEIPT", sessionId: 8, number: 1 }, {
    type: "END_NOTIF",
    sessionId: 8,
  });
  await terminal.shows("14:03 alice: hello carol ✓", "Chat ended with carol");
  terminal.type("Quit");
  await terminal.shows("alice> Quit");
  assertEquals(await ended, false);
});

Deno.test("a line that was begun outside of every chat is for none that begins meanwhile", async () => {
  await using server = new FakeServer();
  const { terminal, connection, ended } = await aliceConnected(server);
  terminal.begin();
  connection.send({ type: "CHAT_STARTED", sessionId: 7, clientId: BOB });
  await terminal.shows("Chat started with bob");
  const before =
    "you began that line before the chat with bob. If you want it, press Up and Enter.";
  terminal.type("Chta carol");
  await terminal.shows("alice to bob> Chta carol", `Not sent: ${before}`);
  connection.send({ type: "END_NOTIF", sessionId: 7 });
  await terminal.shows("Chat ended with bob");
  terminal.begin();
  connection.send({ type: "CHAT_STARTED", sessionId: 8, clientId: BOB });
  await terminal.shows("Chat started with bob");
  terminal.type("End chat");
  await terminal.shows("alice to bob> End chat", `Not done: ${before}`);
  terminal.type("End chat");
  await connection.next("END_REQUEST");
  terminal.type("Quit");
  assertEquals(await ended, false);
});

Deno.test("what is typed behind a Chat command is for that chat, though another begins instead", async () => {
  await using server = new FakeServer();
  const { terminal, connection, ended } = await aliceConnected(server);
  terminal.type("Chat bob", "hello bob");
  await connection.next("CHAT_REQUEST");
  terminal.begin();
  connection.send({ type: "CHAT_STARTED", sessionId: 7, clientId: CAROL });
  connection.send({ type: "UNREACHABLE", clientId: BOB });
  await terminal.shows("alice> Chat bob", "Chat started with carol");
  await terminal.shows("Correspondent unreachable: bob");
  await terminal.shows("Not delivered (there is no chat with bob): hello bob");
  terminal.type("are you there?");
  await terminal.shows("Not delivered (there is no chat with bob): are you there?");
  terminal.type("Quit");
  assertEquals(await ended, false);
});

Deno.test("what is pasted into a chat is text, also where it reads as a command", async () => {
  await using server = new FakeServer();
  const { terminal, connection, ended } = await aliceConnected(server);
  terminal.paste("Chat bob", "Status");
  await connection.next("CHAT_REQUEST");
  connection.send({ type: "CHAT_STARTED", sessionId: 7, clientId: BOB });
  await terminal.shows("alice> Chat bob", "Chat started with bob", "alice to bob> Status");
  await terminal.screen.take("the status", (line) => line.startsWith("Server "));
  const pasted = ["End chat", "\\Quit", "Quit", "", "Help"];
  terminal.paste(...pasted);
  for (const text of pasted.filter((text) => text !== "")) {
    assertEquals(textToString((await connection.next("CHAT")).text), text);
  }
  terminal.type("End chat");
  await connection.next("END_REQUEST");
  terminal.type("Quit");
  await ended;
});

Deno.test("a person who leaves is told which lines were not obeyed", async () => {
  await using server = new FakeServer();
  const { terminal, connection, ended } = await aliceConnected(server);
  terminal.type("Chat bob", "hello bob");
  await connection.next("CHAT_REQUEST");
  await terminal.prompted("alice (waiting for an answer, 1 waiting)> ");
  terminal.close();
  await ended;
  await terminal.shows("alice> Chat bob", "Logged off", "Not done: hello bob");
});

Deno.test("a person who leaves is told at once what is waited for, and each text that is not confirmed", async () => {
  await using server = new FakeServer();
  const limits = { lastReceipts: 300 };
  const { terminal, ended } = await aliceWithBob(server, { limits });
  terminal.type("one", "two", "Quit");
  await terminal.shows("alice to bob> Quit");
  await terminal.shows("Waiting for 2 messages to be stored; Ctrl-C leaves at once.");
  assertEquals(await ended, false);
  await terminal.shows("Chat ended with bob", "Logged off");
  await terminal.shows("Not confirmed: one", "Not confirmed: two");
  assertEquals(terminal.screen.all.length, 8);
});

Deno.test("a person who leaves while a log-off waits is told what for", async () => {
  await using server = new FakeServer();
  const limits = { lastReceipts: 300 };
  const { terminal, ended } = await aliceWithBob(server, { limits });
  terminal.type("one", "Log off");
  await terminal.shows("alice to bob> Log off");
  terminal.close();
  await terminal.shows("Waiting for 1 message to be stored; Ctrl-C leaves at once.");
  assertEquals(await ended, false);
  await terminal.shows("Chat ended with bob", "Logged off", "Not confirmed: one");
});

Deno.test("a person who leaves is told nothing more of what is stored in time", async () => {
  await using server = new FakeServer();
  const { terminal, connection, ended } = await aliceWithBob(server);
  terminal.type("one", "Quit");
  await terminal.shows("alice to bob> Quit");
  await terminal.shows("Waiting for 1 message to be stored; Ctrl-C leaves at once.");
  connection.send({ type: "RECEIPT", sessionId: 7, number: 1 });
  await terminal.shows("14:03 alice: one ✓", "Chat ended with bob", "Logged off");
  assertEquals(await ended, true);
  assertEquals(terminal.screen.all.length, 7);
});

for (const interactive of [true, false]) {
  const who = interactive ? "a person" : "a script";
  Deno.test(`${who} who is logged on already may say Log on`, async () => {
    await using server = new FakeServer();
    const terminal = new FakeTerminal(interactive);
    const ended = aliceAt(terminal, server.address, { logOn: true });
    await server.connected();
    terminal.type("Log on", "Quit");
    assertEquals(await ended, true);
    assertEquals(
      terminal.screen.all.filter((line) => !line.startsWith("alice> ")),
      ["Connected", "Already logged on.", "Logged off"],
    );
  });
}

Deno.test("Remember has nothing to do where a profile is in use", async () => {
  await using server = new FakeServer();
  const terminal = new FakeTerminal(true);
  const ended = aliceAt(terminal, server.address, { keptIn: "/home/alice.toml" });
  await terminal.shows(OFFLINE);
  terminal.type("Remember", "Quit");
  await terminal.shows(
    "alice (offline)> Remember",
    "Kept already, in /home/alice.toml. To change it: parley setup",
  );
  assertEquals(await ended, true);
});

Deno.test("a person whose secret was revoked is not told to log on again", async () => {
  await using server = new FakeServer();
  const { terminal, connection, ended } = await aliceConnected(server, { reconnect: true });
  connection.send({ type: "CLOSING", reason: "revoked" });
  await terminal.shows(
    "Logged off by the server: your secret was changed or removed. Ask its admin what to do.",
  );
  terminal.type("Quit");
  assertEquals(await ended, true);
});

Deno.test("a person who types Log off need not wait for a log-on that hangs", async () => {
  await using server = new FakeServer({ instead: () => false });
  const terminal = new FakeTerminal(true);
  const ended = aliceAt(terminal, server.address, { logOn: true });
  await terminal.prompted("alice (connecting)> ");
  await server.received("HELLO");
  terminal.type("Log off");
  await terminal.shows("alice (connecting)> Log off", "Log on failed: given up");
  await terminal.prompted("alice (offline)> ");
  terminal.type("Quit");
  assertEquals(await ended, true);
});

Deno.test("a correspondent who is unreachable may have been meant otherwise", async () => {
  await withServer(async (rig) => {
    await using bob = await loggedOn(rig, BOB);
    const terminal = new FakeTerminal(true);
    const ended = aliceAt(terminal, rig.server.udpAddress, { logOn: true });
    terminal.type("Chat bbo", "Chat bob", "End chat", "Chat bbo", "Chat zebedee", "Quit");
    await bob.notice("chat started");
    assertEquals(await ended, false);
    await terminal.shows("Connected", "alice> Chat bbo", "Correspondent unreachable: bbo");
    await terminal.shows("alice> Chat bob", "Chat started with bob", "alice to bob> End chat");
    await terminal.shows("Chat ended with bob", "alice> Chat bbo");
    await terminal.shows("Correspondent unreachable: bbo", 'Did you mean "Chat bob"?');
    await terminal.shows("alice> Chat zebedee", "Correspondent unreachable: zebedee");
    await terminal.shows("alice> Quit", "Logged off");
  });
});

Deno.test("Help tells a script of what it can type, and a person of more", async () => {
  await using server = new FakeServer();
  const helpOf = async (interactive: boolean, line: string): Promise<string> => {
    const terminal = new FakeTerminal(interactive);
    const ended = aliceAt(terminal, server.address);
    terminal.type(line);
    const shown = await terminal.screen.take("help", (text) => text.includes("\n"));
    terminal.close();
    await ended;
    return shown;
  };
  const [script, person] = [await helpOf(false, "Help"), await helpOf(true, "Help")];
  for (const name of ["Log on", "Chat ID", "History ID N", "Quit"]) {
    assertStringIncludes(script, `\n  ${name} `);
    assertStringIncludes(person, `\n  ${name} `);
  }
  for (const name of ["History ID > FILE", "Status", "Send again", "Forget", "Remember"]) {
    assert(!script.includes(name));
    assertStringIncludes(person, `\n  ${name} `);
  }
  for (const name of ["Status", "Send again", "Forget", "Remember"]) {
    assertStringIncludes(await helpOf(true, `help ${name}`), `  ${name} `);
  }
  const each = await Promise.all(COMMANDS.map(({ name }) => helpOf(true, `Help ${name}`)));
  for (const line of [script, person, ...each].join("\n").split("\n")) {
    assert(line.length <= 78, line);
  }
});

Deno.test("Status tells a person how things are", async () => {
  await withServer(async (rig) => {
    await using bob = await loggedOn(rig, BOB);
    const terminal = new FakeTerminal(true);
    const ended = aliceAt(terminal, rig.server.udpAddress);
    const status = async (): Promise<string[]> => {
      terminal.type("Status");
      const shown = await terminal.screen.take("the status", (line) => line.startsWith("Server "));
      return shown.split("\n").map((line) =>
        line.replace(/\d+\.\d ms$/, "N ms").replace(/in .* if/, "in TIME if")
      );
    };
    assertEquals(await status(), [
      "Server      the server",
      "State       offline",
      "Messages    0 sent, 0 received, 0 on their way, 0 not delivered",
    ]);
    terminal.type("Log on");
    await terminal.prompted("alice> ");
    assertEquals(await status(), [
      "Server      the server",
      "State       connected, in no chat",
      "Connected   since 14:03",
      "Idle time   logs off in TIME if nothing happens",
      "Round trip  N ms",
      "Encryption  X25519 and ChaCha20-Poly1305; log-on by A3 and A8",
      "Messages    0 sent, 0 received, 0 on their way, 0 not delivered",
    ]);
    terminal.type("Chat bob", "one");
    await bob.notice("message");
    await bob.client.send("two");
    await terminal.screen.take("two", (line) => line.endsWith("two"));
    const [, state, , idle, , , messages] = await status();
    assertEquals([state, idle, messages], [
      "State       in a chat with bob, session 1",
      "Idle time   does not count in a chat",
      "Messages    1 sent, 1 received, 0 on their way, 0 not delivered",
    ]);
    terminal.type("Quit");
    assertEquals(await ended, true);
  });
});

Deno.test("Tab completes what makes sense, and the IDs that were met", async () => {
  await withServer(async (rig) => {
    await using bob = await loggedOn(rig, BOB);
    const terminal = new FakeTerminal(true);
    const ended = aliceAt(terminal, rig.server.udpAddress);
    await terminal.shows(OFFLINE);
    assertEquals(terminal.complete(""), ["Log on", "Status", "Remember", "Quit", "Help"]);
    assertEquals(terminal.complete("LO"), ["Log on"]);
    assertEquals(terminal.complete("help se"), ["Help Send again"]);
    terminal.type("Log on");
    await terminal.prompted("alice> ");
    assertEquals(terminal.complete("cha"), ["Chat "]);
    assertEquals(terminal.complete("Chat "), []);
    await bob.client.chat(ALICE);
    await terminal.prompted("alice to bob> ");
    assertEquals(terminal.complete("h"), ["History ", "Help"]);
    assertEquals(terminal.complete("e"), ["End chat"]);
    assertEquals(terminal.complete("history   B"), ["History bob"]);
    assertEquals(terminal.complete("hello"), []);
    terminal.type("Quit");
    assertEquals(await ended, true);
  });
});

Deno.test("the shell tells which messages a chat's end kept from being delivered", async () => {
  await using server = new FakeServer();
  const limits = { maxUnconfirmed: 1 };
  const session = { sessionId: 7 };
  const { terminal, connection, ended } = await aliceWithBob(server, {
    interactive: false,
    limits,
  });
  terminal.type("one", "two");
  await connection.next("CHAT");
  connection.send(
    { type: "END_NOTIF", ...session },
    { type: "REFUSED", ...session, number: 1, reason: "not_in_session" },
  );
  await terminal.shows(
    "Chat ended with bob",
    "Not delivered (the chat had ended): one",
    "Not delivered (the chat has ended): two",
  );
  terminal.type("Quit");
  assertEquals(await ended, false);
});

Deno.test("the shell tells that a history came in part, or not at all", async () => {
  await using server = new FakeServer();
  const { terminal, connection, ended } = await aliceConnected(server, { interactive: false });
  terminal.type("History bob");
  await connection.next("HISTORY_REQ");
  connection.send({ type: "HISTORY_END", clientId: BOB, outcome: "unavailable" });
  await terminal.shows("No whole answer: the server cannot read the history just now.");
  terminal.type("Quit");
  assertEquals(await ended, false);
});

Deno.test("a script whose connection is lost ends, with what it had asked for undone", async () => {
  await using server = new FakeServer();
  const { terminal, connection, ended } = await aliceConnected(server, {
    interactive: false,
    reconnect: true,
  });
  terminal.type("Chat bob", "Help");
  await connection.next("CHAT_REQUEST");
  connection.send({ type: "CLOSING", reason: "revoked" });
  await terminal.shows("Logged off by the server: your secret was changed or removed");
  assertEquals(await ended, false);
  assert(!terminal.screen.all.some((line) => line.startsWith("Commands")));
});

Deno.test("a script is told of every message that was not confirmed", async () => {
  await using server = new FakeServer();
  const { terminal, connection, ended } = await aliceWithBob(server, { interactive: false });
  terminal.type("one");
  await connection.next("CHAT");
  connection.link.close();
  await terminal.shows(
    "Chat ended with bob",
    "Connection lost",
    "Not delivered (the connection ended before the server confirmed it): one",
  );
  assertEquals(await ended, false);
});

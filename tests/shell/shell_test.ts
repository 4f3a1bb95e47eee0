/** What the shell makes of lines and of answers, at a terminal that the test plays. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ChatClient, type ChatClientOptions } from "../../lib/client/mod.ts";
import { Shell } from "../../lib/shell/mod.ts";
import { ALICE, BOB, loggedOn, secretOf, withServer } from "../server/rig.ts";
import { Inbox } from "../server/waiting.ts";
import type { Terminal } from "../../lib/terminal/mod.ts";
import { FakeServer } from "../client/fake_server.ts";

/** A terminal at which the test types and reads. */
class FakeTerminal implements Terminal {
  readonly screen = new Inbox<string>();
  readonly prompts = new Inbox<string>();
  #typing!: ReadableStreamDefaultController<string>;
  readonly #lines = new ReadableStream<string>({ start: (lines) => void (this.#typing = lines) });
  #closed = false;

  constructor(readonly interactive: boolean) {}

  type(...lines: string[]): void {
    for (const line of lines) this.#typing.enqueue(line);
  }

  /** Waits until this line is on the screen, after those that were waited for before. */
  async shows(line: string): Promise<void> {
    assertEquals(await this.screen.take(line, () => true), line);
  }

  lines(): AsyncIterable<string> {
    return this.#lines;
  }

  print(line: string): void {
    this.screen.put(line);
  }

  setCompleter(): void {}

  alert(): void {}

  page(): Promise<void> {
    return Promise.resolve();
  }

  setPrompt(prompt: string): void {
    this.prompts.put(prompt);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#typing.close();
  }
}

/** alice's shell, running; `ended` resolves with whether all could be done. */
function aliceAt(
  terminal: FakeTerminal,
  server: ChatClientOptions["server"],
  limits: ChatClientOptions["limits"] = {},
  logOn = false,
): Promise<boolean> {
  const shell = new Shell(terminal, { name: ALICE, server: "the server", reconnect: false });
  const client = new ChatClient({
    server,
    clientId: ALICE,
    secret: secretOf(ALICE)!,
    limits,
    onNotice: (notice) => shell.notice(notice),
  });
  return shell.run(client, { logOn });
}

Deno.test("the shell explains to a person what cannot be done, and goes on", async () => {
  await withServer(async (rig) => {
    await using _bob = await loggedOn(rig, BOB);
    const terminal = new FakeTerminal(true);
    const ended = aliceAt(terminal, rig.server.udpAddress);
    await terminal.shows('Offline. Type "Log on" to connect, or "Help".');
    terminal.type("Help", "", "Log off", "Chat bob", "Log on", "Log on", "Lock on");
    assertStringIncludes(await terminal.screen.take("help", () => true), "Commands, in any case:");
    await terminal.shows("Not logged on.");
    await terminal.shows('Not connected. Type "Log on" first.');
    await terminal.shows("Connected");
    await terminal.shows("Already logged on.");
    assertStringIncludes(await terminal.screen.take("a mistake", () => true), "no command");

    terminal.type("End chat", "History bob", "Chat bob", "Chat carol", "x".repeat(4_097), "Quit");
    await terminal.shows("Not in a chat.");
    await terminal.shows("No messages with bob");
    await terminal.shows("Chat started with bob");
    await terminal.shows('In a chat with bob. Type "End chat" first.');
    await terminal.shows("Not sent: a message has at most 4096 bytes, this one 4097.");
    assertEquals(await ended, false);
    await terminal.shows("Chat ended with bob");
    await terminal.shows("Logged off");
  });
});

Deno.test("a person who types Log off need not wait for a log-on that hangs", async () => {
  await using server = new FakeServer({ instead: () => false });
  const terminal = new FakeTerminal(true);
  const ended = aliceAt(terminal, server.address, {}, true);
  await terminal.prompts.take("a log-on", (prompt) => prompt === "alice (logging on)> ");
  await server.received("HELLO");
  terminal.type("Log off");
  await terminal.shows("Log on failed: given up");
  await terminal.prompts.take("no log-on", (prompt) => prompt === "alice (offline)> ");
  terminal.type("Quit");
  assertEquals(await ended, true);
});

Deno.test("the shell tells which messages a chat's end kept from being delivered", async () => {
  await using server = new FakeServer();
  const terminal = new FakeTerminal(false);
  const ended = aliceAt(terminal, server.address, { maxUnconfirmed: 1 }, true);
  const connection = await server.connected();
  const session = { sessionId: 7 };
  connection.send({ type: "CHAT_STARTED", ...session, clientId: BOB });
  await terminal.shows("Connected");
  await terminal.shows("Chat started with bob");
  terminal.type("one", "two");
  await connection.next("CHAT");
  connection.send(
    { type: "END_NOTIF", ...session },
    { type: "REFUSED", ...session, number: 1, reason: "not_in_session" },
  );
  await terminal.shows("Chat ended with bob");
  const told = [
    await terminal.screen.take("1", () => true),
    await terminal.screen.take("2", () => true),
  ];
  assertEquals(told.sort(), [
    "Not delivered (the chat had ended): one",
    "Not delivered (the chat has ended): two",
  ]);
  terminal.type("Quit");
  assertEquals(await ended, false);
});

Deno.test("the shell tells that a history came in part, or not at all", async () => {
  await using server = new FakeServer();
  const terminal = new FakeTerminal(false);
  const ended = aliceAt(terminal, server.address, {}, true);
  const connection = await server.connected();
  await terminal.shows("Connected");
  terminal.type("History bob");
  await connection.next("HISTORY_REQ");
  connection.send({ type: "HISTORY_END", clientId: BOB, outcome: "unavailable" });
  await terminal.shows("No whole answer: the server cannot read the history just now.");
  terminal.type("Quit");
  assertEquals(await ended, false);
});

Deno.test("a script whose connection is lost ends, with what it had asked for undone", async () => {
  await using server = new FakeServer();
  const terminal = new FakeTerminal(false);
  const ended = aliceAt(terminal, server.address, {}, true);
  const connection = await server.connected();
  await terminal.shows("Connected");
  terminal.type("Chat bob", "Help");
  await connection.next("CHAT_REQUEST");
  connection.send({ type: "CLOSING", reason: "revoked" });
  await terminal.shows("Logged off by the server: your secret was changed or removed");
  assertEquals(await ended, false);
  assert(!terminal.screen.all.some((line) => line.startsWith("Commands")));
});

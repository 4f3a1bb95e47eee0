import { assertEquals, assertRejects } from "@std/assert";
import { type Frame, textFromString, textToString } from "../../lib/codec/mod.ts";
import { NotDeliveredError } from "../../lib/client/mod.ts";
import type { Entry } from "../../lib/history/mod.ts";
import { HeldHistory } from "./histories.ts";
import { logIn, RawClient } from "./raw_client.ts";
import {
  ALICE,
  BOB,
  CAROL,
  chatting,
  DAVE,
  loggedOn,
  type TestClient,
  type TestServer,
  withServer,
} from "./rig.ts";
import { eventually } from "./waiting.ts";

function texts(entries: readonly Entry[]): string[] {
  return entries.flatMap(({ texts }) => texts.map(textToString));
}

/** CHATs and RECEIPTs that the server has sent. */
function sent(rig: TestServer): string[] {
  return rig.traced.all
    .filter(({ direction }) => direction === "sent")
    .map(({ peer, message }) => `${message.type} ${peer}`)
    .filter((line) => /^(CHAT|RECEIPT) /.test(line));
}

function logOffBoth(...clients: TestClient[]): Promise<unknown> {
  return Promise.all(clients.map(({ client }) => client.logOff()));
}

/** Runs `test` with a raw alice and a bob in a chat, whose commits `history` holds up. */
function withHeldChat(
  test: (
    history: HeldHistory,
    alice: { raw: RawClient; chat(number: number): Promise<void>; sessionId: number },
    bob: TestClient,
    rig: TestServer,
  ) => Promise<void>,
): Promise<void> {
  const history = new HeldHistory();
  return withServer(async (rig) => {
    const bob = await loggedOn(rig, BOB);
    using raw = await RawClient.connected(rig, ALICE);
    await raw.send({ type: "CHAT_REQUEST", clientId: BOB });
    const { sessionId } = await raw.next("CHAT_STARTED");
    await bob.notice("chat started");
    async function chat(number: number): Promise<void> {
      const text = textFromString(`message ${number}`);
      await raw.send({ type: "CHAT", sessionId, number, text });
      await rig.received(ALICE, "CHAT");
    }
    await test(history, { raw, chat, sessionId }, bob, rig);
    await bob.client.logOff();
  }, { history });
}

Deno.test("a message is relayed, and its RECEIPT sent, only once it is stored", async () => {
  const history = new HeldHistory();
  await withServer(async (rig) => {
    const [alice, bob] = await chatting(rig);
    const sending = alice.client.send("hello");
    const commit = await history.next();
    assertEquals(texts(commit.entries), ["hello"]);
    // Round trips in which the server could say something too early.
    for (let i = 0; i < 5; i++) await logIn(rig, CAROL);
    assertEquals(sent(rig), []);
    assertEquals(alice.client.unconfirmed, 1);
    commit.store();
    await sending;
    assertEquals(await bob.text(), "hello");
    assertEquals(sent(rig), ["CHAT bob", "RECEIPT alice"]);
    await logOffBoth(alice, bob);
  }, { history });
});

Deno.test("a message that cannot be stored is refused and not relayed; the next one works", async () => {
  const history = new HeldHistory();
  await withServer(async (rig) => {
    const [alice, bob] = await chatting(rig);
    const lost = ["one", "two", "three"].map((text) => alice.client.send(text));
    const refused = Promise.all(lost.map(async (sending) => {
      const error = await assertRejects(() => sending, NotDeliveredError);
      assertEquals(error.why, "not_stored");
    }));
    const commit = await history.next();
    assertEquals(texts(commit.entries), ["one", "two", "three"]);
    commit.fail();
    await refused;
    assertEquals((await rig.note("dropped")).why, "the disk is full");
    const sending = alice.client.send("four");
    (await history.next()).store();
    await sending;
    assertEquals(await bob.text(), "four");
    assertEquals(bob.count("message"), 1);
    assertEquals(sent(rig), ["CHAT bob", "RECEIPT alice"]);
    await logOffBoth(alice, bob);
  }, { history });
});

Deno.test("a failed commit refuses the messages of every chat in it, and of no other", async () => {
  const history = new HeldHistory();
  await withServer(async (rig) => {
    const [alice, bob] = await chatting(rig);
    const [carol, dave] = await chatting(rig, CAROL, DAVE);
    const first = alice.client.send("stored");
    const held = await history.next();
    const both = Promise.allSettled([alice.client.send("a"), carol.client.send("c")]);
    await rig.received(CAROL, "CHAT");
    await eventually(
      "three CHATs",
      () =>
        rig.traced.all.filter(({ direction, message }) =>
          direction === "received" && message.type === "CHAT"
        ).length === 3,
    );
    held.store();
    (await history.next()).fail();
    await first;
    assertEquals((await both).map(({ status }) => status), ["rejected", "rejected"]);
    assertEquals(await bob.text(), "stored");
    assertEquals([bob.count("message"), dave.count("message")], [1, 0]);
    await logOffBoth(alice, bob, carol, dave);
  }, { history });
});

Deno.test("everything that arrives during a slow commit goes into the next one", async () => {
  await withHeldChat(async (history, { raw, chat, sessionId }, bob, rig) => {
    await chat(1);
    const first = await history.next();
    for (let number = 2; number <= 300; number++) await chat(number);
    first.store();
    const second = await history.next();
    assertEquals(
      second.entries.flatMap(({ number, texts }) => texts.map((_, i) => number + i)),
      Array.from({ length: 299 }, (_, i) => i + 2),
    );
    second.store();
    for (let number = 1; number <= 300; number++) {
      assertEquals(await bob.text(), `message ${number}`);
    }
    assertEquals(history.commits.all.length, 2);
    assertEquals(await raw.frame(), { type: "RECEIPT", sessionId, number: 1 });
    // One receipt stands for all of a turn.
    assertEquals(await raw.frame(), { type: "RECEIPT", sessionId, number: 300 });
    assertEquals(sent(rig).filter((line) => line === "RECEIPT alice").length, 2);
  });
});

Deno.test("an END_REQUEST that crosses a commit: RECEIPT, then END_NOTIF, then REFUSED", async () => {
  await withHeldChat(async (history, { raw, chat, sessionId }, bob, rig) => {
    await chat(1);
    const commit = await history.next();
    // In the same turn as the end, and stored before it.
    await chat(2);
    bob.client.endChat();
    await rig.received(BOB, "END_REQUEST");
    await chat(3);
    commit.store();
    (await history.next()).store();
    assertEquals(await raw.frame(), { type: "RECEIPT", sessionId, number: 1 });
    assertEquals(await raw.frame(), { type: "RECEIPT", sessionId, number: 2 });
    assertEquals(await raw.frame(), { type: "END_NOTIF", sessionId });
    const refused: Frame = { type: "REFUSED", sessionId, number: 3, reason: "not_in_session" };
    assertEquals(await raw.frame(), refused);
    assertEquals([await bob.text(), await bob.text()], ["message 1", "message 2"]);
    assertEquals(history.commits.all.length, 2);
  });
});

Deno.test("the sender leaves during a commit: the peer gets the message, then END_NOTIF", async () => {
  await withHeldChat(async (history, { raw, chat }, bob, rig) => {
    await chat(1);
    const commit = await history.next();
    raw[Symbol.dispose]();
    await eventually("alice to be gone", () => rig.server.load.clients === 1);
    commit.store();
    await bob.notice("chat ended");
    const types = bob.notices.all.map(({ type }) => type);
    assertEquals(types, ["connected", "chat started", "message", "chat ended"]);
  });
});

Deno.test("the peer leaves during a commit: the sender gets its RECEIPT, then END_NOTIF", async () => {
  const history = new HeldHistory();
  await withServer(async (rig) => {
    const alice = await loggedOn(rig, ALICE);
    const bob = await RawClient.connected(rig, BOB);
    assertEquals(await alice.client.chat(BOB), true);
    const sending = alice.client.send("kept");
    const commit = await history.next();
    bob[Symbol.dispose]();
    await eventually("bob to be gone", () => rig.server.load.clients === 1);
    commit.store();
    await sending;
    await alice.notice("chat ended");
    const types = alice.notices.all.map(({ type }) => type);
    assertEquals(types, ["connected", "chat started", "stored", "chat ended"]);
    const kept: string[] = [];
    await alice.client.history(BOB, ({ text }) => kept.push(textToString(text)));
    assertEquals(kept, ["kept"]);
    await alice.client.logOff();
  }, { history });
});

Deno.test("close() waits for a commit, and what was accepted gets its RECEIPT", async () => {
  const history = new HeldHistory();
  await withServer(async (rig) => {
    const [alice, bob] = await chatting(rig);
    const sending = alice.client.send("last words");
    const commit = await history.next();
    const closing = rig.server.close();
    commit.store();
    await sending;
    await closing;
    assertEquals(await bob.text(), "last words");
    for (const client of [alice, bob]) {
      assertEquals((await client.notice("logged off")).why, "shutting_down");
      assertEquals(client.count("chat ended"), 1);
      await client.client.logOff();
    }
  }, { history });
});

Deno.test("logOff() waits for receipts", async () => {
  const history = new HeldHistory();
  await withServer(async (rig) => {
    const [alice, bob] = await chatting(rig);
    let stored = false;
    const sending = alice.client.send("wait for me").then(() => stored = true);
    const commit = await history.next();
    const leaving = alice.client.logOff();
    for (let i = 0; i < 5; i++) await logIn(rig, CAROL);
    assertEquals(alice.client.state, "Active Chat");
    commit.store();
    await leaving;
    assertEquals(stored, true);
    await sending;
    assertEquals(await bob.text(), "wait for me");
    await bob.client.logOff();
  }, { history });
});

Deno.test("logOff() does not wait for receipts for ever", async () => {
  const history = new HeldHistory();
  await withServer(async (rig) => {
    const alice = await loggedOn(rig, ALICE, { limits: { lastReceipts: 50 } });
    const bob = await loggedOn(rig, BOB);
    await alice.client.chat(BOB);
    const refused = assertRejects(() => alice.client.send("too late"), NotDeliveredError);
    const commit = await history.next();
    // What it holds up is also the server's own end of the connection.
    const leaving = alice.client.logOff();
    assertEquals((await refused).why, "asked");
    commit.store();
    await leaving;
    await bob.client.logOff();
  }, { history });
});

/**
 * Bugs that earlier attempts at this assignment had with sockets: one test for each.
 *
 * Every test has the bug's name, and shows on real sockets that Parley does not have it.
 */

import { assertEquals } from "@std/assert";
import {
  type Frame,
  parseClientId,
  textFromString,
  textToString,
  TYPE_CODE,
} from "../../lib/codec/mod.ts";
import { FakeServer } from "../client/fake_server.ts";
import { concatBytes } from "../hex.ts";
import { logIn, plain, randomBytes, RawClient, RawLogin, RawUdp } from "../server/raw_client.ts";
import {
  ALICE,
  BOB,
  CAROL,
  chatting,
  loggedOn,
  startChat,
  TestClient,
  type TestServer,
  whileOthersChat,
  withServer,
} from "../server/rig.ts";
import { PiecewiseRelay } from "./piecewise_relay.ts";

Deno.test("never again: one wrong RES, unknown ID or dropped peer stops the server or its thread", async (t) => {
  for (const [what, disturb] of DISTURBANCES) {
    await t.step(what, () =>
      withServer(async (rig) => {
        await whileOthersChat(rig, () => disturb(rig));
        const [alice, bob] = await chatting(rig);
        await alice.client.send("still here");
        assertEquals(await bob.text(), "still here");
        await Promise.all([alice.client.logOff(), bob.client.logOff()]);
      }));
  }
});

const DISTURBANCES: readonly (readonly [string, (rig: TestServer) => Promise<void>])[] = [
  ["a wrong RES", (rig) => beRefused(rig, new RawLogin(ALICE, randomBytes(8)))],
  ["an unknown ID", (rig) => beRefused(rig, new RawLogin(parseClientId("unknown")))],
  ["a peer that drops before it has said anything", async (rig) => {
    using _ = await RawClient.open(rig);
  }],
  ["a peer that drops in its first record", async (rig) => {
    const { keys, cookie } = await logIn(rig, ALICE);
    using alice = await RawClient.open(rig);
    alice.useKeys(keys);
    await alice.write(keys.keyId, alice.seal(plain({ type: "CONNECT", cookie })).subarray(0, 9));
  }],
  ["a peer that drops in a chat, in the middle of a record", async (rig) => {
    await using bob = await loggedOn(rig, BOB);
    using alice = await RawClient.connected(rig, ALICE);
    await alice.send({ type: "CHAT_REQUEST", clientId: BOB });
    const { sessionId } = await alice.next("CHAT_STARTED");
    const text = textFromString("never finished");
    await alice.write(alice.seal(plain({ type: "CHAT", sessionId, number: 1, text })).slice(0, -1));
    alice[Symbol.dispose]();
    await bob.notice("chat ended");
    // Whoever was left alone can have another chat.
    await using carol = await loggedOn(rig, CAROL);
    await startChat(bob, carol);
  }],
  ["a peer that drops while much is sent to it", async (rig) => {
    await using bob = await loggedOn(rig, BOB);
    using alice = await RawClient.connected(rig, ALICE);
    await startChatWith(alice, bob);
    const sending = Array.from({ length: 500 }, () => bob.client.send("x".repeat(4_000)));
    await sending[0];
    alice[Symbol.dispose]();
    await Promise.allSettled(sending);
    await bob.notice("chat ended");
  }],
];

async function beRefused(rig: TestServer, login: RawLogin): Promise<void> {
  using udp = new RawUdp(rig.server.udpAddress);
  const reply = await udp.ask(login.response(await udp.challenge(login)));
  assertEquals(reply.type, "AUTH_FAIL");
}

async function startChatWith(alice: RawClient, bob: TestClient): Promise<void> {
  await alice.send({ type: "CHAT_REQUEST", clientId: bob.clientId });
  await bob.notice("chat started");
}

Deno.test("never again: text is cut at a comma, or read as protocol when it contains a message's name", async () => {
  const names = Object.keys(TYPE_CODE);
  const texts = [
    ...["a, b, c", ",", "1,hello", "hello,", "alice,bob,1,hello", "\\", " ", "a\tb|c;d:e"],
    ...names.flatMap((name) => [name, `${name}(1)`, `${name},1,bob`, `say ${name} to me`]),
    ...["\u0000\n\r\t\u001b[31m", "END_REQUEST\r\nEND_REQUEST\r\n", "\u202eabc", "\ufeffBOM", "👩‍👩‍👧"],
  ];
  await withServer(async (rig) => {
    const [alice, bob] = await chatting(rig);
    await Promise.all(texts.map((text) => alice.client.send(text)));
    for (const text of texts) assertEquals(await bob.text(), text);
    assertEquals([alice.count("chat ended"), bob.count("chat ended")], [0, 0]);
    const past: string[] = [];
    await bob.client.history(ALICE, ({ text }) => past.push(textToString(text)));
    assertEquals(past, texts);
    await Promise.all([alice.client.logOff(), bob.client.logOff()]);
  });
});

Deno.test("never again: one recv is taken for one message", async (t) => {
  const texts = Array.from({ length: 60 }, (_, i) => `${i} ${"é".repeat(i * 30)}`);
  const chats = (sessionId: number): Frame[] =>
    texts.map((text, i) => ({
      type: "CHAT",
      sessionId,
      number: i + 1,
      text: textFromString(text),
    }));

  await t.step(
    "by the server: a stream in any pieces, and many records in one",
    () =>
      withServer(async (rig) => {
        const bob = await loggedOn(rig, BOB);
        const { keys, cookie } = await logIn(rig, ALICE);
        using alice = await RawClient.open(rig);
        alice.useKeys(keys);
        const start = concatBytes(keys.keyId, alice.seal(plain({ type: "CONNECT", cookie })));
        for (const byte of start) await alice.write(Uint8Array.of(byte));
        await alice.next("CONNECTED");
        await alice.send({ type: "CHAT_REQUEST", clientId: BOB });
        const { sessionId } = await alice.next("CHAT_STARTED");
        const frames = chats(sessionId);
        const stream = concatBytes(
          ...frames.slice(0, 20).map((chat) => alice.seal(plain(chat))),
          alice.seal(plain(...frames.slice(20, 30))),
          ...frames.slice(30).map((chat) => alice.seal(plain(chat))),
        );
        for (let offset = 0, length = 1; offset < stream.length; length = length * 7 % 1_009) {
          await alice.write(stream.subarray(offset, offset + length));
          offset += length;
        }
        for (const text of texts) assertEquals(await bob.text(), text);
        while ((await alice.next("RECEIPT")).number < texts.length);
        await bob.client.logOff();
      }),
  );

  await t.step(
    "by the client: a stream in any pieces, and many messages in one record",
    async () => {
      using relay = new PiecewiseRelay();
      await using server = new FakeServer({ port: relay.port });
      relay.target = server.port;
      const alice = new TestClient(server.address, ALICE);
      const loggingOn = alice.client.logOn();
      const connection = await server.connected();
      await loggingOn;
      connection.send(
        { type: "CHAT_STARTED", sessionId: 7, clientId: BOB },
        ...chats(7),
        { type: "END_NOTIF", sessionId: 7 },
      );
      await alice.notice("chat ended");
      for (const text of texts) assertEquals(await alice.text(), text);
      await alice.client.logOff();
      await connection.ended;
    },
  );
});

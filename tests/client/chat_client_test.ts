import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { NoAnswerError, NotDeliveredError, NotPossibleError } from "../../lib/client/mod.ts";
import { CodecError, type Frame, textFromString } from "../../lib/codec/mod.ts";
import { HeldHistory } from "../server/histories.ts";
import {
  ALICE,
  BOB,
  CAROL,
  chatting,
  loggedOn,
  startChat,
  TestClient,
  withServer,
} from "../server/rig.ts";
import { FakeServer } from "./fake_server.ts";

/** Runs `test` with a client that is connected to a server which the test plays. */
async function withFake(
  test: (
    alice: TestClient,
    server: Awaited<ReturnType<FakeServer["connected"]>>,
  ) => Promise<void>,
): Promise<void> {
  await using server = new FakeServer();
  const alice = new TestClient(server.address, ALICE);
  const loggingOn = alice.client.logOn();
  const connection = await server.connected();
  await loggingOn;
  await test(alice, connection);
  await alice.client.logOff();
  await connection.ended;
}

Deno.test("send() refuses a message over maxUnconfirmed; room() says when there is room", async () => {
  const history = new HeldHistory();
  await withServer(async (rig) => {
    const alice = await loggedOn(rig, ALICE, { limits: { maxUnconfirmed: 3 } });
    const bob = await loggedOn(rig, BOB);
    await startChat(alice, bob);
    await alice.client.room();
    const sending = [1, 2, 3].map((number) => alice.client.send(String(number)));
    assertThrows(() => alice.client.send("4"), NotPossibleError, "room()");
    assertEquals(alice.client.unconfirmed, 3);
    let room = false;
    const waiting = alice.client.room().then(() => room = true);
    const commit = await history.next();
    assertEquals([commit.entries.flatMap(({ texts }) => texts).length, room], [3, false]);
    commit.store();
    await waiting;
    await Promise.all(sending);
    const last = alice.client.send("4");
    (await history.next()).store();
    await Promise.all([last, alice.client.confirmed()]);
    for (const text of ["1", "2", "3", "4"]) assertEquals(await bob.text(), text);
    await Promise.all([alice.client.logOff(), bob.client.logOff()]);
  }, { history });
});

Deno.test("confirmed() also waits for what is sent while it waits", async () => {
  await withFake(async (alice, server) => {
    server.send({ type: "CHAT_STARTED", sessionId: 5, clientId: BOB });
    await alice.notice("chat started");
    const first = alice.client.send("1");
    let confirmed = false;
    const waiting = alice.client.confirmed().then(() => confirmed = true);
    const second = alice.client.send("2");
    server.send({ type: "RECEIPT", sessionId: 5, number: 1 });
    await first;
    // Another round trip, in which it could resolve too early.
    server.send({ type: "PING", token: 1 });
    await server.next("PONG");
    assertEquals(confirmed, false);
    server.send({ type: "RECEIPT", sessionId: 5, number: 2 });
    await second;
    await waiting;
  });
});

Deno.test("a text that is none, and numbers that are none, are refused and change nothing", async () => {
  await withServer(async (rig) => {
    const [alice, bob] = await chatting(rig);
    for (const text of ["", "\ud800", "x".repeat(4_097), "é".repeat(2_049)]) {
      assertThrows(() => alice.client.send(text), CodecError);
    }
    for (const last of [-1, 0.5, NaN, 2 ** 32]) {
      assertThrows(() => alice.client.history(BOB, () => {}, { last }), CodecError);
      assertThrows(() => alice.client.history(BOB, () => {}, { before: -1 }), CodecError);
    }
    assertEquals(alice.client.unconfirmed, 0);
    await alice.client.send("é".repeat(2_048));
    assertEquals(await bob.text(), "é".repeat(2_048));
    await alice.client.history(BOB, () => {});
    await Promise.all([alice.client.logOff(), bob.client.logOff()]);
  });
});

Deno.test("history() refuses to ask for more at once than a server answers", async () => {
  await withServer(async (rig) => {
    await using alice = await loggedOn(rig, ALICE);
    const asked = Array.from({ length: 16 }, () => alice.client.history(BOB, () => {}));
    assertThrows(() => alice.client.history(BOB, () => {}), NotPossibleError, "too many");
    await Promise.all(asked);
    await alice.client.history(BOB, () => {});
    assertEquals(rig.notes.all.filter(({ type }) => type === "protocol error"), []);
  });
});

Deno.test("what is unanswered when the connection is lost rejects, or is false", async () => {
  await withFake(async (alice, server) => {
    const history = assertRejects(() => alice.client.history(CAROL, () => {}), NoAnswerError);
    server.send({ type: "CHAT_STARTED", sessionId: 5, clientId: BOB });
    await alice.notice("chat started");
    const sending = assertRejects(() => alice.client.send("lost"), NotDeliveredError);
    await server.next("CHAT");
    server.link.close();
    assertEquals((await alice.notice("logged off")).why, "connection lost");
    assertEquals((await sending).why, "connection lost");
    await history;
    assertEquals(alice.client.state, "Offline");
  });
  await withFake(async (alice, server) => {
    const asked = alice.client.chat(BOB);
    await server.next("CHAT_REQUEST");
    server.link.close();
    assertEquals(await asked, false);
  });
});

Deno.test("REFUSED rejects the message that it names, and no other", async () => {
  await withFake(async (alice, server) => {
    server.send({ type: "CHAT_STARTED", sessionId: 5, clientId: BOB });
    await alice.notice("chat started");
    const [first, second, third] = ["1", "2", "3"].map((text) => alice.client.send(text));
    const refused = assertRejects(() => second!, NotDeliveredError, "could not store");
    server.send(
      { type: "RECEIPT", sessionId: 4, number: 3 },
      { type: "REFUSED", sessionId: 5, number: 2, reason: "not_stored" },
      { type: "RECEIPT", sessionId: 5, number: 3 },
    );
    await Promise.all([first, third, refused]);
    assertEquals(alice.client.unconfirmed, 0);
  });
});

Deno.test("the client's own requests of one moment go into one record", async () => {
  await withFake(async (alice, server) => {
    server.send({ type: "CHAT_STARTED", sessionId: 5, clientId: BOB });
    await alice.notice("chat started");
    const reads: number[] = [];
    const { link } = server;
    const nextFrames = link.nextFrames.bind(link);
    link.nextFrames = () => {
      const frames = nextFrames();
      if (frames !== undefined) reads.push(frames.length);
      return frames;
    };
    const sending = Array.from({ length: 100 }, (_, i) => alice.client.send(String(i)));
    for (let i = 0; i < 100; i++) await server.next("CHAT");
    assertEquals(reads, [100]);
    server.send({ type: "RECEIPT", sessionId: 5, number: 100 });
    await Promise.all(sending);
  });
});

Deno.test("messages of the server that fit no state, or another session, change nothing", async () => {
  await withFake(async (alice, server) => {
    const text = textFromString("from nowhere");
    const stray: Frame[] = [
      { type: "CONNECTED" },
      { type: "CHAT", sessionId: 9, number: 1, text },
      { type: "END_NOTIF", sessionId: 9 },
      { type: "UNREACHABLE", clientId: CAROL },
      { type: "CHAT_REQUEST", clientId: CAROL },
    ];
    server.send(...stray, { type: "PING", token: 1 });
    await server.next("PONG");
    assertEquals(alice.client.state, "Connected");
    server.send({ type: "CHAT_STARTED", sessionId: 5, clientId: BOB });
    await alice.notice("chat started");
    server.send(...stray, { type: "CHAT_STARTED", sessionId: 6, clientId: CAROL });
    server.send({ type: "PING", token: 2 });
    await server.next("PONG");
    assertEquals([alice.client.peer, alice.client.sessionId], [BOB, 5]);
    assertEquals(alice.count("message") + alice.count("chat ended"), 0);
    assertEquals(alice.count("chat started"), 1);
  });
});

Deno.test("a damaged record is the end of the connection, and no other harm", async () => {
  await withFake(async (alice, server) => {
    server.link.sendClear(new Uint8Array(50));
    server.link.flush();
    assertEquals((await alice.notice("logged off")).why, "connection lost");
  });
});

Deno.test("a client that logged off can log on again, as often as it likes", async () => {
  await withServer(async (rig) => {
    const alice = new TestClient(rig, ALICE);
    for (let i = 0; i < 5; i++) {
      await alice.client.logOn();
      assertEquals(rig.server.load.clients, 1);
      await alice.client.logOff();
      await rig.note("disconnected");
    }
    assert(alice.count("connected") === 5 && alice.count("logged off") === 5);
  });
});

import { assertEquals } from "@std/assert";
import { type Frame, recordHeader, textFromString } from "../../lib/codec/mod.ts";
import { concatBytes, hex } from "../hex.ts";
import { flip, logIn, plain, randomBytes, RawClient } from "./raw_client.ts";
import { ALICE, BOB, CAROL, chatting, loggedOn, whileOthersChat, withServer } from "./rig.ts";

const DAMAGED = "connections with damaged records";
const NOT_CONNECTED = "connections that did not CONNECT";
const PING: Frame = { type: "PING", token: 7 };

/** First bytes that are wrong: `make` makes them of a login that is right. */
const BAD_STARTS: readonly (readonly [
  name: string,
  dropped: typeof DAMAGED | typeof NOT_CONNECTED,
  make: (
    keyId: Uint8Array,
    connect: Frame,
    seal: (plaintext: Uint8Array) => Uint8Array,
  ) => Uint8Array,
])[] = [
  [
    "an unknown key-id",
    NOT_CONNECTED,
    (_, connect, seal) => concatBytes(randomBytes(16), seal(plain(connect))),
  ],
  [
    "a wrong cookie",
    NOT_CONNECTED,
    (keyId, _, seal) =>
      concatBytes(keyId, seal(plain({ type: "CONNECT", cookie: randomBytes(16) }))),
  ],
  [
    "another frame than CONNECT",
    NOT_CONNECTED,
    (keyId, _, seal) => concatBytes(keyId, seal(plain(PING))),
  ],
  [
    "two frames in the first record",
    NOT_CONNECTED,
    (keyId, _, seal) => concatBytes(keyId, seal(plain(PING, PING))),
  ],
  [
    "CONNECT and more in the first record",
    NOT_CONNECTED,
    (keyId, connect, seal) => concatBytes(keyId, seal(plain(connect, PING))),
  ],
  [
    "a second record before CONNECTED",
    NOT_CONNECTED,
    (keyId, connect, seal) => concatBytes(keyId, seal(plain(connect)), seal(plain(PING))),
  ],
  ["more bytes than CONNECT takes", NOT_CONNECTED, () => randomBytes(70_000)],
  [
    "a flipped bit in the ciphertext",
    DAMAGED,
    (keyId, connect, seal) => concatBytes(keyId, flip(seal(plain(connect)), 5)),
  ],
  [
    "a flipped bit in the tag",
    DAMAGED,
    (keyId, connect, seal) => concatBytes(keyId, flip(seal(plain(connect)), -1)),
  ],
  ["a record that is too long", DAMAGED, (keyId) => concatBytes(keyId, hex("4011 00"))],
  ["a record that is too short", DAMAGED, (keyId) => concatBytes(keyId, hex("0012 00"))],
  ["a malformed frame", DAMAGED, (keyId, _, seal) => concatBytes(keyId, seal(hex("06 0010 00")))],
];

for (const [name, dropped, make] of BAD_STARTS) {
  Deno.test(`a connection that begins with ${name} is closed, and spends no cookie`, async () => {
    await withServer(async (rig) => {
      await whileOthersChat(rig, async () => {
        const { keys, cookie } = await logIn(rig, ALICE);
        const connect: Frame = { type: "CONNECT", cookie };
        {
          using bad = await RawClient.open(rig);
          bad.useKeys(keys);
          // The server may close while this is still being written.
          await bad.write(make(keys.keyId, connect, (bytes) => bad.seal(bytes))).catch(() => {});
          await bad.ended();
          assertEquals(bad.read, []);
        }
        using good = await RawClient.open(rig);
        good.useKeys(keys);
        await good.write(keys.keyId, good.seal(plain(connect)));
        await good.next("CONNECTED");
      });
      await rig.assertDropped(dropped, 1);
      const other = dropped === DAMAGED ? NOT_CONNECTED : DAMAGED;
      assertEquals(rig.server.dropped(other), 0);
    });
  });
}

Deno.test("half-open connections are closed when their time is up, and counted", async () => {
  await withServer(async (rig) => {
    await whileOthersChat(rig, async () => {
      const { keys } = await logIn(rig, ALICE);
      using silent = await RawClient.open(rig);
      using halfway = await RawClient.open(rig);
      await halfway.write(keys.keyId.subarray(0, 7));
      using named = await RawClient.open(rig);
      await named.write(keys.keyId);
      using gone = await RawClient.open(rig);
      await gone.closeWrite();
      await Promise.all([silent, halfway, named, gone].map((client) => client.ended()));
    });
    await rig.assertDropped(NOT_CONNECTED, 4);
  }, { limits: { connectTimeout: 500, tick: 20 } });
});

Deno.test("a cookie is good for one connection, and a recorded stream for none", async () => {
  await withServer(async (rig) => {
    const bob = await loggedOn(rig, BOB);
    const alice = await RawClient.connected(rig, ALICE);
    await alice.send({ type: "CHAT_REQUEST", clientId: BOB });
    const { sessionId } = await alice.next("CHAT_STARTED");
    await alice.send({ type: "CHAT", sessionId, number: 1, text: textFromString("once") });
    await alice.next("RECEIPT");
    using during = await RawClient.open(rig);
    await during.write(...alice.written).catch(() => {});
    await during.ended();
    alice[Symbol.dispose]();
    await bob.notice("chat ended");
    using after = await RawClient.open(rig);
    await after.write(...alice.written).catch(() => {});
    await after.ended();
    assertEquals(await bob.text(), "once");
    assertEquals(bob.count("message"), 1);
    assertEquals([...during.read, ...after.read], []);
    await bob.client.logOff();
    await rig.assertDropped(NOT_CONNECTED, 2);
  });
});

/** What a connected client can send in the middle of a chat that is no record. */
const BAD_RECORDS: readonly (readonly [
  name: string,
  make: (client: RawClient, chat: Frame) => Uint8Array,
])[] = [
  ["garbage", () => concatBytes(hex("0100"), randomBytes(4_000))],
  ["a record over the limit", () => concatBytes(recordHeader(16_385), randomBytes(20_000))],
  ["an empty record", (client) => client.seal(new Uint8Array(0))],
  ["a replayed record", (client) => client.written.at(-1)!],
  ["a record of the server", (client) => client.read.at(-1)!],
  ["a flipped bit in the length", (client, chat) => flip(client.seal(plain(chat)), 1)],
  ["a flipped bit in the text", (client, chat) => flip(client.seal(plain(chat)), 20)],
  ["a flipped bit in the tag", (client, chat) => flip(client.seal(plain(chat)), -1, 7)],
  [
    "records out of order",
    (client, chat) => {
      const [first, second] = [client.seal(plain(chat)), client.seal(plain(PING))];
      return concatBytes(second, first);
    },
  ],
  [
    "text that is not UTF-8",
    (client, chat) => client.seal(concatBytes(plain(chat).subarray(0, -1), hex("ff"))),
  ],
  [
    "a good frame and a malformed one in the same record",
    (client, chat) => client.seal(concatBytes(plain(chat), hex("ee 0000"))),
  ],
  [
    "a frame that is longer than its record",
    (client, chat) => client.seal(plain(chat).subarray(0, -1)),
  ],
];

for (const [name, make] of BAD_RECORDS) {
  Deno.test(`${name} in a chat ends the connection, and nothing of it counts`, async () => {
    await withServer(async (rig) => {
      await whileOthersChat(rig, async () => {
        const bob = await loggedOn(rig, BOB);
        using alice = await RawClient.connected(rig, ALICE);
        await alice.send({ type: "CHAT_REQUEST", clientId: BOB });
        const { sessionId } = await alice.next("CHAT_STARTED");
        const text = textFromString("not to be seen");
        const chat: Frame = { type: "CHAT", sessionId, number: 1, text };
        await alice.write(make(alice, chat)).catch(() => {});
        await alice.closeWrite().catch(() => {});
        await bob.notice("chat ended");
        await alice.ended();
        assertEquals(bob.count("message"), 0);
        await bob.client.history(ALICE, () => {
          throw new Error("it was stored");
        });
        await bob.client.logOff();
      });
      await rig.assertDropped(DAMAGED, 1);
    });
  });
}

Deno.test("a record that was cut off has no effect", async () => {
  await withServer(async (rig) => {
    const [alice, bob] = [await RawClient.connected(rig, ALICE), await loggedOn(rig, BOB)];
    await alice.write(alice.seal(plain({ type: "CHAT_REQUEST", clientId: BOB })).subarray(0, -1));
    alice[Symbol.dispose]();
    assertEquals((await rig.note("disconnected")).clientId, ALICE);
    assertEquals(bob.count("chat started"), 0);
    await bob.client.logOff();
    assertEquals(rig.server.dropped(DAMAGED), 0);
  });
});

const FOREIGN: readonly Frame[] = [
  { type: "CONNECT", cookie: randomBytes(16) },
  { type: "CONNECTED" },
  { type: "CHAT_STARTED", sessionId: 1, clientId: BOB },
  { type: "UNREACHABLE", clientId: BOB },
  { type: "END_NOTIF", sessionId: 1 },
  {
    type: "HISTORY_RESP",
    sessionId: 1,
    number: 1,
    position: 1,
    at: 0,
    sender: BOB,
    text: textFromString("x"),
  },
  { type: "HISTORY_END", clientId: BOB, outcome: "complete" },
  { type: "RECEIPT", sessionId: 1, number: 1 },
  { type: "REFUSED", sessionId: 1, number: 1, reason: "not_stored" },
  { type: "CLOSING", reason: "idle" },
];

Deno.test("frames that only a server sends change nothing; a client that goes on is closed", async () => {
  await withServer(async (rig) => {
    await whileOthersChat(rig, async () => {
      using alice = await RawClient.connected(rig, ALICE);
      await alice.send(...FOREIGN.slice(1));
      await alice.send(PING);
      assertEquals(await alice.frame(), { type: "PONG", token: 7 });
      await alice.send(FOREIGN[0]!, PING);
      assertEquals(await alice.frame(), { type: "CLOSING", reason: "protocol_error" });
      assertEquals(await alice.frame(), undefined);
    });
    const errors = rig.notes.all.filter(({ type }) => type === "protocol error");
    assertEquals(errors.length, 1);
  }, { limits: { maxStrikes: FOREIGN.length } });
});

Deno.test("wrong session-IDs are refused and reach nobody, until the connection is closed", async () => {
  await withServer(async (rig) => {
    await whileOthersChat(rig, async () => {
      const bob = await loggedOn(rig, BOB);
      using alice = await RawClient.connected(rig, ALICE);
      const text = textFromString("guess");
      const isClosed = (frame: Frame): boolean => frame.type === "CLOSING";
      const frames: Frame[] = [];
      for (let sessionId = 1; !frames.some(isClosed); sessionId++) {
        await alice.send({ type: "CHAT", sessionId, number: 1, text });
        const answer = (await alice.frame())!;
        frames.push(answer);
        if (isClosed(answer)) break;
        await alice.send({ type: "END_REQUEST", sessionId }, PING);
        frames.push((await alice.frame())!);
      }
      assertEquals(frames.filter(({ type }) => type === "REFUSED").length, 5);
      assertEquals(frames.at(-1), { type: "CLOSING", reason: "protocol_error" });
      assertEquals(bob.count("message") + bob.count("chat ended"), 0);
      await bob.client.logOff();
    });
  }, { limits: { maxStrikes: 10 } });
});

Deno.test("an outsider cannot speak in, or end, a chat whose session-ID it knows", async () => {
  await withServer(async (rig) => {
    const [alice, bob] = await chatting(rig, ALICE, BOB);
    const carol = await RawClient.connected(rig, CAROL);
    const sessionId = alice.client.sessionId!;
    const text = textFromString("I am alice");
    await carol.send({ type: "CHAT", sessionId, number: 1, text }, {
      type: "END_REQUEST",
      sessionId,
    });
    const refused = { type: "REFUSED", sessionId, number: 1, reason: "not_in_session" };
    assertEquals(await carol.frame(), refused as Frame);
    await carol.send(PING);
    await carol.next("PONG");
    await alice.client.send("I am here");
    assertEquals(await bob.text(), "I am here");
    carol[Symbol.dispose]();
    for (const { client } of [alice, bob]) await client.logOff();
  });
});

Deno.test("CHATs out of order are refused, and the next in order is taken", async () => {
  await withServer(async (rig) => {
    const bob = await loggedOn(rig, BOB);
    using alice = await RawClient.connected(rig, ALICE);
    await alice.send({ type: "CHAT_REQUEST", clientId: BOB });
    const { sessionId } = await alice.next("CHAT_STARTED");
    const chat = (number: number): Frame => (
      { type: "CHAT", sessionId, number, text: textFromString(String(number)) }
    );
    await alice.send(chat(1), chat(3), chat(1), chat(2));
    const answers = [
      await alice.frame(),
      await alice.frame(),
      await alice.frame(),
      await alice.frame(),
    ];
    assertEquals(answers, [
      { type: "RECEIPT", sessionId, number: 1 },
      { type: "REFUSED", sessionId, number: 3, reason: "out_of_order" },
      { type: "REFUSED", sessionId, number: 1, reason: "out_of_order" },
      { type: "RECEIPT", sessionId, number: 2 },
    ]);
    assertEquals([await bob.text(), await bob.text()], ["1", "2"]);
    await bob.client.logOff();
  });
});

Deno.test("more HISTORY_REQs at once than allowed are an error of the client; the rest is answered", async () => {
  await withServer(async (rig) => {
    using alice = await RawClient.connected(rig, ALICE);
    const request: Frame = { type: "HISTORY_REQ", clientId: BOB, last: 0, before: 0 };
    await alice.send(...Array.from({ length: 17 }, () => request));
    await rig.note("protocol error");
    for (let i = 0; i < 16; i++) await alice.next("HISTORY_END");
    await alice.send(PING);
    assertEquals(await alice.frame(), { type: "PONG", token: 7 });
  });
});

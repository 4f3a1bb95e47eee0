/** The server's switchboard: who is connected, chats, history, strikes, silence and idling. */

import { assertEquals } from "@std/assert";
import type { Frame } from "../../../lib/codec/mod.ts";
import { BoardRig } from "../board_rig.ts";
import { ALICE, BOB, CAROL, NOBODY, string, text } from "../fixtures.ts";

function started(sessionId: number, clientId: typeof ALICE): Frame {
  return { type: "CHAT_STARTED", sessionId, clientId };
}

/** Alice and Bob in session 1, what led there forgotten. */
function chatting(): BoardRig {
  const rig = new BoardRig();
  rig.connect(ALICE, BOB);
  rig.chat(ALICE, BOB);
  rig.clear();
  return rig;
}

Deno.test("a client that connects gets CONNECTED", () => {
  const rig = new BoardRig();
  rig.connect(ALICE);
  assertEquals(rig.take(ALICE), [{ type: "CONNECTED" }]);
  assertEquals(rig.notes, [{ type: "connected", clientId: ALICE }]);
  assertEquals(rig.board.size, 1);
});

Deno.test("CHAT_REQUEST for a free client starts a chat at both", () => {
  const rig = new BoardRig();
  rig.connect(ALICE, BOB);
  rig.clear();
  rig.request(ALICE, BOB);
  assertEquals(rig.take(ALICE), [started(1, BOB)]);
  assertEquals(rig.take(BOB), [started(1, ALICE)]);
  assertEquals(rig.notes, [{ type: "chat started", sessionId: 1, between: [ALICE, BOB] }]);
});

Deno.test("each chat has a session-ID of its own", () => {
  const rig = new BoardRig();
  rig.connect(ALICE, BOB);
  const ids = [1, 2, 3].map(() => {
    const id = rig.chat(ALICE, BOB);
    rig.end(BOB, id);
    return id;
  });
  assertEquals(new Set(ids).size, 3);
});

Deno.test("a message is stored before it goes to the peer, with its number and time", () => {
  const rig = chatting();
  rig.now = 500;
  rig.say(ALICE, 1, 1, "hello, Bob");
  const [output] = rig.outputs;
  const words = text("hello, Bob");
  assertEquals(rig.outputs.length, 1);
  assertEquals(output, {
    type: "store",
    message: {
      sessionId: 1,
      from: ALICE,
      to: BOB,
      number: 1,
      at: rig.env().date,
      texts: [words],
    },
    ifStored: [
      {
        type: "send",
        connection: rig.connectionOf(BOB),
        run: { type: "CHAT", sessionId: 1, number: 1, texts: [words] },
      },
      {
        type: "send",
        connection: rig.connectionOf(ALICE),
        run: { type: "RECEIPT", sessionId: 1, number: 1 },
      },
    ],
    ifNot: [{
      type: "send",
      connection: rig.connectionOf(ALICE),
      run: { type: "REFUSED", sessionId: 1, number: 1, count: 1, reason: "not_stored" },
    }],
  });
});

Deno.test("a message that is not stored reaches nobody; the next one may", () => {
  const rig = chatting();
  rig.storing = false;
  rig.say(ALICE, 1, 1);
  assertEquals(rig.take(BOB), []);
  assertEquals(rig.take(ALICE), [
    { type: "REFUSED", sessionId: 1, number: 1, reason: "not_stored" },
  ]);
  rig.storing = true;
  rig.say(ALICE, 1, 2);
  assertEquals(rig.take(BOB).length, 1);
  assertEquals(rig.take(ALICE), [{ type: "RECEIPT", sessionId: 1, number: 2 }]);
});

Deno.test("each side's messages count for themselves", () => {
  const rig = chatting();
  rig.say(ALICE, 1, 1, "one");
  rig.say(BOB, 1, 1, "two");
  rig.say(ALICE, 1, 2, "three");
  assertEquals(rig.stores.map(({ from, number, texts }) => [from, number, ...texts.map(string)]), [
    [ALICE, 1, "one"],
    [BOB, 1, "two"],
    [ALICE, 2, "three"],
  ]);
});

Deno.test("a message with a number that does not follow is REFUSED and counted", () => {
  const rig = chatting();
  rig.say(ALICE, 1, 1);
  rig.clear();
  for (const number of [1, 3]) {
    rig.say(ALICE, 1, number);
    assertEquals(rig.take(ALICE), [
      { type: "REFUSED", sessionId: 1, number, reason: "out_of_order" },
    ]);
  }
  assertEquals([rig.stores, rig.take(BOB), rig.strikesOf(ALICE)], [[], [], 1]);
});

Deno.test("numbers begin anew in the next session", () => {
  const rig = chatting();
  rig.say(ALICE, 1, 1);
  rig.end(ALICE, 1);
  rig.chat(ALICE, BOB);
  rig.clear();
  rig.say(ALICE, 2, 1);
  assertEquals(rig.take(ALICE), [{ type: "RECEIPT", sessionId: 2, number: 1 }]);
});

Deno.test("END_REQUEST sends END_NOTIF to the other client only; both are free again", () => {
  const rig = chatting();
  rig.end(ALICE, 1);
  assertEquals(rig.take(ALICE), []);
  assertEquals(rig.take(BOB), [{ type: "END_NOTIF", sessionId: 1 }]);
  assertEquals(rig.notes, [{ type: "chat ended", sessionId: 1 }]);
  assertEquals(rig.chat(BOB, ALICE), 2);
});

Deno.test("HISTORY_REQ is answered for the client of the connection it came on", () => {
  const rig = chatting();
  const request = { type: "HISTORY_REQ", clientId: CAROL, last: 5, before: 0 } as const;
  rig.send(ALICE, request);
  assertEquals(rig.outputs, [
    { type: "answer history", connection: rig.connectionOf(ALICE), clientId: ALICE, request },
  ]);
});

Deno.test("HISTORY_REQ is answered while a claim is under way", () => {
  const rig = new BoardRig();
  rig.connect(ALICE, BOB);
  rig.held = true;
  rig.request(ALICE, BOB);
  rig.clear();
  rig.send(ALICE, { type: "HISTORY_REQ", clientId: BOB, last: 0, before: 0 });
  assertEquals(rig.outputs.map(({ type }) => type), ["answer history"]);
});

Deno.test("PING is answered with its token", () => {
  const rig = chatting();
  rig.send(ALICE, { type: "PING", token: 9 });
  assertEquals(rig.take(ALICE), [{ type: "PONG", token: 9 }]);
});

Deno.test("frames of a connection that is gone change nothing", () => {
  const rig = chatting();
  const connection = rig.connectionOf(ALICE);
  rig.lose(ALICE);
  rig.clear();
  for (
    const frame of [{ type: "END_REQUEST", sessionId: 1 }, { type: "PING", token: 0 }] as const
  ) {
    rig.sendOn(connection, frame);
  }
  rig.handle({ type: "lost", connection });
  rig.handle({ type: "misbehaved", connection, message: "?" });
  assertEquals(rig.outputs, []);
});

Deno.test("strikes close a connection when they go on, and are noted once", () => {
  const rig = new BoardRig({ maxStrikes: 3 });
  rig.connect(ALICE, BOB);
  rig.chat(ALICE, BOB);
  rig.clear();
  rig.send(ALICE, { type: "CONNECTED" });
  rig.end(ALICE, 99);
  assertEquals([rig.take(ALICE), rig.strikesOf(ALICE)], [[], 1]);
  rig.handle({
    type: "misbehaved",
    connection: rig.connectionOf(ALICE),
    message: "too many HISTORY_REQs at once",
  });
  assertEquals(rig.take(ALICE), [{ type: "closed", reason: "protocol_error" }]);
  assertEquals(rig.take(BOB), [{ type: "END_NOTIF", sessionId: 1 }]);
  assertEquals(rig.stateOf(ALICE), undefined);
});

Deno.test("what was on its way when its chat ended is no strike, anything else is", () => {
  const late = chatting();
  late.end(BOB, 1);
  late.say(ALICE, 1, 1);
  late.end(ALICE, 1);
  late.chat(ALICE, BOB);
  late.say(ALICE, 1, 2);
  late.end(ALICE, 1);
  assertEquals(late.strikesOf(ALICE), 0);
  assertEquals(late.sessionOf(ALICE), 2);

  const wrong: ((rig: BoardRig) => void)[] = [
    (rig) => rig.say(ALICE, 7, 1),
    (rig) => rig.end(ALICE, 7),
  ];
  for (const act of wrong) {
    const inChat = chatting();
    act(inChat);
    assertEquals(inChat.strikesOf(ALICE), 1);
    const free = chatting();
    free.end(ALICE, 1);
    act(free);
    assertEquals(free.strikesOf(ALICE), 1);
  }
});

Deno.test("a silent client gets PING, and is dropped without CLOSING when it is dead", () => {
  const rig = new BoardRig({ keepalive: { pingAfter: 30, deadAfter: 90 } });
  rig.connect(ALICE, BOB);
  rig.chat(ALICE, BOB);
  rig.clear();
  const tick = (now: number): (Frame | { type: "closed" })[] => {
    rig.now = now;
    rig.send(BOB, { type: "PONG", token: 0 });
    rig.handle({ type: "tick" });
    return rig.take(ALICE);
  };
  assertEquals(tick(29), []);
  assertEquals(tick(30), [{ type: "PING", token: 0 }]);
  assertEquals(tick(60), [{ type: "PING", token: 0 }]);
  assertEquals(rig.take(BOB), []);
  assertEquals(tick(90), [{ type: "closed", reason: undefined }] as unknown);
  assertEquals(rig.take(BOB), [{ type: "END_NOTIF", sessionId: 1 }]);
  assertEquals(rig.notes.slice(-1), [
    { type: "disconnected", clientId: ALICE, why: "silent" },
  ]);
});

Deno.test("any frame is a sign of life", () => {
  const rig = new BoardRig({ keepalive: { pingAfter: 30, deadAfter: 90 } });
  rig.connect(ALICE);
  rig.clear();
  for (rig.now = 20; rig.now <= 200; rig.now += 20) {
    rig.send(ALICE, { type: "PONG", token: 0 });
    rig.handle({ type: "tick" });
  }
  assertEquals(rig.take(ALICE), []);
});

const PATIENT = { keepalive: { pingAfter: 1_000_000, deadAfter: 2_000_000 }, idleTimeout: 1_000 };

Deno.test("a client that asks for nothing is logged off as idle; signs of life do not count", () => {
  const rig = new BoardRig(PATIENT);
  rig.connect(ALICE, BOB);
  rig.clear();
  rig.now = 600;
  rig.send(ALICE, { type: "PING", token: 0 });
  rig.send(ALICE, { type: "PONG", token: 0 });
  rig.send(BOB, { type: "HISTORY_REQ", clientId: ALICE, last: 0, before: 0 });
  rig.now = 999;
  rig.handle({ type: "tick" });
  assertEquals(rig.board.size, 2);
  rig.now = 1_000;
  rig.handle({ type: "tick" });
  assertEquals(rig.take(ALICE).slice(-1), [{ type: "closed", reason: "idle" }]);
  assertEquals(rig.board.size, 1);
  rig.now = 1_600;
  rig.handle({ type: "tick" });
  assertEquals(rig.take(BOB), [{ type: "closed", reason: "idle" }]);
});

Deno.test("an active chat keeps both clients connected, and the time counts from its end", () => {
  const rig = new BoardRig(PATIENT);
  rig.connect(ALICE, BOB);
  rig.chat(ALICE, BOB);
  for (rig.now = 500; rig.now <= 5_000; rig.now += 500) rig.handle({ type: "tick" });
  assertEquals(rig.board.size, 2);
  rig.now = 5_000;
  rig.end(ALICE, 1);
  rig.now = 5_999;
  rig.handle({ type: "tick" });
  assertEquals(rig.board.size, 2);
  rig.now = 6_000;
  rig.handle({ type: "tick" });
  assertEquals(rig.board.size, 0);
});

Deno.test("shutting down tells every client, and every chat's members that it ended", () => {
  const rig = new BoardRig();
  rig.connect(ALICE, BOB, CAROL);
  rig.chat(ALICE, BOB);
  rig.clear();
  rig.handle({ type: "shutting down" });
  const closed = { type: "closed", reason: "shutting_down" };
  assertEquals(rig.take(ALICE), [closed] as unknown);
  assertEquals(rig.take(BOB), [{ type: "END_NOTIF", sessionId: 1 }, closed] as unknown);
  assertEquals(rig.take(CAROL), [closed] as unknown);
  assertEquals(rig.board.size, 0);
  assertEquals(rig.notes.filter(({ type }) => type === "chat ended").length, 1);
});

Deno.test("revoking somebody who is not connected changes nothing", () => {
  const rig = chatting();
  rig.handle({ type: "revoked", clientId: NOBODY });
  assertEquals(rig.outputs, []);
});

Deno.test("without a session-ID to give there is no chat", () => {
  const rig = new BoardRig();
  rig.lastSession = 0;
  rig.connect(ALICE, BOB);
  rig.clear();
  rig.request(ALICE, BOB);
  assertEquals(rig.take(ALICE), [{ type: "UNREACHABLE", clientId: BOB }]);
  assertEquals([rig.stateOf(ALICE)!.name, rig.stateOf(BOB)!.name], ["Connected", "Connected"]);
});

/** "Crossing states" (docs/protocol.md, clause 10): each crossing under its own name. */

import { assert, assertEquals } from "@std/assert";
import { ALICE, BOB, CAROL, NOBODY, string } from "./fixtures.ts";
import { LoginRig, responseTo } from "./login_rig.ts";
import { World } from "./world.ts";

/** A world with these clients connected. */
function world(...clientIds: (typeof ALICE)[]): World {
  const made = new World();
  made.connect(...clientIds);
  return made;
}

/** Alice and Bob in session 1, and all said and done so far. */
function chatting(...others: (typeof ALICE)[]): World {
  const made = world(ALICE, BOB, ...others);
  made.chat(ALICE, BOB);
  made.settle();
  return made;
}

Deno.test("CHAT in flight when the session ends: not stored, not relayed, REFUSED", () => {
  const made = chatting();
  made.say(ALICE, "too late");
  made.endChat(BOB);
  made.up(BOB);
  made.settle();
  assertEquals(made.board.stores, []);
  assertEquals(made.count(BOB, "message"), 0);
  assertEquals(
    made.client(ALICE).notices.filter(({ type }) => type === "refused"),
    [{ type: "refused", sessionId: 1, number: 1, reason: "not_in_session" }],
  );
  assertEquals(made.board.strikesOf(ALICE), 0);
});

Deno.test("CHAT in flight when the next session has begun: REFUSED, and none of its business", () => {
  const made = chatting();
  made.say(ALICE, "for the first session");
  made.endChat(BOB);
  made.chat(BOB, ALICE);
  made.up(BOB);
  made.settle();
  assertEquals(made.board.sessionOf(ALICE), 2);
  assertEquals([made.board.stores, made.count(BOB, "message")], [[], 0]);
  assertEquals(made.board.strikesOf(ALICE), 0);
  made.say(ALICE, "for the second");
  made.settle();
  assertEquals(made.board.stores.map(({ sessionId, number }) => [sessionId, number]), [[2, 1]]);
});

Deno.test("CHAT in flight while others begin and end chats with its sender: REFUSED, and no strike", () => {
  const made = chatting(CAROL);
  const { board } = made;
  for (let i = 0; i < 300; i++) made.say(ALICE, "a long story");
  board.end(BOB, 1);
  for (let chat = 0; chat < 5; chat++) board.end(CAROL, board.chat(CAROL, ALICE));
  made.settle();
  assertEquals(made.count(ALICE, "refused"), 300);
  assertEquals([board.strikesOf(ALICE), made.client(ALICE).state.name], [0, "Connected"]);
});

Deno.test("a message that the server took before the session's end is shown after End chat", () => {
  const made = chatting();
  made.say(ALICE, "just in time");
  made.up(ALICE);
  made.endChat(BOB);
  made.settle();
  assertEquals(
    made.client(BOB).notices.flatMap((notice) =>
      notice.type === "message" ? [string(notice.text)] : []
    ),
    ["just in time"],
  );
  assertEquals(made.count(ALICE, "stored"), 1);
});

Deno.test("both end at once: one Chat ended at each side", () => {
  const made = chatting();
  made.endChat(ALICE);
  made.endChat(BOB);
  made.settle();
  for (const clientId of [ALICE, BOB]) {
    assertEquals(made.count(clientId, "chat ended"), 1);
    assertEquals(made.client(clientId).state.name, "Connected");
    assertEquals(made.board.strikesOf(clientId), 0);
    assertEquals(made.client(clientId).undefinedEvents, []);
  }
  assertEquals(made.board.notes.filter(({ type }) => type === "chat ended").length, 1);
});

for (const held of [false, true]) {
  const directory = held ? "a directory that answers late" : "a directory that answers at once";

  Deno.test(`A asks B while B asks A: the first starts the chat, the second changes nothing (${directory})`, () => {
    const made = world(ALICE, BOB);
    made.board.held = held;
    made.chat(ALICE, BOB);
    made.chat(BOB, ALICE);
    made.up(ALICE);
    made.up(BOB);
    made.settle();
    for (const clientId of [ALICE, BOB]) {
      assertEquals(made.board.sessionOf(clientId), 1);
      assertEquals(made.client(clientId).state.name, "Active Chat");
      assertEquals(made.count(clientId, "chat started"), 1);
      assertEquals(made.count(clientId, "unreachable"), 0);
    }
  });

  Deno.test(`A asks B while C's chat with A starts: A is in C's chat; A's request is UNREACHABLE (${directory})`, () => {
    const made = world(ALICE, BOB, CAROL);
    made.board.held = held;
    made.chat(ALICE, BOB);
    made.chat(CAROL, ALICE);
    made.up(CAROL);
    made.up(ALICE);
    made.settle();
    assertEquals(made.client(ALICE).state, {
      name: "Active Chat",
      sessionId: 1,
      peer: CAROL,
      sent: 0,
      requested: undefined,
    });
    assertEquals(
      made.client(ALICE).notices.filter(({ type }) => type === "unreachable"),
      [{ type: "unreachable", clientId: BOB }],
    );
    assertEquals(made.board.stateOf(BOB)!.name, "Connected");
    assertEquals(made.count(BOB, "chat started"), 0);
  });
}

Deno.test("the second of two crossing requests sends nothing to its asker, early or late", () => {
  for (const held of [false, true]) {
    const { board } = world(ALICE, BOB);
    board.held = held;
    board.request(ALICE, BOB);
    board.request(BOB, ALICE);
    board.settle();
    assertEquals(board.take(BOB), [{ type: "CHAT_STARTED", sessionId: 1, clientId: ALICE }]);
    assertEquals(board.take(ALICE), [{ type: "CHAT_STARTED", sessionId: 1, clientId: BOB }]);
  }
});

Deno.test("request while in a chat, or for oneself, or for an unknown or revoked ID: UNREACHABLE, indistinguishable", () => {
  const cases: [string, typeof ALICE, typeof ALICE, (made: World) => void][] = [
    ["for a client in a chat", CAROL, BOB, () => {}],
    ["while in a chat", ALICE, CAROL, () => {}],
    ["for oneself", CAROL, CAROL, () => {}],
    ["for oneself in a chat", ALICE, ALICE, () => {}],
    ["for an unknown ID", CAROL, NOBODY, () => {}],
    [
      "for a revoked ID",
      CAROL,
      BOB,
      ({ board }) => board.handle({ type: "revoked", clientId: BOB }),
    ],
    ["for one who is offline", CAROL, BOB, ({ board }) => board.lose(BOB)],
  ];
  for (const [name, from, to, prepare] of cases) {
    const made = chatting(CAROL);
    prepare(made);
    const before = made.board.stateOf(from);
    made.board.clear();
    made.board.request(from, to);
    assertEquals(made.board.take(from), [{ type: "UNREACHABLE", clientId: to }], name);
    // The one output there is: no note, no word to anybody else.
    assertEquals(made.board.outputs.length, 1, name);
    assertEquals(made.board.stateOf(from), before, name);
  }
});

Deno.test("TCP lost, log-off or revocation in a chat: END_NOTIF to the peer at once", () => {
  const endings: ["connection closed" | "revoked", (made: World) => void][] = [
    ["connection closed", (made) => made.cut(ALICE)],
    ["connection closed", (made) => {
      made.logOff(ALICE);
      made.up(ALICE);
    }],
    ["revoked", ({ board }) => board.handle({ type: "revoked", clientId: ALICE })],
  ];
  for (const [why, end] of endings) {
    const made = chatting();
    made.board.clear();
    end(made);
    assertEquals(made.board.take(BOB), [{ type: "END_NOTIF", sessionId: 1 }]);
    assertEquals(made.board.stateOf(BOB), { name: "Connected", previous: [1] });
    assertEquals(made.board.notes, [
      { type: "chat ended", sessionId: 1 },
      { type: "disconnected", clientId: ALICE, why },
    ]);
    made.board.connect(ALICE);
    assertEquals(made.board.chat(BOB, ALICE), 2);
  }
});

Deno.test("revocation tells the client why with CLOSING; a lost connection is told nothing", () => {
  const revoked = chatting();
  revoked.board.handle({ type: "revoked", clientId: ALICE });
  revoked.settle();
  assertEquals(revoked.client(ALICE).notices.slice(-2), [
    { type: "chat ended", sessionId: 1, peer: BOB },
    { type: "logged off", why: "revoked" },
  ]);
  const lost = chatting();
  lost.board.lose(ALICE);
  assertEquals(lost.board.take(ALICE), [{ type: "closed", reason: undefined }]);
});

Deno.test("second valid CONNECT of the same ID: the newer wins; the older gets CLOSING", () => {
  const { board } = chatting();
  const older = board.connectionOf(ALICE);
  board.clear();
  const newer = board.connect(ALICE);
  assertEquals(board.take(ALICE, older), [{ type: "closed", reason: "logged_on_elsewhere" }]);
  assertEquals(board.take(ALICE, newer), [{ type: "CONNECTED" }]);
  assertEquals(board.take(BOB), [{ type: "END_NOTIF", sessionId: 1 }]);
  assertEquals(board.board.size, 2);
  // The older one's end does not touch the newer one.
  board.handle({ type: "lost", connection: older });
  assertEquals(board.stateOf(ALICE), { name: "Connected", previous: [] });
  assertEquals(board.chat(BOB, ALICE), 2);
  board.sendOn(older, { type: "END_REQUEST", sessionId: 2 });
  assertEquals(board.sessionOf(BOB), 2);
  board.say(BOB, 2, 1);
  assertEquals(board.take(ALICE, older), []);
  assertEquals(board.take(ALICE, newer).map(({ type }) => type), ["CHAT_STARTED", "CHAT"]);
});

Deno.test("a reader too slow for its bounded queue: disconnected; the peer never waits for it", () => {
  const made = chatting();
  // Bob reads nothing at all; that his queue is full the server's driver sees, and cuts.
  for (let i = 0; i < 100; i++) made.say(ALICE, "are you there?");
  made.up(ALICE);
  made.down(ALICE);
  assertEquals(made.count(ALICE, "stored"), 100);
  made.cut(BOB);
  made.down(ALICE);
  assertEquals(made.count(ALICE, "chat ended"), 1);
  assertEquals(made.client(ALICE).state.name, "Connected");
});

Deno.test("wrong session-ID, or not a member: refused and counted; closed when it goes on", () => {
  const made = new World({}, { maxStrikes: 5 });
  made.connect(ALICE, BOB, CAROL);
  made.chat(ALICE, BOB);
  made.settle();
  const { board } = made;
  board.clear();
  const attempts = [
    () => board.say(CAROL, 1, 1),
    () => board.end(CAROL, 1),
    () => board.say(CAROL, 99, 1),
    () => board.end(CAROL, 99),
  ];
  for (const attempt of attempts) attempt();
  assertEquals(board.take(CAROL), [
    { type: "REFUSED", sessionId: 1, number: 1, reason: "not_in_session" },
    { type: "REFUSED", sessionId: 99, number: 1, reason: "not_in_session" },
  ]);
  assertEquals(board.strikesOf(CAROL), 1);
  board.end(CAROL, 1);
  assertEquals(board.take(CAROL), [{ type: "closed", reason: "protocol_error" }]);
  assertEquals([board.take(ALICE), board.take(BOB), board.stores], [[], [], []]);
  assertEquals(board.sessionOf(ALICE), 1);
});

Deno.test("server killed and started again: session-IDs never repeat; clients reconnect", () => {
  const before = chatting();
  const login = new LoginRig({}, 1);
  const hello = login.hello();
  const response = responseTo(hello, login.challenge(hello));
  before.cut(ALICE);
  assertEquals(before.client(ALICE).state.name, "Offline");
  assertEquals(before.count(ALICE, "chat ended"), 1);

  // What the older server was told means nothing to the newer one; a new login does.
  const newer = new LoginRig({}, 2);
  assertEquals(newer.handle(response), []);
  const again = newer.hello();
  newer.succeed(responseTo(again, newer.challenge(again)));

  // The history hands out session-IDs; a directory gives no other than those, each once.
  const after = world(ALICE, BOB);
  const given = [1, 2, 3].map(() => {
    after.chat(ALICE, BOB);
    after.settle();
    const sessionId = after.board.sessionOf(ALICE)!;
    after.endChat(BOB);
    after.settle();
    return sessionId;
  });
  assertEquals(given, [1, 2, 3]);
  assert(after.board.board.size === 2);
});

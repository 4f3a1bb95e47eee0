/** Bugs that earlier attempts at this assignment had, as far as the machines are concerned. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { a3, a8 } from "../../lib/crypto/mod.ts";
import { AdmissionDesk, SERVER_LIMITS } from "../../lib/session/mod.ts";
import { BoardRig } from "./board_rig.ts";
import { ClientRig } from "./client_rig.ts";
import { ALICE, BOB, CAROL, clientContext, DAVE, NOBODY, secretOf, text } from "./fixtures.ts";
import { ADDRESS, LoginRig, responseTo, wrongResponseTo } from "./login_rig.ts";
import { World } from "./world.ts";

Deno.test("a second or spoofed HELLO does not defeat a login", () => {
  for (const crowd of [0, 4]) {
    const rig = new LoginRig({ maxPendingLogins: 8 });
    rig.crowd(crowd);
    const hello = rig.hello();
    const challenge = rig.challenge(hello);
    const spoofed = rig.hello();
    rig.handle(hello);
    rig.handle(spoofed);
    rig.handle(spoofed, "203.0.113.66:6666");
    rig.handle({ ...hello, clientKey: spoofed.clientKey });
    rig.handle({ ...spoofed, nc: hello.nc }, "203.0.113.66:6666");
    rig.succeed(responseTo(hello, challenge));
  }
});

Deno.test("a spoofed HELLO does not touch a connected client", () => {
  const rig = new LoginRig();
  const board = new BoardRig();
  board.connect(ALICE);
  board.clear();
  const actions = [rig.hello(), rig.hello()].flatMap((hello) => rig.handle(hello));
  assertEquals(actions.map(({ type }) => type), ["reply", "reply"]);
  assertEquals([board.outputs, board.board.size], [[], 1]);
});

Deno.test("one wrong RES or unknown ID stops nothing: the next login succeeds", () => {
  const rig = new LoginRig();
  for (const clientId of [ALICE, NOBODY]) {
    const hello = rig.hello(clientId);
    rig.fail(wrongResponseTo(hello, rig.challenge(hello)));
  }
  const hello = rig.hello();
  rig.succeed(responseTo(hello, rig.challenge(hello)));
});

Deno.test("one dropped peer stops nothing: the others chat on", () => {
  const rig = new BoardRig();
  rig.connect(ALICE, BOB, CAROL, DAVE);
  rig.chat(ALICE, BOB);
  const id = rig.chat(CAROL, DAVE);
  rig.lose(ALICE);
  rig.clear();
  rig.say(CAROL, id, 1);
  assertEquals(rig.take(DAVE).map(({ type }) => type), ["CHAT"]);
});

Deno.test("the cookie is not the clear challenge, nor any part of what travelled in clear", () => {
  const rig = new LoginRig();
  const hello = rig.hello();
  const challenge = rig.challenge(hello);
  const response = responseTo(hello, challenge);
  const success = rig.succeed(response);
  const cookie = rig.grants[0]!.cookie.join();
  for (const clear of [challenge.rand, challenge.nc, response.res, success.sealed]) {
    assert(!clear.join().includes(cookie));
  }
});

Deno.test("the cookie is compared: no other lets anybody in", () => {
  const login = new LoginRig();
  const hello = login.hello();
  const challenge = login.challenge(hello);
  login.succeed(responseTo(hello, challenge));
  const [grant] = login.grants;
  const { keyId } = grant!.keys;
  const wrong = [new Uint8Array(16), challenge.rand.slice(0, 16), challenge.nc, keyId];
  for (const cookie of wrong) {
    const desk = new AdmissionDesk(SERVER_LIMITS);
    desk.grant(grant!);
    desk.opened(1, "192.0.2.1", 0);
    desk.handle(1, { type: "key-id", keyId }, 0);
    assertEquals(desk.handle(1, { type: "CONNECT", cookie }, 0), [
      { type: "refuse", connection: 1 },
    ]);
  }
});

Deno.test("RES is not the key, nor its beginning, nor any key that comes of it", () => {
  const rig = new LoginRig();
  const hello = rig.hello();
  const challenge = rig.challenge(hello);
  const response = responseTo(hello, challenge);
  rig.succeed(response);
  const secret = secretOf(ALICE)!;
  assertEquals(response.res, a3(challenge.rand, secret));
  assertNotEquals(a8(challenge.rand, secret).slice(0, 32), response.res);
  const { authSuccess, clientToServer, serverToClient } = rig.grants[0]!.keys;
  const keys = [authSuccess.key, clientToServer.key, serverToClient.key, response.res];
  assertEquals(new Set(keys.map((key) => key.join())).size, 4);
});

Deno.test("an outsider does not end a chat by guessing small session-IDs", () => {
  const rig = new BoardRig();
  rig.connect(ALICE, BOB, CAROL, DAVE);
  rig.chat(CAROL, DAVE);
  rig.end(CAROL, 1);
  const id = rig.chat(ALICE, BOB);
  rig.clear();
  for (let guess = 1; guess <= 20; guess++) rig.end(CAROL, guess);
  assertEquals([rig.sessionOf(ALICE), rig.sessionOf(BOB)], [id, id]);
  assertEquals([rig.take(ALICE), rig.take(BOB)], [[], []]);
  assertEquals(rig.strikesOf(CAROL), 1);
});

Deno.test("nor does one who is in a chat of its own end another's", () => {
  const rig = new BoardRig();
  rig.connect(ALICE, BOB, CAROL, DAVE);
  const id = rig.chat(ALICE, BOB);
  const own = rig.chat(CAROL, DAVE);
  rig.clear();
  rig.end(CAROL, id);
  rig.say(CAROL, id, 1, "hello from nowhere");
  assertEquals([rig.sessionOf(ALICE), rig.sessionOf(CAROL)], [id, own]);
  assertEquals([rig.take(ALICE), rig.take(BOB), rig.take(DAVE)], [[], [], []]);
});

Deno.test("CHAT with session 0 or an unknown one reaches no idle user, at the server or the client", () => {
  const rig = new BoardRig();
  rig.connect(ALICE, BOB);
  rig.clear();
  for (const session of [0, 1, 7]) rig.say(ALICE, session, 1);
  assertEquals([rig.take(BOB), rig.stores], [[], []]);
  assertEquals(rig.take(ALICE).map(({ type }) => type), ["REFUSED", "REFUSED", "REFUSED"]);

  const idle = new ClientRig(clientContext(BOB), undefined, {
    name: "Connected",
    previous: undefined,
  });
  for (const sessionId of [0, 1, 7]) {
    idle.handle({ type: "CHAT", sessionId, number: 1, text: text("boo") });
  }
  assertEquals(idle.notices, []);
});

Deno.test("the relay goes to the session's peer only, among chats side by side", () => {
  const rig = new World();
  const names = [ALICE, BOB, CAROL, DAVE];
  rig.connect(...names);
  rig.chat(ALICE, DAVE);
  rig.chat(CAROL, BOB);
  rig.settle();
  for (const who of names) rig.say(who, `from ${who}`);
  rig.settle();
  const peers = new Map([[ALICE, DAVE], [DAVE, ALICE], [CAROL, BOB], [BOB, CAROL]]);
  for (const who of names) {
    const got = rig.client(who).notices.flatMap((notice) =>
      notice.type === "message" ? [notice.from] : []
    );
    assertEquals(got, [peers.get(who)!]);
  }
});

Deno.test("END_NOTIF carries the session", () => {
  const rig = new BoardRig();
  rig.connect(ALICE, BOB);
  for (const id of [1, 2]) {
    rig.chat(ALICE, BOB);
    rig.clear();
    rig.end(ALICE, id);
    assertEquals(rig.take(BOB), [{ type: "END_NOTIF", sessionId: id }]);
  }
});

Deno.test("a second chat does not orphan the first peer", () => {
  const rig = new BoardRig();
  rig.connect(ALICE, BOB, CAROL);
  rig.chat(ALICE, BOB);
  rig.clear();
  rig.request(ALICE, CAROL);
  rig.request(CAROL, ALICE);
  assertEquals(rig.take(ALICE), [{ type: "UNREACHABLE", clientId: CAROL }]);
  assertEquals(rig.take(CAROL), [{ type: "UNREACHABLE", clientId: ALICE }]);
  assertEquals([rig.sessionOf(ALICE), rig.sessionOf(BOB)], [1, 1]);
  rig.say(BOB, 1, 1);
  assertEquals(rig.take(ALICE).map(({ type }) => type), ["CHAT"]);
});

Deno.test("TCP peers are not told apart by address: two of one host are two, and so are two logins", () => {
  const desk = new AdmissionDesk(SERVER_LIMITS);
  const login = new LoginRig();
  const admitted = [ALICE, BOB].map((clientId, index) => {
    const hello = login.hello(clientId);
    login.succeed(responseTo(hello, login.challenge(hello, ADDRESS)), ADDRESS);
    const grant = login.grants[index]!;
    desk.grant(grant);
    desk.opened(index, "192.0.2.1", 0);
    return grant;
  });
  const connected = admitted.map(({ keys, cookie }, connection) => {
    desk.handle(connection, { type: "key-id", keyId: keys.keyId }, 0);
    return desk.handle(connection, { type: "CONNECT", cookie }, 0);
  });
  assertEquals(connected, [
    [{ type: "connected", connection: 0, clientId: ALICE }],
    [{ type: "connected", connection: 1, clientId: BOB }],
  ]);
});

Deno.test("secrets, keys, RES, cookies and chat text are in no note", () => {
  const login = new LoginRig();
  const hello = login.hello();
  const notes: unknown[] = login.handle(responseTo(hello, login.challenge(hello)))
    .filter(({ type }) => type === "note");
  const other = login.hello();
  notes.push(
    ...login.handle(wrongResponseTo(other, login.challenge(other)))
      .filter(({ type }) => type === "note"),
  );
  const board = new BoardRig({ maxStrikes: 3 });
  board.connect(ALICE, BOB);
  const id = board.chat(ALICE, BOB);
  board.say(ALICE, id, 1, "between us");
  for (let i = 0; i < 3; i++) board.say(ALICE, 9, 1, "between us");
  notes.push(...board.notes);
  assert(notes.length > 5);
  assert(!containsBytes(notes));
  assert(!JSON.stringify(notes).includes("between us"));
});

function containsBytes(value: unknown): boolean {
  if (value instanceof Uint8Array) return true;
  if (value === null || typeof value !== "object") return false;
  return Object.values(value).some(containsBytes);
}

/** The server's side of a login while there is room: each is kept until it expires. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Datagram, encodeDatagram } from "../../../lib/codec/mod.ts";
import type { LoginAction } from "../../../lib/session/mod.ts";
import { ALICE, BOB, NOBODY, secretOf } from "../fixtures.ts";
import { ADDRESS, flipped, LoginRig, responseTo, wrongResponseTo } from "../login_rig.ts";

const ELSEWHERE = "192.0.2.9:50000";

function bytesOf(datagram: Datagram | undefined): string | undefined {
  return datagram && encodeDatagram(datagram).join();
}

Deno.test("a right RESPONSE is answered with AUTH_SUCCESS and one grant", () => {
  const rig = new LoginRig();
  rig.now = 1_000;
  const hello = rig.hello();
  const response = responseTo(hello, rig.challenge(hello));
  const actions = rig.handle(response);
  assertEquals(actions.map(({ type }) => type), ["grant", "reply", "note"]);
  assertEquals(actions[2], {
    type: "note",
    note: { type: "log-on accepted", clientId: ALICE, address: ADDRESS },
  });
  const [grant] = rig.grants;
  assertEquals(grant!.clientId, ALICE);
  assertEquals(grant!.expires, 1_000 + rig.limits.cookieLifetime);
});

Deno.test("every reply echoes the Nc of what it replies to", () => {
  const rig = new LoginRig();
  const hello = rig.hello();
  const challenge = rig.challenge(hello);
  assertEquals(challenge.nc, hello.nc);
  assertEquals(rig.succeed(responseTo(hello, challenge)).nc, hello.nc);
  const other = rig.hello();
  assertEquals(rig.fail(wrongResponseTo(other, rig.challenge(other))).nc, other.nc);
});

Deno.test("each login has a fresh rand and a fresh cookie", () => {
  const rig = new LoginRig();
  const hellos = [rig.hello(), rig.hello()];
  const challenges = hellos.map((hello) => rig.challenge(hello));
  hellos.forEach((hello, i) => rig.succeed(responseTo(hello, challenges[i]!)));
  assertNotEquals(challenges[0]!.rand, challenges[1]!.rand);
  assertNotEquals(rig.grants[0]!.cookie, rig.grants[1]!.cookie);
});

Deno.test("a repeated HELLO gets the same CHALLENGE, byte for byte", () => {
  const rig = new LoginRig();
  const hello = rig.hello();
  const first = bytesOf(rig.reply(hello));
  rig.now += 5_000;
  assertEquals(bytesOf(rig.reply(hello)), first);
  assertEquals(rig.desk.size, 1);
});

Deno.test("a repeated RESPONSE gets the same AUTH_SUCCESS, byte for byte, and no second grant", () => {
  const rig = new LoginRig();
  const hello = rig.hello();
  const response = responseTo(hello, rig.challenge(hello));
  const first = bytesOf(rig.reply(response));
  rig.now += 5_000;
  assertEquals(bytesOf(rig.reply(response)), first);
  assertEquals(rig.grants.length, 1);
});

Deno.test("after AUTH_SUCCESS a RESPONSE with another RES gets no answer", () => {
  const rig = new LoginRig();
  const hello = rig.hello();
  const challenge = rig.challenge(hello);
  const response = responseTo(hello, challenge);
  rig.succeed(response);
  assertEquals(rig.handle(wrongResponseTo(hello, challenge)), []);
  rig.succeed(response);
});

Deno.test("a challenge is spent by the first RESPONSE: after a wrong one the right one fails", () => {
  const rig = new LoginRig();
  const hello = rig.hello();
  const challenge = rig.challenge(hello);
  const first = bytesOf(rig.fail(wrongResponseTo(hello, challenge)));
  assertEquals(bytesOf(rig.fail(responseTo(hello, challenge))), first);
  assertEquals(bytesOf(rig.fail(wrongResponseTo(hello, challenge))), first);
  assertEquals(rig.grants, []);
});

Deno.test("AUTH_FAIL is noted once, not for its repeats", () => {
  const rig = new LoginRig();
  const hello = rig.hello();
  const wrong = wrongResponseTo(hello, rig.challenge(hello));
  const notes = [rig.handle(wrong), rig.handle(wrong)]
    .map((actions) => actions.filter(({ type }) => type === "note").length);
  assertEquals(notes, [1, 0]);
});

Deno.test("RESPONSE with another rand or another key spends nothing and gets no answer", () => {
  const rig = new LoginRig();
  const hello = rig.hello();
  const challenge = rig.challenge(hello);
  const response = responseTo(hello, challenge);
  assertEquals(rig.handle({ ...response, rand: flipped(response.rand) }), []);
  assertEquals(rig.handle({ ...response, clientKey: flipped(response.clientKey) }), []);
  rig.succeed(response);
});

Deno.test("RESPONSE from another address, of another client or with another Nc spends nothing", () => {
  const rig = new LoginRig();
  const hello = rig.hello();
  const response = responseTo(hello, rig.challenge(hello));
  assertEquals(rig.handle(response, ELSEWHERE), []);
  assertEquals(rig.handle({ ...response, clientId: BOB }), []);
  assertEquals(rig.handle({ ...response, nc: flipped(response.nc) }), []);
  rig.succeed(response);
});

Deno.test("HELLO with the same ID, address and Nc but another key changes nothing", () => {
  const rig = new LoginRig();
  const hello = rig.hello();
  const challenge = rig.challenge(hello);
  assertEquals(rig.handle({ ...hello, clientKey: flipped(hello.clientKey) }), []);
  assertEquals(rig.reply(hello), challenge);
  rig.succeed(responseTo(hello, challenge));
});

Deno.test("HELLO after the login was decided gets no answer", () => {
  const rig = new LoginRig();
  const accepted = rig.hello();
  rig.succeed(responseTo(accepted, rig.challenge(accepted)));
  const rejected = rig.hello();
  rig.fail(wrongResponseTo(rejected, rig.challenge(rejected)));
  assertEquals([rig.handle(accepted), rig.handle(rejected)], [[], []]);
});

Deno.test("RESPONSE without a HELLO gets no answer and keeps nothing", () => {
  const rig = new LoginRig();
  const hello = rig.hello();
  const { nc } = hello;
  const challenge = { type: "CHALLENGE", nc, rand: nc, serverKey: nc } as const;
  assertEquals(rig.handle(responseTo(hello, challenge)), []);
  assertEquals(rig.desk.size, 0);
});

Deno.test("what only a server sends gets no answer", () => {
  const rig = new LoginRig();
  const nc = rig.random.bytes(16);
  const challenge = { type: "CHALLENGE", nc, rand: nc, serverKey: nc } as const;
  for (const datagram of [challenge, { type: "AUTH_FAIL", nc, reason: "refused" } as const]) {
    assertEquals(rig.handle(datagram), []);
  }
});

/** The shape of actions: all that somebody who asks could see, and what the server does. */
function shape(actions: readonly LoginAction[]): unknown[] {
  return actions.map((action) =>
    action.type === "reply"
      ? [action.datagram.type, encodeDatagram(action.datagram).length]
      : action.type === "note"
      ? action.note.type
      : action.type
  );
}

Deno.test("an unknown client-ID is told from a wrong RES by nothing", () => {
  for (const crowd of [0, 4]) {
    const seen = [ALICE, NOBODY].map((clientId) => {
      const rig = new LoginRig({ maxPendingLogins: 8 });
      rig.crowd(crowd);
      const hello = rig.hello(clientId);
      const challenge = rig.challenge(hello);
      const wrong = wrongResponseTo(hello, challenge);
      return [
        shape(rig.handle(hello)),
        shape(rig.handle(hello)),
        shape(rig.handle(wrong)),
        shape(rig.handle(wrong)),
        shape(rig.handle(hello)),
        rig.desk.size,
      ];
    });
    assertEquals(seen[0], seen[1]);
    assertEquals(seen[0]![0], [["CHALLENGE", 86]]);
    assertEquals(seen[0]![2], [["AUTH_FAIL", 23], "log-on refused"]);
  }
});

Deno.test("an unknown client-ID is not let in by an empty secret", () => {
  const rig = new LoginRig();
  const hello = rig.hello(NOBODY);
  rig.fail(responseTo(hello, rig.challenge(hello), new Uint8Array(0)));
});

Deno.test("a right RES with a key of small order is answered with AUTH_FAIL", () => {
  const rig = new LoginRig();
  const hello = { ...rig.hello(), clientKey: new Uint8Array(32) };
  rig.fail(responseTo(hello, rig.challenge(hello)));
  assertEquals(rig.grants, []);
});

Deno.test("a login expires: afterwards its RESPONSE gets no answer, and its HELLO starts anew", () => {
  const rig = new LoginRig();
  const hello = rig.hello();
  const challenge = rig.challenge(hello);
  rig.now = 2 * rig.limits.epochLifetime;
  assertEquals(rig.handle(responseTo(hello, challenge)), []);
  assertEquals(rig.desk.size, 0);
  assertNotEquals(rig.challenge(hello).rand, challenge.rand);
});

Deno.test("a login is kept until the moment it expires, and only the expired are forgotten", () => {
  const rig = new LoginRig();
  const [older, younger] = [rig.hello(), rig.hello()];
  const response = responseTo(older, rig.challenge(older));
  rig.now = 10;
  const later = responseTo(younger, rig.challenge(younger));
  rig.now = 2 * rig.limits.epochLifetime - 1;
  rig.succeed(response);
  rig.now = 2 * rig.limits.epochLifetime;
  assertEquals(rig.handle(response), []);
  assertEquals(rig.desk.size, 1);
  rig.succeed(later);
});

Deno.test("a login outlives its epoch: it is answered with the key it was challenged with", () => {
  const rig = new LoginRig();
  const hello = rig.hello();
  const challenge = rig.challenge(hello);
  rig.now = rig.limits.epochLifetime;
  const later = rig.hello();
  assertNotEquals(rig.challenge(later).serverKey, challenge.serverKey);
  rig.succeed(responseTo(hello, challenge));
});

Deno.test("revoke() ends the logins of that client, in every state, and of no other", () => {
  const rig = new LoginRig();
  const [pending, accepted, others] = [rig.hello(), rig.hello(), rig.hello(BOB)];
  const response = responseTo(pending, rig.challenge(pending));
  const repeat = responseTo(accepted, rig.challenge(accepted));
  const bobs = responseTo(others, rig.challenge(others));
  rig.succeed(repeat);
  rig.desk.revoke(ALICE);
  assertEquals(rig.handle(response), []);
  rig.fail(repeat);
  assertEquals([rig.desk.size, rig.grants.length], [2, 1]);
  rig.succeed(bobs);
});

Deno.test("a secret that changed lets the new one in and the old one not", () => {
  const rig = new LoginRig();
  const secret = new TextEncoder().encode("a new secret");
  rig.secrets.set(ALICE, secret);
  rig.desk.revoke(ALICE);
  const [before, after] = [rig.hello(), rig.hello()];
  rig.fail(responseTo(before, rig.challenge(before), secretOf(ALICE)!));
  rig.succeed(responseTo(after, rig.challenge(after), secret));
});

Deno.test("many logins of one client go on side by side", () => {
  const rig = new LoginRig();
  const hellos = Array.from({ length: 5 }, () => rig.hello());
  const responses = hellos.map((hello) => responseTo(hello, rig.challenge(hello)));
  for (const response of responses.reverse()) rig.succeed(response);
  assertEquals(new Set(rig.grants.map(({ cookie }) => cookie.join())).size, 5);
  assert(rig.grants.every(({ clientId }) => clientId === ALICE));
});

/**
 * Bugs that earlier attempts at this assignment had in their log-ons: one test for each.
 *
 * Every test has the bug's name, and shows on the machines that Parley does not have it.
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { a3, a8 } from "../../lib/crypto/mod.ts";
import { AdmissionDesk, SERVER_LIMITS } from "../../lib/session/mod.ts";
import { BoardRig } from "../session/board_rig.ts";
import { ALICE, BOB, secretOf } from "../session/fixtures.ts";
import { ADDRESS, LoginRig, responseTo } from "../session/login_rig.ts";

Deno.test("never again: a second or spoofed HELLO defeats a login", async (t) => {
  for (const crowd of [0, 4]) {
    await t.step(`the login goes on, with ${crowd} others under way`, () => {
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
    });
  }

  await t.step("a connected client stays as it was", () => {
    const rig = new LoginRig();
    const board = new BoardRig();
    board.connect(ALICE);
    board.clear();
    const actions = [rig.hello(), rig.hello()].flatMap((hello) => rig.handle(hello));
    assertEquals(actions.map(({ type }) => type), ["reply", "reply"]);
    assertEquals([board.outputs, board.board.size], [[], 1]);
  });
});

Deno.test("never again: the cookie equals the clear challenge, or is never compared", async (t) => {
  const login = new LoginRig();
  const hello = login.hello();
  const challenge = login.challenge(hello);
  const response = responseTo(hello, challenge);
  const success = login.succeed(response);
  const grant = login.grants[0]!;

  await t.step("the cookie is no part of what travelled in clear", () => {
    for (const clear of [challenge.rand, challenge.nc, response.res, success.sealed]) {
      assert(!clear.join().includes(grant.cookie.join()));
    }
  });

  await t.step("no other cookie lets anybody in", () => {
    const { keyId } = grant.keys;
    const wrong = [new Uint8Array(16), challenge.rand.slice(0, 16), challenge.nc, keyId];
    for (const cookie of wrong) {
      const desk = new AdmissionDesk(SERVER_LIMITS);
      desk.grant(grant);
      desk.opened(1, "192.0.2.1", 0);
      desk.handle(1, { type: "key-id", keyId }, 0);
      assertEquals(desk.handle(1, { type: "CONNECT", cookie }, 0), [
        { type: "refuse", connection: 1 },
      ]);
    }
  });
});

Deno.test("never again: RES is the encryption key", () => {
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

Deno.test("never again: TCP peers are told apart by address alone", () => {
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
  // Whose login came last connects first.
  const connections = [1, 0];
  for (const connection of connections) {
    const { keys: { keyId } } = admitted[connection]!;
    desk.handle(connection, { type: "key-id", keyId }, 0);
  }
  const connected = connections.map((connection) => {
    const { cookie } = admitted[connection]!;
    return desk.handle(connection, { type: "CONNECT", cookie }, 0);
  });
  assertEquals(connected, [
    [{ type: "connected", connection: 1, clientId: BOB }],
    [{ type: "connected", connection: 0, clientId: ALICE }],
  ]);
});

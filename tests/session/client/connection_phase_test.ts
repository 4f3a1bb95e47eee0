/** The client's way from Offline to Connected, and back when something is wrong. */

import { assertEquals, assertNotEquals } from "@std/assert";
import {
  type Admission,
  type AuthSuccess,
  type Challenge,
  datagramHeader,
  encodeAdmission,
  encodeDatagram,
  type Hello,
  type Response,
} from "../../../lib/codec/mod.ts";
import { a3, a8, deriveKeys, type LoginKeys, Sealer } from "../../../lib/crypto/mod.ts";
import type { ClientLimits } from "../../../lib/session/mod.ts";
import { ClientRig } from "../client_rig.ts";
import {
  ALICE,
  BOB,
  clientContext,
  loginRandom,
  NOBODY,
  secretOf,
  SeededRandom,
} from "../fixtures.ts";
import { flipped, LoginRig, PORT } from "../login_rig.ts";

const random = new SeededRandom(11);

/** A client that has sent HELLO. */
function started(limits: Partial<ClientLimits> = {}, jitter = 0, clientId = ALICE): ClientRig {
  const rig = new ClientRig(clientContext(clientId, limits));
  rig.handle({ type: "user logs on", random: { ...loginRandom(random), jitter } });
  return rig;
}

function last<T>(items: readonly T[]): T {
  return items[items.length - 1]!;
}

function lastHello(rig: ClientRig): Hello {
  return last(rig.datagrams.filter((datagram) => datagram.type === "HELLO"));
}

function lastResponse(rig: ClientRig): Response {
  return last(rig.datagrams.filter((datagram) => datagram.type === "RESPONSE"));
}

/** A client that has sent RESPONSE to a server's CHALLENGE. */
function challenged(
  limits: Partial<ClientLimits> = {},
  server = new LoginRig(),
): { rig: ClientRig; server: LoginRig; challenge: Challenge } {
  const rig = started(limits);
  const challenge = server.challenge(lastHello(rig));
  rig.handle(challenge);
  return { rig, server, challenge };
}

/** A client that has got AUTH_SUCCESS. */
function connecting(): { rig: ClientRig; server: LoginRig } {
  const { rig, server } = challenged();
  rig.handle(server.succeed(lastResponse(rig)));
  return { rig, server };
}

Deno.test("a login goes through the states of the assignment's diagram", () => {
  const rig = new ClientRig(clientContext(ALICE));
  const server = new LoginRig();
  const states = [rig.state.name];
  const next = (step: () => void): void => {
    step();
    states.push(rig.state.name);
  };
  next(() => rig.handle({ type: "user logs on", random: loginRandom(random) }));
  next(() => rig.handle(server.challenge(lastHello(rig))));
  next(() => rig.handle(server.succeed(lastResponse(rig))));
  next(() => rig.handle({ type: "TCP open" }));
  next(() => rig.handle({ type: "CONNECTED" }));
  next(() => rig.handle({ type: "user logs off" }));
  assertEquals(states, [
    "Offline",
    "Wait for CHALLENGE",
    "Wait for AUTH_SUCCESS",
    "Connecting",
    "Connecting",
    "Connected",
    "Offline",
  ]);
  assertEquals(rig.notices.map((notice) => notice.type), ["connected", "logged off"]);
  assertEquals(rig.timers, []);
});

Deno.test("HELLO carries the client's ID, Nc and key", () => {
  const rig = new ClientRig(clientContext(ALICE));
  const drawn = loginRandom(random);
  rig.handle({ type: "user logs on", random: drawn });
  const { clientId, nc, clientKey } = lastHello(rig);
  assertEquals([clientId, nc], [ALICE, drawn.nc]);
  assertNotEquals(clientKey, drawn.secretKey);
});

Deno.test("RESPONSE carries RES = A3(rand, K_A) and repeats what a server may not have kept", () => {
  const { rig, challenge } = challenged();
  const { nc, clientKey } = lastHello(rig);
  const { rand } = challenge;
  const res = a3(rand, secretOf(ALICE)!);
  assertEquals(lastResponse(rig), { type: "RESPONSE", nc, res, rand, clientKey, clientId: ALICE });
});

Deno.test("HELLO is sent `tries` times at doubling, bounded intervals; then Offline", () => {
  const rig = started({ firstRetry: 500, maxRetry: 2_000, tries: 5 });
  const times: number[] = [];
  const states: string[] = [];
  for (const at of [0, 499, 500, 1_499, 1_500, 3_499, 3_500, 5_499, 5_500, 7_499, 7_500]) {
    rig.clock.run(at);
    times.push(rig.datagrams.length);
    states.push(rig.state.name);
  }
  assertEquals(times, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5]);
  assertEquals(states.slice(-2), ["Wait for CHALLENGE", "Offline"]);
  assertEquals(rig.notices, [{ type: "log-on failed", why: "no answer", tries: 5 }]);
  assertEquals(rig.timers, []);
  rig.clock.run();
  assertEquals(rig.datagrams.length, 5);
});

Deno.test("every try sends the same HELLO, byte for byte", () => {
  const rig = started({ tries: 4 });
  rig.clock.run();
  const sent = new Set(rig.datagrams.map((datagram) => encodeDatagram(datagram).join()));
  assertEquals([rig.datagrams.length, sent.size], [4, 1]);
});

Deno.test("RESPONSE has tries of its own, each the same; then Offline", () => {
  const { rig } = challenged({ tries: 3 });
  rig.clock.run();
  const sent = rig.datagrams.filter(({ type }) => type === "RESPONSE");
  assertEquals(sent.length, 3);
  assertEquals(new Set(sent.map((datagram) => encodeDatagram(datagram).join())).size, 1);
  assertEquals(rig.state.name, "Offline");
  assertEquals(rig.notices, [{ type: "log-on failed", why: "no answer", tries: 3 }]);
});

Deno.test("jitter lengthens a wait by up to a quarter, never shortens it", () => {
  for (const [jitter, at] of [[0, 500], [0.5, 562.5], [1 - 2 ** -20, 625]] as const) {
    const rig = started({ firstRetry: 500 }, jitter);
    rig.clock.run(at - 1);
    assertEquals(rig.datagrams.length, 1, `${jitter}`);
    rig.clock.run(at);
    assertEquals(rig.datagrams.length, 2, `${jitter}`);
  }
});

Deno.test("CHALLENGE with another Nc is ignored", () => {
  const rig = started();
  const challenge = new LoginRig().challenge(lastHello(rig));
  const before = rig.state;
  assertEquals(rig.handle({ ...challenge, nc: flipped(challenge.nc) }), []);
  assertEquals(rig.state, before);
});

Deno.test("a second CHALLENGE, repeated or forged, does not replace the first", () => {
  const { rig, server, challenge } = challenged();
  assertEquals(rig.handle(challenge), []);
  assertEquals(rig.handle({ ...challenge, rand: flipped(challenge.rand) }), []);
  rig.handle(server.succeed(lastResponse(rig)));
  assertEquals(rig.state.name, "Connecting");
});

Deno.test("AUTH_SUCCESS yields the server's cookie, port and keys", () => {
  const { rig, server } = connecting();
  const [grant] = server.grants;
  assertEquals(last(rig.actions), { type: "open TCP", port: PORT, keys: grant!.keys });
  rig.handle({ type: "TCP open" });
  assertEquals(rig.frames, [{ type: "CONNECT", cookie: grant!.cookie }]);
  assertEquals(rig.timers, ["connect"]);
});

Deno.test("AUTH_SUCCESS that does not open, or has another Nc, is ignored", () => {
  const { rig, server } = challenged();
  const success = server.succeed(lastResponse(rig));
  const before = rig.state;
  for (
    const forged of [
      { ...success, sealed: flipped(success.sealed) },
      { ...success, nc: flipped(success.nc) },
    ]
  ) {
    assertEquals(rig.handle(forged), []);
    assertEquals(rig.state, before);
  }
  rig.handle(success);
  assertEquals(rig.state.name, "Connecting");
});

Deno.test("AUTH_SUCCESS of a server that does not know K_A is ignored", () => {
  const impostor = new LoginRig();
  impostor.secrets.set(ALICE, new TextEncoder().encode("some other secret"));
  const rig = started();
  const hello = lastHello(rig);
  const challenge = impostor.challenge(hello);
  rig.handle(challenge);
  const res = a3(challenge.rand, new TextEncoder().encode("some other secret"));
  assertEquals(rig.handle(impostor.succeed({ ...lastResponse(rig), res })), []);
  assertEquals(rig.state.name, "Wait for AUTH_SUCCESS");
});

/** AUTH_SUCCESS that `keys` seal, whatever is in it. */
function sealed(nc: Uint8Array, keys: LoginKeys, admission: Admission): AuthSuccess {
  const header = datagramHeader({ type: "AUTH_SUCCESS", nc });
  const whole = new Sealer(keys.authSuccess).seal(header, encodeAdmission(admission));
  return { type: "AUTH_SUCCESS", nc, sealed: whole };
}

Deno.test("AUTH_SUCCESS after a CHALLENGE with a key of small order is ignored", () => {
  const rig = started();
  const hello = lastHello(rig);
  const zero = new Uint8Array(32);
  const challenge = { type: "CHALLENGE", nc: hello.nc, rand: zero, serverKey: zero } as const;
  rig.handle(challenge);
  const ck = a8(zero, secretOf(ALICE)!);
  const keys = deriveKeys(encodeDatagram(hello), encodeDatagram(challenge), ck, zero);
  const cookie = random.bytes(16);
  assertEquals(rig.handle(sealed(hello.nc, keys, { cookie, port: PORT })), []);
  assertEquals(rig.state.name, "Wait for AUTH_SUCCESS");
});

Deno.test("an authentic AUTH_SUCCESS with port 0 is ignored and throws nothing", () => {
  const { rig, server } = challenged();
  server.succeed(lastResponse(rig));
  const { keys, cookie } = server.grants[0]!;
  const { nc } = lastHello(rig);
  assertEquals(rig.handle(sealed(nc, keys, { cookie, port: 0 })), []);
  assertEquals(rig.state.name, "Wait for AUTH_SUCCESS");
  rig.handle(sealed(nc, keys, { cookie, port: PORT }));
  assertEquals(rig.state.name, "Connecting");
});

Deno.test("AUTH_FAIL leads back to Offline; with another Nc it is ignored", () => {
  const { rig } = challenged();
  const { nc } = lastHello(rig);
  assertEquals(rig.handle({ type: "AUTH_FAIL", nc: flipped(nc), reason: "refused" }), []);
  rig.handle({ type: "AUTH_FAIL", nc, reason: "refused" });
  assertEquals(rig.state.name, "Offline");
  assertEquals(rig.notices, [{ type: "log-on failed", why: "refused", tries: 1 }]);
  assertEquals(rig.timers, []);
});

Deno.test("AUTH_FAIL that asks to try later is told apart from one that refuses", () => {
  const { rig } = challenged();
  rig.handle({ type: "AUTH_FAIL", nc: lastHello(rig).nc, reason: "try_later" });
  assertEquals(rig.state.name, "Offline");
  assertEquals(rig.notices, [{ type: "log-on failed", why: "try later", tries: 1 }]);
});

Deno.test("a wrong secret and an unknown client-ID both end in AUTH_FAIL", () => {
  for (const clientId of [BOB, NOBODY]) {
    const server = new LoginRig();
    server.secrets.set(BOB, new TextEncoder().encode("changed yesterday"));
    const rig = started({}, 0, clientId);
    rig.handle(server.challenge(lastHello(rig)));
    rig.handle(server.fail(lastResponse(rig)));
    assertEquals(rig.state.name, "Offline");
  }
});

Deno.test("AUTH_FAIL before any CHALLENGE is not listed and changes nothing", () => {
  const rig = started();
  const before = rig.state;
  rig.handle({ type: "AUTH_FAIL", nc: lastHello(rig).nc, reason: "refused" });
  assertEquals(rig.state, before);
  assertEquals(rig.undefinedEvents, ["Wait for CHALLENGE / AUTH_FAIL"]);
});

Deno.test("a replayed CHALLENGE of an earlier login does not fit the next one", () => {
  const { rig, challenge } = challenged();
  rig.handle({ type: "user logs off" });
  rig.handle({ type: "user logs on", random: loginRandom(random) });
  assertEquals(rig.handle(challenge), []);
  assertEquals(rig.state.name, "Wait for CHALLENGE");
});

Deno.test("logging off gives up in every state of the connection phase", () => {
  const rigs = [started(), challenged().rig, connecting().rig];
  for (const rig of rigs) {
    rig.handle({ type: "user logs off" });
    assertEquals(rig.state.name, "Offline");
    assertEquals(rig.notices, [{ type: "log-on failed", why: "given up", tries: 0 }]);
    assertEquals(rig.timers, []);
  }
});

Deno.test("TCP lost, CLOSING and the connect timer lead from Connecting to Offline", () => {
  const events: ((rig: ClientRig) => void)[] = [
    (rig) => rig.handle({ type: "TCP lost" }),
    (rig) => rig.handle({ type: "CLOSING", reason: "shutting_down" }),
    (rig) => rig.clock.run(rig.context.limits.connectTimeout),
  ];
  for (const happen of events) {
    const { rig } = connecting();
    rig.handle({ type: "TCP open" });
    happen(rig);
    assertEquals(rig.state.name, "Offline");
    assertEquals(rig.notices, [{ type: "log-on failed", why: "connection failed", tries: 0 }]);
    assertEquals(last(rig.actions.filter(({ type }) => type === "close TCP")), {
      type: "close TCP",
    });
    assertEquals(rig.timers, []);
  }
});

Deno.test("the connect timer runs out after connectTimeout, not before", () => {
  const { rig } = connecting();
  rig.clock.run(rig.context.limits.connectTimeout - 1);
  assertEquals(rig.state.name, "Connecting");
  rig.clock.run(rig.context.limits.connectTimeout);
  assertEquals(rig.state.name, "Offline");
});

Deno.test("two logins of one client share neither Nc nor keys", () => {
  const server = new LoginRig();
  const rig = new ClientRig(clientContext(ALICE));
  for (let login = 0; login < 2; login++) {
    rig.handle({ type: "user logs on", random: loginRandom(random) });
    rig.handle(server.challenge(lastHello(rig)));
    rig.handle(server.succeed(lastResponse(rig)));
    rig.handle({ type: "user logs off" });
  }
  const [first, second] = server.grants;
  assertNotEquals(first!.keys.keyId, second!.keys.keyId);
  assertNotEquals(first!.cookie, second!.cookie);
});

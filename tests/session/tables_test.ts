/**
 * Every cell of every table, listed or not, with examples of each state and event.
 *
 * The guard of table.ts asserts that a listed event leads only where its row says; the walk asserts
 * that an unlisted one is reported and that each destination a row names is arrived at.
 */

import { assert, assertEquals } from "@std/assert";
import type { ClientId, Frame } from "../../lib/codec/mod.ts";
import {
  ADMISSION_TABLE,
  type AdmissionContext,
  type AdmissionEvent,
  type AdmissionState,
  CLIENT_TABLE,
  type ClientEvent,
  type ClientState,
  Grants,
  LOGIN_TABLE,
  type LoginContext,
  type LoginEvent,
  type LoginState,
  MEMBER_TABLE,
  type MemberState,
  SERVER_LIMITS,
  stepClient,
} from "../../lib/session/mod.ts";
import type { MemberContext, MemberEvent } from "../../lib/session/server/member.ts";
import { Epoch, Epochs } from "../../lib/session/server/epoch.ts";
import { BoardRig } from "./board_rig.ts";
import { ClientRig } from "./client_rig.ts";
import {
  ALICE,
  BOB,
  CAROL,
  clientContext,
  loginRandom,
  secretOf,
  SeededRandom,
  text,
} from "./fixtures.ts";
import { ADDRESS, LoginRig, PORT, responseTo, wrongResponseTo } from "./login_rig.ts";
import { type EventSamples, type StateSamples, walk } from "./table.ts";

const random = new SeededRandom(7);
const words = text("hello");

/** One frame of each type, about a session or client that may or may not be the right one. */
function frames(sessionId: number, clientId: ClientId): readonly Frame[] {
  return [
    { type: "CONNECT", cookie: new Uint8Array(16) },
    { type: "CONNECTED" },
    { type: "CHAT_REQUEST", clientId },
    { type: "CHAT_STARTED", sessionId, clientId },
    { type: "UNREACHABLE", clientId },
    { type: "END_REQUEST", sessionId },
    { type: "END_NOTIF", sessionId },
    { type: "CHAT", sessionId, number: 1, text: words },
    { type: "HISTORY_REQ", clientId, last: 0, before: 0 },
    {
      type: "HISTORY_RESP",
      sessionId,
      number: 1,
      position: 1,
      at: 0,
      sender: clientId,
      text: words,
    },
    { type: "RECEIPT", sessionId, number: 1 },
    { type: "REFUSED", sessionId, number: 1, reason: "not_stored" },
    { type: "HISTORY_END", clientId, outcome: "complete" },
    { type: "PING", token: 1 },
    { type: "PONG", token: 1 },
    { type: "CLOSING", reason: "idle" },
  ];
}

const FRAMES = [...frames(1, BOB), ...frames(2, CAROL), ...frames(9, ALICE)];

function samplesOf<T extends Frame["type"]>(type: T): readonly Extract<Frame, { type: T }>[] {
  return FRAMES.filter((frame): frame is Extract<Frame, { type: T }> => frame.type === type);
}

/** A client and a desk half-way through a login, and the datagrams that belong to it. */
function login(): {
  states: Pick<StateSamples<ClientState>, "Wait for CHALLENGE" | "Wait for AUTH_SUCCESS">;
  datagrams: Pick<EventSamples<ClientEvent>, "CHALLENGE" | "AUTH_SUCCESS" | "AUTH_FAIL">;
} {
  const client = new ClientRig(clientContext(ALICE));
  const server = new LoginRig();
  client.handle({ type: "user logs on", random: loginRandom(random) });
  const waiting = client.state;
  if (waiting.name !== "Wait for CHALLENGE") throw new Error(waiting.name);
  const challenge = server.challenge(waiting.hello);
  client.handle(challenge);
  const answered = client.state;
  if (answered.name !== "Wait for AUTH_SUCCESS") throw new Error(answered.name);
  const success = server.succeed(answered.response);
  const { tries } = clientContext(ALICE).limits;
  const otherNc = random.bytes(16);
  return {
    states: {
      "Wait for CHALLENGE": [waiting, { ...waiting, tries }],
      "Wait for AUTH_SUCCESS": [answered, { ...answered, tries }],
    },
    datagrams: {
      CHALLENGE: [challenge, { ...challenge, nc: otherNc }],
      AUTH_SUCCESS: [success, { ...success, nc: otherNc }],
      AUTH_FAIL: [
        { type: "AUTH_FAIL", nc: success.nc, reason: "refused" },
        { type: "AUTH_FAIL", nc: success.nc, reason: "try_later" },
        { type: "AUTH_FAIL", nc: otherNc, reason: "refused" },
      ],
    },
  };
}

function clientSamples(): [StateSamples<ClientState>, EventSamples<ClientEvent>] {
  const { states, datagrams } = login();
  const hello = new LoginRig().hello();
  const previous = { sessionId: 1, peer: BOB };
  const chat = { sessionId: 1, peer: BOB, sent: 3 } as const;
  return [
    {
      ...states,
      "Offline": [{ name: "Offline" }],
      "Connecting": [{ name: "Connecting", cookie: random.bytes(16) }],
      "Connected": [
        { name: "Connected", previous: undefined },
        { name: "Connected", previous },
      ],
      "Wait for CHAT_STARTED": [
        { name: "Wait for CHAT_STARTED", requested: BOB, previous: undefined },
        { name: "Wait for CHAT_STARTED", requested: CAROL, previous },
      ],
      "Active Chat": [
        { name: "Active Chat", ...chat, requested: undefined },
        { name: "Active Chat", ...chat, requested: CAROL },
      ],
    },
    {
      ...datagrams,
      "HELLO": [hello],
      "RESPONSE": [{
        ...hello,
        type: "RESPONSE",
        res: random.bytes(32),
        rand: random.bytes(32),
      }],
      "CONNECT": samplesOf("CONNECT"),
      "CONNECTED": samplesOf("CONNECTED"),
      "CHAT_REQUEST": samplesOf("CHAT_REQUEST"),
      "CHAT_STARTED": samplesOf("CHAT_STARTED"),
      "UNREACHABLE": samplesOf("UNREACHABLE"),
      "END_REQUEST": samplesOf("END_REQUEST"),
      "END_NOTIF": samplesOf("END_NOTIF"),
      "CHAT": samplesOf("CHAT"),
      "HISTORY_REQ": samplesOf("HISTORY_REQ"),
      "HISTORY_RESP": samplesOf("HISTORY_RESP"),
      "RECEIPT": samplesOf("RECEIPT"),
      "REFUSED": samplesOf("REFUSED"),
      "HISTORY_END": samplesOf("HISTORY_END"),
      "PING": samplesOf("PING"),
      "PONG": samplesOf("PONG"),
      "CLOSING": samplesOf("CLOSING"),
      "user logs on": [{ type: "user logs on", random: loginRandom(random) }],
      "user logs off": [{ type: "user logs off" }],
      "user types Chat": [{ type: "user types Chat", clientId: BOB }],
      "user types a message": [{ type: "user types a message", text: words }],
      "user types End chat": [{ type: "user types End chat" }],
      "user types History": [{ type: "user types History", clientId: BOB, last: 0, before: 0 }],
      "TCP open": [{ type: "TCP open" }],
      "TCP lost": [{ type: "TCP lost" }],
      "retry timer": [{ type: "retry timer" }],
      "connect timer": [{ type: "connect timer" }],
      "activity timer": [{ type: "activity timer" }],
    },
  ];
}

function memberSamples(): [StateSamples<MemberState>, EventSamples<MemberEvent>] {
  const chat = { sessionId: 1, peer: BOB, peerConnection: 2, taken: 0 };
  const peer = { peer: BOB, peerConnection: 2 };
  return [
    {
      "Connected": [{ name: "Connected", previous: [] }, { name: "Connected", previous: [1] }],
      "Pairing": [
        { name: "Pairing", requested: BOB, previous: [] },
        { name: "Pairing", requested: CAROL, previous: [1] },
      ],
      "In Chat": [
        { name: "In Chat", ...chat, previous: [] },
        { name: "In Chat", ...chat, previous: [2] },
      ],
      "Gone": [{ name: "Gone" }],
    },
    {
      "CHAT_REQUEST": samplesOf("CHAT_REQUEST"),
      "END_REQUEST": samplesOf("END_REQUEST"),
      "CHAT": samplesOf("CHAT").map(({ text, ...chat }) => ({ ...chat, texts: [text] })),
      "HISTORY_REQ": samplesOf("HISTORY_REQ"),
      "PING": samplesOf("PING"),
      "PONG": samplesOf("PONG"),
      "paired": [{ type: "paired", sessionId: 3, ...peer }],
      "unavailable": [
        { type: "unavailable", clientId: BOB },
        { type: "unavailable", clientId: CAROL },
      ],
      "peer left": [{ type: "peer left", sessionId: 1 }, { type: "peer left", sessionId: 2 }],
      "leaves": [{ type: "leaves" }],
    },
  ];
}

Deno.test("CLIENT_TABLE leads where its rows say, and reports every other event", () => {
  const context = clientContext(ALICE);
  const { listed, unlisted } = walk(CLIENT_TABLE, ...clientSamples(), () => context);
  assertEquals(listed.size + unlisted.size, 7 * 32);
  assert(unlisted.has("Offline / CHALLENGE"));
});

Deno.test("MEMBER_TABLE leads where its rows say, and reports every other event", () => {
  const context: MemberContext = { clientId: ALICE, connection: 1, date: 0 };
  const { listed, unlisted } = walk(MEMBER_TABLE, ...memberSamples(), () => context);
  assertEquals(listed.size + unlisted.size, 4 * 10);
});

Deno.test("LOGIN_TABLE leads where its rows say, and reports every other event", () => {
  const epoch = new Epoch(random.bytes(32), random.bytes(32));
  const rig = new LoginRig();
  const hello = rig.hello();
  const challenge = rig.challenge(hello);
  const response = responseTo(hello, challenge);
  const reply = rig.succeed(response);
  const unkept = { ...challenge, rand: epoch.rand(hello, ADDRESS) };
  const states: StateSamples<LoginState> = {
    "Unknown": [{ name: "Unknown" }],
    "Wait for RESPONSE": [{
      name: "Wait for RESPONSE",
      hello,
      challenge,
      xres: response.res,
      epoch,
    }],
    "Accepted": [{ name: "Accepted", response, reply }],
    "Rejected": [{
      name: "Rejected",
      reply: { type: "AUTH_FAIL", nc: hello.nc, reason: "refused" },
    }],
  };
  const events: EventSamples<LoginEvent> = {
    HELLO: [hello, rig.hello()],
    RESPONSE: [
      response,
      wrongResponseTo(hello, challenge),
      responseTo(hello, unkept),
      wrongResponseTo(hello, unkept),
    ],
  };
  const context = (): LoginContext => ({
    env: { now: 0, date: 0, random: random.bytes },
    address: ADDRESS,
    epochs: new Epochs(epoch, 0, 1_000),
    port: PORT,
    limits: SERVER_LIMITS,
    secretFor: (id) => secretOf(id)!,
    isSubscriber: () => true,
    crowded: false,
    full: false,
    hadItsShare: false,
    tooManyRefused: () => false,
  });
  const { listed, unlisted } = walk(LOGIN_TABLE, states, events, context);
  assertEquals([listed.size, unlisted.size], [8, 0]);
});

Deno.test("ADMISSION_TABLE leads where its rows say, and reports every other event", () => {
  const rig = new LoginRig();
  const hello = rig.hello();
  rig.succeed(responseTo(hello, rig.challenge(hello)));
  const [grant] = rig.grants;
  const { keys, cookie } = grant!;
  const states: StateSamples<AdmissionState> = {
    "Wait for key-id": [{ name: "Wait for key-id" }],
    "Wait for CONNECT": [{ name: "Wait for CONNECT", grant: grant! }],
    "Connected": [{ name: "Connected" }],
    "Closed": [{ name: "Closed" }],
  };
  const events: EventSamples<AdmissionEvent> = {
    "key-id": [
      { type: "key-id", keyId: keys.keyId },
      { type: "key-id", keyId: new Uint8Array(16) },
    ],
    "CONNECT": [{ type: "CONNECT", cookie }, { type: "CONNECT", cookie: new Uint8Array(16) }],
    "connect timer": [{ type: "connect timer" }],
  };
  const context = (): AdmissionContext => {
    const grants = new Grants();
    grants.add(grant!);
    return { connection: 1, grants, now: 0 };
  };
  const { listed, unlisted } = walk(ADMISSION_TABLE, states, events, context);
  assertEquals([listed.size, unlisted.size], [4, 8]);
});

Deno.test("a client that meets an unlisted event stays as it was", () => {
  const [states, events] = clientSamples();
  for (const state of Object.values(states).flat()) {
    for (const event of Object.values(events).flat()) {
      const rig = new ClientRig(clientContext(ALICE), undefined, state);
      const defined = stepClient(state, event, rig.context) !== undefined;
      rig.handle(event);
      assertEquals(rig.undefinedEvents.length, defined ? 0 : 1);
      if (!defined) assertEquals([rig.state, rig.actions], [state, []]);
    }
  }
});

Deno.test("a frame that a member's state does not list is a strike and changes nothing", () => {
  const arrange: Record<"Connected" | "Pairing" | "In Chat", (rig: BoardRig) => void> = {
    "Connected": () => {},
    "Pairing": (rig) => {
      rig.held = true;
      rig.request(ALICE, BOB);
    },
    "In Chat": (rig) => rig.request(ALICE, BOB),
  };
  for (const [name, prepare] of Object.entries(arrange)) {
    const rows = MEMBER_TABLE[name as "Connected"];
    for (const frame of frames(1, BOB)) {
      if (frame.type in rows) continue;
      const rig = new BoardRig({ maxStrikes: 2 });
      rig.connect(ALICE, BOB);
      prepare(rig);
      const before = rig.stateOf(ALICE);
      assertEquals(before?.name, name);
      rig.clear();
      rig.send(ALICE, frame);
      assertEquals(rig.stateOf(ALICE), before);
      assertEquals(rig.notes, [{
        type: "protocol error",
        clientId: ALICE,
        message: `${frame.type} from a client`,
      }]);
      assertEquals(rig.take(ALICE), []);
      rig.send(ALICE, frame);
      assertEquals(rig.take(ALICE), [{ type: "closed", reason: "protocol_error" }]);
    }
  }
});

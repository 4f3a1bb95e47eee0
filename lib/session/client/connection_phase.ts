/**
 * The client's connection phase: from Offline to Connected (docs/protocol.md, clauses 7 and 8).
 *
 * Datagrams are lost, doubled and forged at will: whatever is not the reply that is waited for,
 * with this login's Nc, changes nothing.
 */

import {
  type Admission,
  type AuthFailure,
  type AuthSuccess,
  type Challenge,
  CodecError,
  type Datagram,
  datagramHeader,
  decodeAdmission,
  encodeDatagram,
  type Hello,
  type Response,
} from "../../codec/mod.ts";
import {
  a3,
  a8,
  deriveKeys,
  equal,
  type LoginKeys,
  Opener,
  x25519,
  x25519PublicKey,
} from "../../crypto/mod.ts";
import type { ClientLimits } from "../limits.ts";
import { go, type Step } from "../machine.ts";
import type {
  ClientAction,
  ClientContext,
  ClientRows,
  ClientState,
  ClientStateOf,
  LoginRandom,
  LogOnFailure,
} from "./types.ts";

type ClientStep = Step<ClientState, ClientAction>;

/** What the user is told of an AUTH_FAIL. */
const FAILURE: Readonly<Record<AuthFailure, LogOnFailure>> = {
  refused: "refused",
  try_later: "try later",
};

/** The rows of the four states of the connection phase. */
export const CONNECTION_PHASE: {
  [Name in "Offline" | "Wait for CHALLENGE" | "Wait for AUTH_SUCCESS" | "Connecting"]: Partial<
    ClientRows<ClientStateOf<Name>>
  >;
} = {
  "Offline": {
    "user logs on": {
      to: ["Wait for CHALLENGE"],
      does: "send HELLO",
      step: (_state, { random }, context) => {
        const hello: Hello = {
          type: "HELLO",
          nc: random.nc,
          clientKey: x25519PublicKey(random.secretKey),
          clientId: context.clientId,
        };
        return go(
          { name: "Wait for CHALLENGE", random, hello, tries: 1 },
          ...transmit(hello, 1, random, context.limits),
        );
      },
    },
  },

  "Wait for CHALLENGE": {
    "CHALLENGE": {
      to: ["Wait for AUTH_SUCCESS"],
      does: "send RESPONSE",
      step: (state, challenge, context) => {
        if (!equal(challenge.nc, state.random.nc)) return go(state);
        const { random, hello } = state;
        const response: Response = {
          type: "RESPONSE",
          nc: random.nc,
          res: a3(challenge.rand, context.secret),
          rand: challenge.rand,
          clientKey: hello.clientKey,
          clientId: context.clientId,
        };
        return go(
          { name: "Wait for AUTH_SUCCESS", random, hello, challenge, response, tries: 1 },
          ...transmit(response, 1, random, context.limits),
        );
      },
    },
    "retry timer": {
      to: ["Offline"],
      does: "send HELLO again, or give up",
      step: (state, _event, context) => retransmit(state, state.hello, context),
    },
    "user logs off": { to: ["Offline"], does: "give up", step: giveUp },
  },

  "Wait for AUTH_SUCCESS": {
    "AUTH_SUCCESS": {
      to: ["Connecting"],
      does: "generate CK, open TCP",
      step: (state, message, context) => {
        const admitted = openAuthSuccess(state, message, context);
        if (admitted === undefined) return go(state);
        const { admission: { cookie, port }, keys } = admitted;
        return go(
          { name: "Connecting", cookie },
          { type: "clear timer", timer: "retry" },
          { type: "set timer", timer: "connect", delay: context.limits.connectTimeout },
          { type: "open TCP", port, keys },
        );
      },
    },
    "AUTH_FAIL": {
      to: ["Offline"],
      does: `display "Log on failed"`,
      step: (state, { nc, reason }) =>
        equal(nc, state.random.nc) ? fail(FAILURE[reason], state.tries) : go(state),
    },
    "CHALLENGE": {
      to: [],
      does: "nothing: a repeat",
      step: (state) => go(state),
    },
    "retry timer": {
      to: ["Offline"],
      does: "send RESPONSE again, or give up",
      step: (state, _event, context) => retransmit(state, state.response, context),
    },
    "user logs off": { to: ["Offline"], does: "give up", step: giveUp },
  },

  "Connecting": {
    "TCP open": {
      to: [],
      does: "send CONNECT",
      step: (state) =>
        go(state, { type: "send", frame: { type: "CONNECT", cookie: state.cookie } }),
    },
    "CONNECTED": {
      to: ["Connected"],
      does: `display "Connected"`,
      step: (_state, _event, context) =>
        go(
          { name: "Connected", previous: undefined },
          { type: "clear timer", timer: "connect" },
          { type: "set timer", timer: "activity", delay: context.limits.activityTimeout },
          { type: "notify", notice: { type: "connected" } },
        ),
    },
    "CLOSING": { to: ["Offline"], does: "tear down TCP", step: connectionFailed },
    "TCP lost": { to: ["Offline"], does: `display "Log on failed"`, step: connectionFailed },
    "connect timer": { to: ["Offline"], does: "tear down TCP", step: connectionFailed },
    "user logs off": { to: ["Offline"], does: "tear down TCP", step: giveUp },
  },
};

/** Sends `datagram` for the nth time and waits for the reply: doubled, spread by up to a quarter. */
function transmit(
  datagram: Datagram,
  tries: number,
  random: LoginRandom,
  limits: ClientLimits,
): ClientAction[] {
  const wait = Math.min(limits.firstRetry * 2 ** (tries - 1), limits.maxRetry);
  return [
    { type: "send datagram", datagram },
    { type: "set timer", timer: "retry", delay: wait * (1 + random.jitter / 4) },
  ];
}

function retransmit(
  state: ClientStateOf<"Wait for CHALLENGE" | "Wait for AUTH_SUCCESS">,
  datagram: Datagram,
  context: ClientContext,
): ClientStep {
  if (state.tries >= context.limits.tries) return fail("no answer", state.tries);
  const tries = state.tries + 1;
  return go({ ...state, tries }, ...transmit(datagram, tries, state.random, context.limits));
}

/** What AUTH_SUCCESS seals, and the keys; undefined where it is not the server's answer to us. */
function openAuthSuccess(
  state: ClientStateOf<"Wait for AUTH_SUCCESS">,
  message: AuthSuccess,
  context: ClientContext,
): { admission: Admission; keys: LoginKeys } | undefined {
  if (!equal(message.nc, state.random.nc)) return undefined;
  const keys = loginKeys(state.random, state.hello, state.challenge, context);
  if (keys === undefined) return undefined;
  const plain = new Opener(keys.authSuccess).open(datagramHeader(message), message.sealed);
  if (plain === undefined) return undefined;
  try {
    return { admission: decodeAdmission(plain), keys };
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

function loginKeys(
  random: LoginRandom,
  hello: Hello,
  challenge: Challenge,
  context: ClientContext,
): LoginKeys | undefined {
  const dh = x25519(random.secretKey, challenge.serverKey);
  if (dh === undefined) return undefined;
  const ck = a8(challenge.rand, context.secret);
  return deriveKeys(encodeDatagram(hello), encodeDatagram(challenge), ck, dh);
}

function fail(why: LogOnFailure, tries: number): ClientStep {
  return go(
    { name: "Offline" },
    { type: "clear timer", timer: "retry" },
    { type: "clear timer", timer: "connect" },
    { type: "close TCP" },
    { type: "notify", notice: { type: "log-on failed", why, tries } },
  );
}

function giveUp(): ClientStep {
  return fail("given up", 0);
}

function connectionFailed(): ClientStep {
  return fail("connection failed", 0);
}

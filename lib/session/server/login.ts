/**
 * The server's side of a login over UDP: HELLO to AUTH_SUCCESS (docs/protocol.md, clause 7).
 *
 * A login is known by client-ID, address and Nc, so nobody's HELLO touches anybody else's. The
 * reply to a repeat is the reply that was given, byte for byte: sealing anew would use a nonce
 * twice. Unknown client-IDs take the same way as wrong answers, with a secret made up for them.
 */

import {
  type AuthFail,
  type AuthSuccess,
  type Challenge,
  type ClientId,
  COOKIE_LENGTH,
  type Datagram,
  datagramHeader,
  encodeAdmission,
  encodeDatagram,
  type Hello,
  RAND_LENGTH,
  type Response,
} from "../../codec/mod.ts";
import { a3, a8, deriveKeys, equal, Sealer, x25519 } from "../../crypto/mod.ts";
import type { ServerLimits } from "../limits.ts";
import { go, type Step, type Table } from "../machine.ts";
import type { Epoch, Epochs } from "./epoch.ts";
import type { Env, Grant, LogOnRefusal, Note } from "./types.ts";

/** Where one login stands. */
export type LoginState =
  | { readonly name: "Unknown" }
  | {
    readonly name: "Wait for RESPONSE";
    readonly hello: Hello;
    readonly challenge: Challenge;
    readonly xres: Uint8Array;
    readonly epoch: Epoch;
  }
  | { readonly name: "Accepted"; readonly response: Response; readonly reply: AuthSuccess }
  | { readonly name: "Rejected"; readonly reply: AuthFail };

/** A challenge and all that is needed to judge a RESPONSE to it. */
type Challenged = Omit<Extract<LoginState, { name: "Wait for RESPONSE" }>, "name">;

/** What can happen to a login. */
export type LoginEvent = Hello | Response;

/** What a login leads to. */
export type LoginAction =
  | { readonly type: "reply"; readonly datagram: Datagram }
  | { readonly type: "grant"; readonly grant: Grant }
  | {
    readonly type: "note";
    readonly note: Extract<Note, { type: "log-on accepted" | "log-on refused" }>;
  };

/** What a transition may look at. */
export interface LoginContext {
  readonly env: Env;
  /** The sender, as host and port. */
  readonly address: string;
  readonly epochs: Epochs;
  readonly port: number;
  readonly limits: ServerLimits;
  /** K_A, or one made up where there is no such subscriber. */
  secretFor(clientId: ClientId): Uint8Array;
  isSubscriber(clientId: ClientId): boolean;
  /** The table is half full: nothing is kept for a HELLO. */
  readonly crowded: boolean;
  /** The table is full: nothing more is accepted. */
  readonly full: boolean;
  /** The client-ID has had its share of the table: no further login whose HELLO was not kept. */
  readonly hadItsShare: boolean;
  /** So many log-ons from this host were refused that no further one is judged. */
  tooManyRefused(): boolean;
}

/** Every transition of a login. */
export const LOGIN_TABLE: Table<LoginState, LoginEvent, LoginAction, LoginContext> = {
  "Unknown": {
    "HELLO": {
      to: ["Wait for RESPONSE"],
      does: "send CHALLENGE, under load without keeping anything",
      step: (state, hello, context) => {
        const { epochs: { current: epoch }, env, address } = context;
        const rand = context.crowded ? epoch.rand(hello, address) : env.random(RAND_LENGTH);
        const challenge = challengeFor(hello, rand, epoch);
        const reply: LoginAction = { type: "reply", datagram: challenge };
        if (context.crowded) return go(state, reply);
        const xres = a3(rand, context.secretFor(hello.clientId));
        return go({ name: "Wait for RESPONSE", hello, challenge, xres, epoch }, reply);
      },
    },
    "RESPONSE": {
      to: ["Accepted"],
      does: "send AUTH_SUCCESS or AUTH_FAIL, if the challenge was one that is not kept",
      step: (state, response, context) =>
        context.full ? go(state) : judgeUnkept(state, response, context),
    },
  },

  "Wait for RESPONSE": {
    "HELLO": {
      to: [],
      does: "send the same CHALLENGE again",
      step: (state, hello) =>
        equal(hello.clientKey, state.hello.clientKey)
          ? go(state, { type: "reply", datagram: state.challenge })
          : go(state),
    },
    "RESPONSE": {
      to: ["Accepted", "Rejected"],
      does: "compare RES with XRES, send AUTH_SUCCESS or AUTH_FAIL",
      step: (state, response, context) => {
        const answersThis = equal(response.rand, state.challenge.rand) &&
          equal(response.clientKey, state.hello.clientKey);
        return answersThis
          ? judge(state, response, context)
          : judgeUnkept(state, response, context);
      },
    },
  },

  "Accepted": {
    "HELLO": { to: [], does: "nothing: a late repeat", step: (state) => go(state) },
    "RESPONSE": {
      to: [],
      does: "send the same AUTH_SUCCESS again",
      step: (state, response) =>
        equal(response.res, state.response.res)
          ? go(state, { type: "reply", datagram: state.reply })
          : go(state),
    },
  },

  "Rejected": {
    "HELLO": { to: [], does: "nothing: a late repeat", step: (state) => go(state) },
    "RESPONSE": {
      to: [],
      does: "send AUTH_FAIL again, whatever the RES: the challenge is spent",
      step: (state) => go(state, { type: "reply", datagram: state.reply }),
    },
  },
};

function challengeFor(hello: Hello, rand: Uint8Array, epoch: Epoch): Challenge {
  return { type: "CHALLENGE", nc: hello.nc, rand, serverKey: epoch.publicKey };
}

/**
 * A RESPONSE to a challenge that was not kept, which a later HELLO of the same login may have
 * replaced by one that was. A wrong one leaves everything as it was.
 */
function judgeUnkept(
  state: LoginState,
  response: Response,
  context: LoginContext,
): Step<LoginState, LoginAction> {
  const epoch = context.epochs.valid.find((epoch) =>
    equal(response.rand, epoch.rand(response, context.address))
  );
  if (epoch === undefined) return go(state);
  const { clientId, nc, clientKey, rand } = response;
  const hello: Hello = { type: "HELLO", nc, clientKey, clientId };
  const challenge = challengeFor(hello, rand, epoch);
  const xres = a3(rand, context.secretFor(clientId));
  const judged = judge({ hello, challenge, xres, epoch }, response, context);
  if (judged.state.name !== "Accepted") return go(state, ...judged.actions);
  return state.name === "Unknown" && context.hadItsShare ? go(state) : judged;
}

/** Step 3 of the assignment: authenticate the client, or don't; or not now (clause 7.17). */
function judge(
  { hello, challenge, xres, epoch }: Challenged,
  response: Response,
  context: LoginContext,
): Step<LoginState, LoginAction> {
  const { clientId, nc } = response;
  const { env, address } = context;
  if (context.tooManyRefused()) return reject(response, "too many refused", context);
  // Both are found out whatever the other is, so that neither way takes longer.
  const isRight = equal(response.res, xres);
  const isKnown = context.isSubscriber(clientId);
  const dh = isRight && isKnown ? x25519(epoch.secretKey, hello.clientKey) : undefined;
  if (dh === undefined) {
    const why = !isKnown ? "unknown client-ID" : !isRight ? "wrong RES" : "unusable key";
    return reject(response, why, context);
  }
  const ck = a8(challenge.rand, context.secretFor(clientId));
  const keys = deriveKeys(encodeDatagram(hello), encodeDatagram(challenge), ck, dh);
  const cookie = env.random(COOKIE_LENGTH);
  const admission = encodeAdmission({ cookie, port: context.port });
  const header = datagramHeader({ type: "AUTH_SUCCESS", nc });
  const sealed = new Sealer(keys.authSuccess).seal(header, admission);
  const reply: AuthSuccess = { type: "AUTH_SUCCESS", nc, sealed };
  const expires = env.now + context.limits.cookieLifetime;
  return go<LoginState, LoginAction>(
    { name: "Accepted", response, reply },
    { type: "grant", grant: { clientId, keys, cookie, expires } },
    { type: "reply", datagram: reply },
    { type: "note", note: { type: "log-on accepted", clientId, address } },
  );
}

/** The client is told no more than whether to try later. */
function reject(
  { clientId, nc }: Response,
  why: LogOnRefusal,
  { address }: LoginContext,
): Step<LoginState, LoginAction> {
  const reason = why === "too many refused" ? "try_later" : "refused";
  const reply: AuthFail = { type: "AUTH_FAIL", nc, reason };
  return go<LoginState, LoginAction>(
    { name: "Rejected", reply },
    { type: "reply", datagram: reply },
    { type: "note", note: { type: "log-on refused", clientId, address, why } },
  );
}

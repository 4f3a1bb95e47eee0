/** A login desk on a virtual clock, and the datagrams that a client sends it, right or wrong. */

import type {
  AuthFail,
  AuthSuccess,
  Challenge,
  ClientId,
  Datagram,
  Hello,
  Response,
} from "../../lib/codec/mod.ts";
import { a3, x25519PublicKey } from "../../lib/crypto/mod.ts";
import {
  type Env,
  type Grant,
  type LoginAction,
  LoginDesk,
  SERVER_LIMITS,
  type ServerLimits,
} from "../../lib/session/mod.ts";
import { ALICE, secretOf, SeededRandom } from "./fixtures.ts";
import "./table.ts";

/** Where Alice sends from, unless a test says otherwise. */
export const ADDRESS = "192.0.2.1:40000";
/** The port that the desk's AUTH_SUCCESS names. */
export const PORT = 4391;

/** A desk, and the means to play its clients. */
export class LoginRig {
  readonly random: SeededRandom;
  readonly desk: LoginDesk;
  readonly limits: ServerLimits;
  /** All grants that the desk ever gave. */
  readonly grants: Grant[] = [];
  /** Subscribers whose secret is another than the fixtures say; undefined: no subscriber. */
  readonly secrets = new Map<ClientId, Uint8Array | undefined>();
  now = 0;

  constructor(limits: Partial<ServerLimits> = {}, seed = 1) {
    this.random = new SeededRandom(seed);
    this.limits = { ...SERVER_LIMITS, ...limits };
    const secret = (id: ClientId): Uint8Array | undefined =>
      this.secrets.has(id) ? this.secrets.get(id) : secretOf(id);
    this.desk = new LoginDesk(this.limits, PORT, secret, this.env());
  }

  env(): Env {
    return { now: this.now, date: 0, random: this.random.bytes };
  }

  /** What the desk makes of `datagram`. */
  handle(datagram: Datagram, address = ADDRESS): readonly LoginAction[] {
    const actions = this.desk.handle(datagram, address, this.env());
    for (const action of actions) if (action.type === "grant") this.grants.push(action.grant);
    return actions;
  }

  /** What the desk replies to `datagram`: at most one datagram. */
  reply(datagram: Datagram, address = ADDRESS): Datagram | undefined {
    const replies = this.handle(datagram, address).filter((action) => action.type === "reply");
    if (replies.length > 1) throw new Error("more than one reply to a datagram");
    return replies[0]?.datagram;
  }

  /** A HELLO with a nonce and a key of its own. */
  hello(clientId: ClientId = ALICE): Hello {
    const clientKey = x25519PublicKey(this.random.bytes(32));
    return { type: "HELLO", nc: this.random.bytes(16), clientKey, clientId };
  }

  /** The CHALLENGE that the desk gives for `hello`. */
  challenge(hello: Hello, address = ADDRESS): Challenge {
    const reply = this.reply(hello, address);
    if (reply?.type !== "CHALLENGE") throw new Error(`no CHALLENGE but ${reply?.type}`);
    return reply;
  }

  /** Sends `response`, whose reply is AUTH_SUCCESS. */
  succeed(response: Response, address = ADDRESS): AuthSuccess {
    const reply = this.reply(response, address);
    if (reply?.type !== "AUTH_SUCCESS") throw new Error(`no AUTH_SUCCESS but ${reply?.type}`);
    return reply;
  }

  /** Sends `response`, whose reply is AUTH_FAIL. */
  fail(response: Response, address = ADDRESS): AuthFail {
    const reply = this.reply(response, address);
    if (reply?.type !== "AUTH_FAIL") throw new Error(`no AUTH_FAIL but ${reply?.type}`);
    return reply;
  }

  /** Keeps `count` logins of others pending. */
  crowd(count: number): void {
    for (let i = 0; i < count; i++) this.handle(this.hello(), `198.51.100.7:${1024 + i}`);
  }
}

/** The right RESPONSE to `challenge`; with `secret` given, what that makes of it. */
export function responseTo(
  { clientId, nc, clientKey }: Hello,
  { rand }: Challenge,
  secret = secretOf(clientId) ?? new Uint8Array(8),
): Response {
  return { type: "RESPONSE", nc, res: a3(rand, secret), rand, clientKey, clientId };
}

/** A RESPONSE whose RES is wrong. */
export function wrongResponseTo(hello: Hello, challenge: Challenge): Response {
  return responseTo(hello, challenge, new TextEncoder().encode("not the secret"));
}

/** `bytes` with one bit turned over. */
export function flipped(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[0]! ^= 1;
  return copy;
}

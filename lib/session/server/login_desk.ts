/**
 * All logins under way at a server: which state belongs to a datagram, and for how long.
 *
 * A login is kept for two epochs. No challenge is good for longer, so no RESPONSE is ever judged
 * twice, and no AUTH_SUCCESS sealed twice with one key.
 */

import { encodeHex } from "@std/encoding/hex";
import type { ClientId, Datagram } from "../../codec/mod.ts";
import { hmacSha256 } from "../../crypto/mod.ts";
import type { ServerLimits } from "../limits.ts";
import { step } from "../machine.ts";
import { networkOf } from "../network.ts";
import { TokenBucket, TokenBuckets } from "../token_buckets.ts";
import { Epoch, Epochs } from "./epoch.ts";
import { LOGIN_TABLE, type LoginAction, type LoginContext, type LoginState } from "./login.ts";
import type { Env } from "./types.ts";

interface Login {
  state: LoginState;
  readonly clientId: ClientId;
  readonly expires: number;
  /** Whether its RESPONSE came first, as its HELLO was not kept. */
  readonly unkept: boolean;
}

/** All logins under way at a server. */
export class LoginDesk {
  readonly #logins = new Map<string, Login>();
  /** How many logins of each client-ID are kept though their HELLO was not: each has its share. */
  readonly #unkept = new Map<ClientId, number>();
  readonly #epochs: Epochs;
  /** Of each host, at rest and under load, and for those whose own is empty. */
  readonly #datagrams: TokenBuckets;
  readonly #datagramsUnderLoad: TokenBuckets;
  readonly #spareDatagrams: TokenBucket;
  /** Of each host: log-ons that are still refused, before it is asked to try again later. */
  readonly #refusals: TokenBuckets;
  readonly #madeUpSecrets: Uint8Array;

  /**
   * @param port the TCP port that AUTH_SUCCESS names
   * @param secretOf K_A of a subscriber
   */
  constructor(
    readonly limits: ServerLimits,
    readonly port: number,
    readonly secretOf: (clientId: ClientId) => Uint8Array | undefined,
    env: Env,
  ) {
    this.#epochs = new Epochs(
      new Epoch(env.random(32), env.random(32)),
      env.now,
      limits.epochLifetime,
    );
    this.#datagrams = new TokenBuckets(limits.datagrams);
    this.#datagramsUnderLoad = new TokenBuckets(limits.datagramsUnderLoad);
    this.#spareDatagrams = new TokenBucket(limits.spareDatagrams, env.now);
    this.#refusals = new TokenBuckets(limits.refusedLogOns);
    this.#madeUpSecrets = env.random(32);
  }

  /** Logins that are kept at the moment. */
  get size(): number {
    return this.#logins.size;
  }

  /**
   * Whether a datagram from `host` is to be looked at. Each host has so many a second, under load
   * few, and some more are left for all, so that a flood leaves the server free (clause 7.16).
   */
  admits(host: string, now: number): boolean {
    const shares = this.#crowded ? this.#datagramsUnderLoad : this.#datagrams;
    if (shares.take(networkOf(host), now)) return true;
    this.#spareDatagrams.refill(now);
    return this.#spareDatagrams.take();
  }

  /** Forgets what is over: logins, and the secrets of old epochs (clauses 7.6 and 7.13). */
  tick({ now, random }: Env): void {
    this.#epochs.turn(now, random);
    this.#forgetExpired(now);
  }

  /** What a datagram from `address` leads to; nothing at all when it fits no login. */
  handle(datagram: Datagram, address: string, env: Env): readonly LoginAction[] {
    if (datagram.type !== "HELLO" && datagram.type !== "RESPONSE") return [];
    this.tick(env);
    const key = `${datagram.clientId} ${address} ${encodeHex(datagram.nc)}`;
    const login = this.#logins.get(key);
    const before: LoginState = login?.state ?? { name: "Unknown" };
    const { clientId } = datagram;
    const after = step(LOGIN_TABLE, before, datagram, this.#context(clientId, address, env));
    if (after === undefined) return [];
    if (after.actions.some(isRefusal)) this.#refusals.take(hostOf(address), env.now);
    const { state } = after;
    if (login !== undefined) {
      login.state = state;
    } else if (state.name !== "Unknown") {
      const expires = env.now + 2 * this.limits.epochLifetime;
      const unkept = datagram.type === "RESPONSE";
      this.#logins.set(key, { state, clientId, expires, unkept });
      if (unkept) this.#countUnkept(clientId, 1);
    }
    return after.actions;
  }

  /**
   * Ends the logins of a client whose secret is no longer what it was. What was answered stays
   * spent (clause 7.15): a challenge that was not kept would be judged again otherwise.
   */
  revoke(clientId: ClientId): void {
    for (const [key, login] of this.#logins) {
      if (login.clientId !== clientId) continue;
      const { state } = login;
      if (state.name === "Wait for RESPONSE") {
        this.#logins.delete(key);
      } else if (state.name === "Accepted") {
        const { nc } = state.reply;
        login.state = { name: "Rejected", reply: { type: "AUTH_FAIL", nc, reason: "refused" } };
      }
    }
  }

  /** Half of the table is full: nothing is kept for a HELLO. */
  get #crowded(): boolean {
    return 2 * this.#logins.size >= this.limits.maxPendingLogins;
  }

  #context(clientId: ClientId, address: string, env: Env): LoginContext {
    const { limits, port, secretOf } = this;
    return {
      env,
      address,
      epochs: this.#epochs,
      port,
      limits,
      secretFor: (clientId) => {
        // Made up for everybody: the time that it takes would tell who is a subscriber.
        const madeUp = this.#madeUpSecret(clientId);
        return secretOf(clientId) ?? madeUp;
      },
      isSubscriber: (clientId) => secretOf(clientId) !== undefined,
      crowded: this.#crowded,
      full: this.#logins.size >= limits.maxPendingLogins,
      hadItsShare: (this.#unkept.get(clientId) ?? 0) >= limits.maxUnkeptLogins,
      tooManyRefused: () => this.#refusals.isEmpty(hostOf(address), env.now),
    };
  }

  #madeUpSecret(clientId: ClientId): Uint8Array {
    return hmacSha256(this.#madeUpSecrets, new TextEncoder().encode(clientId));
  }

  /** A Map keeps the order of insertion, and all logins live equally long: the oldest come first. */
  #forgetExpired(now: number): void {
    for (const [key, { expires, clientId, unkept }] of this.#logins) {
      if (expires > now) return;
      this.#logins.delete(key);
      if (unkept) this.#countUnkept(clientId, -1);
    }
  }

  #countUnkept(clientId: ClientId, change: 1 | -1): void {
    const count = (this.#unkept.get(clientId) ?? 0) + change;
    if (count === 0) this.#unkept.delete(clientId);
    else this.#unkept.set(clientId, count);
  }
}

/** Whether a log-on was judged and refused, which is counted; not a repeat of the reply. */
function isRefusal(action: LoginAction): boolean {
  return action.type === "note" && action.note.type === "log-on refused";
}

/** The host of an `address`, which is host and port. */
function hostOf(address: string): string {
  return networkOf(address.slice(0, address.lastIndexOf(":")).replace(/^\[(.*)\]$/, "$1"));
}

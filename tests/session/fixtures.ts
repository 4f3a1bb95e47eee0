/** The people of the session tests, their secrets and limits, and random bytes that repeat. */

import {
  type ClientId,
  parseClientId,
  type Text,
  textFromString,
  textToString,
} from "../../lib/codec/mod.ts";
import {
  CLIENT_LIMITS,
  type ClientContext,
  type ClientLimits,
  type LoginRandom,
} from "../../lib/session/mod.ts";

export const ALICE: ClientId = parseClientId("alice");
export const BOB: ClientId = parseClientId("bob");
export const CAROL: ClientId = parseClientId("carol");
export const DAVE: ClientId = parseClientId("dave");
/** Nobody's client-ID. */
export const NOBODY: ClientId = parseClientId("nobody");

const encoder = new TextEncoder();
const SECRETS: ReadonlyMap<ClientId, Uint8Array> = new Map(
  [ALICE, BOB, CAROL, DAVE].map((id) => [id, encoder.encode(`the secret of ${id}`)]),
);

/** K_A of a subscriber. */
export function secretOf(clientId: ClientId): Uint8Array | undefined {
  return SECRETS.get(clientId);
}

/** A chat message's text, and back. */
export const text: (string: string) => Text = textFromString;
export const string: (text: Text) => string = textToString;

/** A generator of repeatable randomness (mulberry32): one seed, one sequence. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** At least 0, below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  readonly bytes = (length: number): Uint8Array =>
    Uint8Array.from({ length }, () => Math.floor(this.next() * 256));
}

/** What a login needs at random, from `random`. */
export function loginRandom(random: SeededRandom): LoginRandom {
  return { nc: random.bytes(16), secretKey: random.bytes(32), jitter: random.next() };
}

/** The context of a client that is who it says. */
export function clientContext(
  clientId: ClientId,
  limits: Partial<ClientLimits> = {},
): ClientContext {
  const secret = secretOf(clientId) ?? encoder.encode("a guess");
  return { clientId, secret, limits: { ...CLIENT_LIMITS, ...limits } };
}

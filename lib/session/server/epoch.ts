/**
 * The server's short-lived login secrets (docs/protocol.md, clauses 7.6 and 7.11).
 *
 * One epoch holds an ephemeral X25519 key and a challenge secret; both are forgotten an epoch
 * after they were replaced. Under load a challenge is computed from the secret instead of being
 * kept, as cookies are in WireGuard and DTLS, so a flood of HELLOs fills no table.
 */

import type { Hello, Response } from "../../codec/mod.ts";
import { hmacSha256, x25519PublicKey } from "../../crypto/mod.ts";

const encoder = new TextEncoder();

/** The secrets of one stretch of time. */
export class Epoch {
  readonly publicKey: Uint8Array;
  readonly #challengeSecret: Uint8Array;

  /**
   * @param secretKey ephemeral X25519 secret key, 32 bytes
   * @param challengeSecret 32 bytes
   */
  constructor(readonly secretKey: Uint8Array, challengeSecret: Uint8Array) {
    this.publicKey = x25519PublicKey(secretKey);
    this.#challengeSecret = challengeSecret;
  }

  /** The rand that answers this HELLO from this address, the same whenever it is asked for. */
  rand(
    login: Pick<Hello | Response, "clientId" | "nc" | "clientKey">,
    address: string,
  ): Uint8Array {
    const { clientId, nc, clientKey } = login;
    const names = encoder.encode(`${clientId} ${address} `);
    return hmacSha256(this.#challengeSecret, names, nc, clientKey);
  }
}

/** The current epoch and the one before it. */
export class Epochs {
  #current: Epoch;
  #previous: Epoch | undefined;
  #since: number;

  constructor(first: Epoch, now: number, readonly lifetime: number) {
    this.#current = first;
    this.#since = now;
  }

  get current(): Epoch {
    return this.#current;
  }

  /** The epochs whose challenges may still be answered. */
  get valid(): readonly Epoch[] {
    return this.#previous === undefined ? [this.#current] : [this.#current, this.#previous];
  }

  /**
   * Begins a new epoch when the current one is over. Epochs end when they are due, however late
   * this is asked: no challenge is valid for longer than two of them.
   */
  turn(now: number, random: (length: number) => Uint8Array): void {
    const age = now - this.#since;
    if (age < this.lifetime) return;
    this.#previous = age < 2 * this.lifetime ? this.#current : undefined;
    this.#current = new Epoch(random(32), random(32));
    this.#since += age - age % this.lifetime;
  }
}

/**
 * Sealing and opening what one direction of one key protects (docs/protocol.md, clause 6.3).
 *
 * The nonce is the IV combined with a counter that both ends keep (RFC 8446, section 5.3), so a
 * record that is replayed, dropped or moved does not open. A counter ends long before it could
 * come round.
 */

import type { TrafficKey } from "./key_schedule.ts";
import { chachaOpen, chachaSeal } from "./primitives.ts";

/** A key seals at most this many records; then the connection has to end. */
export const MAX_RECORDS = 2 ** 48;

/** The nonce of record number `count`, from 0: the count as 12 bytes big-endian, xor the IV. */
export function recordNonce(iv: Uint8Array, count: number): Uint8Array {
  const nonce = iv.slice();
  let rest = count;
  for (let i = nonce.length - 1; rest > 0; i--) {
    nonce[i] = iv[i]! ^ (rest % 256);
    rest = Math.floor(rest / 256);
  }
  return nonce;
}

/** The counter that makes every nonce under one key unique. */
class NonceSequence {
  readonly #iv: Uint8Array;
  #count = 0;

  constructor(iv: Uint8Array) {
    this.#iv = iv;
  }

  /** The nonce for the current count. */
  current(): Uint8Array {
    if (this.#count >= MAX_RECORDS) throw new RangeError("this key has sealed all it may");
    return recordNonce(this.#iv, this.#count);
  }

  advance(): void {
    this.#count++;
  }
}

/** Seals one record after the other. */
export class Sealer {
  readonly #key: Uint8Array;
  readonly #nonces: NonceSequence;

  constructor(key: TrafficKey) {
    this.#key = key.key;
    this.#nonces = new NonceSequence(key.iv);
  }

  /**
   * `plaintext` encrypted, with `associated` authenticated beside it: 16 bytes longer.
   *
   * @throws {RangeError} after {@linkcode MAX_RECORDS}
   */
  seal(associated: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const sealed = chachaSeal(this.#key, this.#nonces.current(), associated, plaintext);
    this.#nonces.advance();
    return sealed;
  }
}

/** Opens records in the order in which they were sealed. */
export class Opener {
  readonly #key: Uint8Array;
  readonly #nonces: NonceSequence;

  constructor(key: TrafficKey) {
    this.#key = key.key;
    this.#nonces = new NonceSequence(key.iv);
  }

  /** The plaintext; undefined, and nothing changed, where this is not the next record. */
  open(associated: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const plaintext = chachaOpen(this.#key, this.#nonces.current(), associated, sealed);
    if (plaintext !== undefined) this.#nonces.advance();
    return plaintext;
  }
}

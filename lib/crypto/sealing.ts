/**
 * Sealing and opening what one direction of one key protects (docs/protocol.md, clause 6.3).
 *
 * The nonce is the IV combined with a counter that both ends keep (RFC 8446, section 5.3), so a
 * record that is replayed, dropped or moved does not open. A counter ends long before it could
 * come round.
 */

import type { TrafficKey } from "./key_schedule.ts";
import { chacha } from "./primitives.ts";
import { KEY, NONCE, TAG } from "./suite.ts";

/** A key seals at most this many records; then the connection has to end. */
export const MAX_RECORDS = 2 ** 48;

/** The one place for nonces: each is used before anything else can happen. */
const nonce = new Uint8Array(NONCE);

/**
 * The nonce of record number `count`, from 0: the count as 12 bytes big-endian, xor the IV. It
 * lasts until the next call.
 */
export function recordNonce(iv: Uint8Array, count: number): Uint8Array {
  let rest = count;
  for (let i = NONCE - 1; i >= 0; i--) {
    nonce[i] = iv[i]! ^ (rest % 256);
    rest = Math.floor(rest / 256);
  }
  return nonce;
}

/** A key, and the counter that makes every nonce under it unique. */
class CountedKey {
  readonly key: Uint8Array;
  readonly #iv: Uint8Array;
  #count = 0;

  constructor({ key, iv }: TrafficKey) {
    if (key.length !== KEY || iv.length !== NONCE) throw new RangeError("no key of ChaCha20");
    this.key = key;
    this.#iv = iv;
  }

  /** The nonce for the current count. */
  nonce(): Uint8Array {
    if (this.#count >= MAX_RECORDS) throw new RangeError("this key has sealed all it may");
    return recordNonce(this.#iv, this.#count);
  }

  advance(): void {
    this.#count++;
  }
}

/** Seals one record after the other. */
export class Sealer {
  readonly #key: CountedKey;

  constructor(key: TrafficKey) {
    this.#key = new CountedKey(key);
  }

  /**
   * Seals `plaintext` into `record`, behind the first `header` bytes, which are authenticated and
   * stay clear. `record` has 16 bytes more than those and the plaintext, for the tag.
   *
   * @throws {RangeError} after {@linkcode MAX_RECORDS}, or where `record` has another length or
   * more than 32 KiB
   */
  sealInto(record: Uint8Array, header: number, plaintext: Uint8Array): void {
    chacha.seal(this.#key.key, this.#key.nonce(), record, header, plaintext);
    this.#key.advance();
  }

  /** The same into new memory: `plaintext` encrypted, with `associated` authenticated beside it. */
  seal(associated: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const record = new Uint8Array(associated.length + plaintext.length + TAG);
    record.set(associated);
    this.sealInto(record, associated.length, plaintext);
    return record.subarray(associated.length);
  }
}

/** Opens records in the order in which they were sealed. */
export class Opener {
  readonly #key: CountedKey;

  constructor(key: TrafficKey) {
    this.#key = new CountedKey(key);
  }

  /**
   * Puts the plaintext of `record`, whose first `header` bytes are clear, into `target`, from `at`
   * on. False, and nothing changed, where this is not the next record.
   *
   * @throws {RangeError} where `record` has more than 32 KiB, or `target` has no room
   */
  openInto(record: Uint8Array, header: number, target: Uint8Array, at: number): boolean {
    const isNext = chacha.open(this.#key.key, this.#key.nonce(), record, header, target, at);
    if (isNext) this.#key.advance();
    return isNext;
  }

  /** The plaintext in new memory; undefined where this is not the next record. */
  open(associated: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    if (sealed.length < TAG) return undefined;
    const record = new Uint8Array(associated.length + sealed.length);
    record.set(associated);
    record.set(sealed, associated.length);
    const plaintext = new Uint8Array(sealed.length - TAG);
    return this.openInto(record, associated.length, plaintext, 0) ? plaintext : undefined;
  }
}

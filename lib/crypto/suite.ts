/**
 * What a library has to offer so that records can be sealed with it: ChaCha20-Poly1305 (RFC 8439),
 * in memory that the caller has.
 *
 * A record is a header that is authenticated and stays clear, the ciphertext, and the tag. Which
 * libraries there are is known in primitives.ts alone.
 */

/** A ChaCha20-Poly1305 key, in bytes. */
export const KEY = 32;
/** A nonce, and so an IV, in bytes. */
export const NONCE = 12;
/** The tag at the end of a record, in bytes. */
export const TAG = 16;
/** The longest record, in bytes: twice what the protocol has. */
export const LONGEST = 32 * 1024;

/** One implementation of ChaCha20-Poly1305. Keys and nonces have the lengths above. */
export interface Suite {
  /**
   * Seals `plaintext` into `record`, after the first `header` bytes, which it authenticates.
   * `plaintext` may be a view of the place that its ciphertext takes.
   *
   * @throws {RangeError} unless `record` has room for exactly header, ciphertext and tag, and is no
   * longer than {@linkcode LONGEST}
   */
  seal(
    key: Uint8Array,
    nonce: Uint8Array,
    record: Uint8Array,
    header: number,
    plaintext: Uint8Array,
  ): void;

  /**
   * Puts the plaintext of `record` into `target`, from `at` on. `target` may be `record` itself.
   *
   * @returns false, and nothing is written, where this is not what `key` and `nonce` sealed
   * @throws {RangeError} where `record` is too long, or `target` has no room
   */
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    record: Uint8Array,
    header: number,
    target: Uint8Array,
    at: number,
  ): boolean;
}

/** `small` for records shorter than `least` bytes, `large` for all others. */
export function bySize(small: Suite, large: Suite, least: number): Suite {
  return {
    seal: (key, nonce, record, header, plaintext) =>
      (record.length < least ? small : large).seal(key, nonce, record, header, plaintext),
    open: (key, nonce, record, header, target, at) =>
      (record.length < least ? small : large).open(key, nonce, record, header, target, at),
  };
}

/** Checks that `record` is just as long as sealing `length` bytes needs. */
export function checkLengths(record: Uint8Array, header: number, length: number): void {
  if (length >= 0 && record.length <= LONGEST && record.length === header + length + TAG) return;
  throw new RangeError(`a record of ${record.length} bytes for a header of ${header}`);
}

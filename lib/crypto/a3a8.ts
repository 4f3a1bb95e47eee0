/**
 * A3 and A8, exactly as the assignment has them: `+` is concatenation, K_A the secret's UTF-8 bytes.
 *
 * Two unrelated hash functions, because with one and the same RES, which travels in clear, would
 * be the beginning of the key (docs/protocol.md, clause 6.1).
 */

import { sha256, sha512 } from "./primitives.ts";

/** A3: RES (at the server: XRES) = SHA-256(rand + K_A), 32 bytes. */
export function a3(rand: Uint8Array, secret: Uint8Array): Uint8Array {
  return sha256(rand, secret);
}

/** A8: CK_A = SHA-512(rand + K_A), 64 bytes. */
export function a8(rand: Uint8Array, secret: Uint8Array): Uint8Array {
  return sha512(rand, secret);
}

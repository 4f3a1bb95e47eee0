/**
 * The one file that touches cryptographic libraries.
 *
 * Hashes, HMAC and HKDF come from node:crypto, X25519 and ChaCha20-Poly1305 from libsodium: both
 * are synchronous on every supported Deno, and libsodium is the faster one on small records.
 * Nothing here knows what it is used for.
 */

import { createHash, createHmac, hkdfSync } from "node:crypto";
import { timingSafeEqual } from "@std/crypto/timing-safe-equal";
import sodium from "libsodium-wrappers";

await sodium.ready;

/** SHA-256 (FIPS 180-4) of the concatenated `parts`: 32 bytes. */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  return digest("sha256", parts);
}

/** SHA-512 (FIPS 180-4) of the concatenated `parts`: 64 bytes. */
export function sha512(...parts: Uint8Array[]): Uint8Array {
  return digest("sha512", parts);
}

/** HMAC-SHA-256 (RFC 2104) of the concatenated `parts`: 32 bytes. */
export function hmacSha256(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return new Uint8Array(hmac.digest());
}

/** HKDF-SHA-256 (RFC 5869), Extract and Expand: `length` bytes. */
export function hkdfSha256(
  inputKey: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", inputKey, salt, info, length));
}

/** The X25519 public key (RFC 7748) of 32 secret bytes. */
export function x25519PublicKey(secretKey: Uint8Array): Uint8Array {
  return sodium.crypto_scalarmult_base(secretKey);
}

/**
 * The X25519 shared secret (RFC 7748), or undefined where it would be all zero because the public
 * key is of low order (RFC 7748, section 6.1).
 */
export function x25519(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  try {
    return sodium.crypto_scalarmult(secretKey, publicKey);
  } catch {
    return undefined;
  }
}

/** ChaCha20-Poly1305 (RFC 8439): ciphertext and tag, 16 bytes longer than `plaintext`. */
export function chachaSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  return sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, associated, null, nonce, key);
}

/** The plaintext, or undefined where `sealed` is not what `key` made with these arguments. */
export function chachaOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  try {
    return sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, sealed, associated, nonce, key);
  } catch {
    return undefined;
  }
}

/** Whether `a` and `b` are equal, in a time that depends on their lengths only. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function digest(algorithm: string, parts: Uint8Array[]): Uint8Array {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/**
 * The one file that touches cryptographic libraries.
 *
 * Hashes, HMAC and HKDF come from node:crypto, X25519 from libsodium. ChaCha20-Poly1305 comes from
 * libsodium for small records, and for large ones from node:crypto on a Deno that has it there.
 * All are synchronous. Nothing here knows what it is used for.
 */

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  getCiphers,
  hkdfSync,
} from "node:crypto";
import { timingSafeEqual } from "@std/crypto/timing-safe-equal";
import sodium from "libsodium-wrappers";
import { bySize, checkLengths, KEY, LONGEST, type Suite, TAG } from "./suite.ts";

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

/**
 * What libsodium's wrapper has at hand and leaves out of its types. Whatever is not a length is an
 * address in its memory, or 0 for none; lengths of 64 bits come in two halves, the low one first.
 */
interface RawSodium {
  /** All of its memory: another array whenever that has grown. */
  readonly HEAPU8: Uint8Array;
  _malloc(length: number): number;
  _crypto_aead_chacha20poly1305_ietf_encrypt(
    sealed: number,
    sealedLengthAt: 0,
    text: number,
    textLength: number,
    textLengthHigh: 0,
    associated: number,
    associatedLength: number,
    associatedLengthHigh: 0,
    secretNonce: 0,
    nonce: number,
    key: number,
  ): number;
  _crypto_aead_chacha20poly1305_ietf_decrypt(
    text: number,
    textLengthAt: 0,
    secretNonce: 0,
    sealed: number,
    sealedLength: number,
    sealedLengthHigh: 0,
    associated: number,
    associatedLength: number,
    associatedLengthHigh: 0,
    nonce: number,
    key: number,
  ): number;
}

const { libsodium: raw } = sodium as typeof sodium & { readonly libsodium: RawSodium };

/** Where key, nonce and record stand in libsodium's memory while it works on them. */
const KEY_AT = raw._malloc(KEY + 16 + LONGEST);
const NONCE_AT = KEY_AT + KEY;
const RECORD_AT = NONCE_AT + 16;

/** ChaCha20-Poly1305 by libsodium, in place in its memory: nothing is allocated for a record. */
export const sodiumSuite: Suite = {
  seal(key, nonce, record, header, plaintext): void {
    const { length } = plaintext;
    checkLengths(record, header, length);
    const text = RECORD_AT + header;
    const heap = raw.HEAPU8;
    heap.set(key, KEY_AT);
    heap.set(nonce, NONCE_AT);
    for (let i = 0; i < header; i++) heap[RECORD_AT + i] = record[i]!;
    heap.set(plaintext, text);
    // deno-fmt-ignore
    raw._crypto_aead_chacha20poly1305_ietf_encrypt(
      text, 0, text, length, 0, RECORD_AT, header, 0, 0, NONCE_AT, KEY_AT,
    );
    record.set(heap.subarray(text, text + length + TAG), header);
  },

  open(key, nonce, record, header, target, at): boolean {
    const length = record.length - header - TAG;
    if (length < 0) return false;
    checkLengths(record, header, length);
    const text = RECORD_AT + header;
    const heap = raw.HEAPU8;
    heap.set(key, KEY_AT);
    heap.set(nonce, NONCE_AT);
    heap.set(record, RECORD_AT);
    // deno-fmt-ignore
    const failed = raw._crypto_aead_chacha20poly1305_ietf_decrypt(
      text, 0, 0, text, length + TAG, 0, RECORD_AT, header, 0, NONCE_AT, KEY_AT,
    );
    if (failed !== 0) return false;
    target.set(heap.subarray(text, text + length), at);
    return true;
  },
};

const CHACHA = "chacha20-poly1305";

/** ChaCha20-Poly1305 by node:crypto; undefined on a Deno without it (2.5.7). */
export const nodeSuite: Suite | undefined = !getCiphers().includes(CHACHA) ? undefined : {
  seal(key, nonce, record, header, plaintext): void {
    checkLengths(record, header, plaintext.length);
    const cipher = createCipheriv(CHACHA, key, nonce, { authTagLength: TAG });
    cipher.setAAD(record.subarray(0, header), { plaintextLength: plaintext.length });
    record.set(cipher.update(plaintext), header);
    cipher.final();
    record.set(cipher.getAuthTag(), record.length - TAG);
  },

  open(key, nonce, record, header, target, at): boolean {
    const end = record.length - TAG;
    if (end < header) return false;
    checkLengths(record, header, end - header);
    const decipher = createDecipheriv(CHACHA, key, nonce, { authTagLength: TAG });
    decipher.setAAD(record.subarray(0, header), { plaintextLength: end - header });
    decipher.setAuthTag(record.subarray(end));
    const plaintext = decipher.update(record.subarray(header, end));
    try {
      decipher.final();
    } catch {
      return false;
    }
    target.set(plaintext, at);
    return true;
  },
};

/**
 * Records of at least so many bytes are node:crypto's. It takes 5 µs for any record and then a third
 * of the time for each byte: alone, it is the faster one from 2.5 KiB on. In a busy server, which has
 * to collect the objects that it makes, it was so near 16 KiB only.
 */
const LARGE = 12 * 1024;

/** ChaCha20-Poly1305 by whichever is the faster for a record. */
export const chacha: Suite = nodeSuite === undefined
  ? sodiumSuite
  : bySize(sodiumSuite, nodeSuite, LARGE);

/** Whether `a` and `b` are equal, in a time that depends on their lengths only. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function digest(algorithm: string, parts: Uint8Array[]): Uint8Array {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** Bytes as tests write them: in hexadecimal, and one after the other. */

import { decodeHex, encodeHex } from "@std/encoding/hex";

/** The bytes that `parts`, in hexadecimal with or without spaces, spell. */
export function hex(...parts: string[]): Uint8Array {
  return decodeHex(parts.join("").replaceAll(" ", ""));
}

/** `bytes` in hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return encodeHex(bytes);
}

/** `parts`, one after the other. */
export function concatBytes(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

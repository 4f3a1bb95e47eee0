/**
 * Numbers as the history's rows have them: in digits, so that SQL can read them.
 *
 * They are written straight into the row: a string in between would cost ten times as much.
 */

import { type ByteReader, CodecError } from "../codec/mod.ts";

const ZERO = "0".charCodeAt(0);
const MINUS = "-".charCodeAt(0);

/**
 * Writes the safe integer `value` into the `length` bytes from `start` on, with zeros in front if it
 * has fewer digits. Returns where they end.
 */
export function putDecimal(
  bytes: Uint8Array,
  start: number,
  length: number,
  value: number,
): number {
  const first = value < 0 ? start + 1 : start;
  if (value < 0) bytes[start] = MINUS;
  let rest = Math.abs(value);
  for (let at = start + length - 1; at >= first; at--) {
    // Exact up to MAX_SAFE; % is slow where 32 bits do not suffice.
    const tens = Math.floor(rest / 10);
    bytes[at] = ZERO + (rest - 10 * tens);
    rest = tens;
  }
  return start + length;
}

/** How many bytes the safe integer `value` takes without zeros in front. */
export function decimalLength(value: number): number {
  const size = Math.abs(value);
  let length = value < 0 ? 2 : 1;
  for (let power = 10; power <= size; power *= 10) length++;
  return length;
}

/**
 * Reads `digits` digits.
 *
 * @throws {CodecError} when they are none
 */
export function readDigits(reader: ByteReader, digits: number): number {
  let value = 0;
  for (const byte of reader.bytes(digits)) {
    if (byte < ZERO || byte > ZERO + 9) throw new CodecError("bad_length");
    value = 10 * value + byte - ZERO;
  }
  return value;
}

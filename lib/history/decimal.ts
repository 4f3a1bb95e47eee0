/**
 * Numbers as the history's rows have them: in digits, so that SQL can read them.
 *
 * They are written straight into the row: a string in between would cost ten times as much.
 */

import { type ByteReader, type ByteWriter, CodecError } from "../codec/mod.ts";

const ZERO = "0".charCodeAt(0);
const MINUS = "-".charCodeAt(0);

/** Writes the safe integer `value`, with zeros in front if it has fewer than `digits`. */
export function decimal(writer: ByteWriter, value: number, digits = 1): void {
  if (value < 0) {
    writer.u8(MINUS);
    value = -value;
  }
  // Exact up to MAX_SAFE; % is slow where 32 bits do not suffice.
  const tens = Math.floor(value / 10);
  if (digits > 1 || tens > 0) decimal(writer, tens, digits - 1);
  writer.u8(ZERO + (value - 10 * tens));
}

/** How many bytes {@linkcode decimal} writes. */
export function decimalLength(value: number): number {
  let length = value < 0 ? 2 : 1;
  for (let rest = Math.abs(value); rest >= 10; rest = Math.floor(rest / 10)) length++;
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

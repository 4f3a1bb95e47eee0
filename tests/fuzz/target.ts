/**
 * What can be fuzzed, and what a check may lean on.
 *
 * Every target is a function of bytes, a sequence of operations as well (see choices.ts). So one set
 * of mutators serves them all, and any input is replayed from its hexadecimal digits.
 */

import { CodecError, type Frame, MAX_CLIENT_ID, MAX_TEXT, parseText } from "../../lib/codec/mod.ts";

/** Something that takes whatever it is given. */
export interface Target {
  /** What holds for every input. */
  readonly invariant: string;
  readonly name: string;
  /** How many of all inputs it gets, relative to the others: the quick ones get most. */
  readonly share: number;
  /** Inputs are no longer than this, in bytes. */
  readonly maxLength: number;
  /** Inputs to start from: valid ones, of every kind. */
  seeds(): Uint8Array[];
  /** Throws, or rejects, where `input` breaks the invariant. It must not keep `input`. */
  check(input: Uint8Array): void | Promise<void>;
  /** What `input` stands for, where that is not just bytes. */
  describe?(input: Uint8Array): unknown;
}

/** The invariant does not hold. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/** Throws unless `holds`. */
export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Violation(what);
}

/** What `decode` returns; undefined where it throws one of `documented`. All else is passed on. */
export function attempt<T>(
  decode: () => T,
  // deno-lint-ignore no-explicit-any -- classes of any construction
  ...documented: (new (...args: any[]) => Error)[]
): T | undefined {
  try {
    return decode();
  } catch (error) {
    const allowed = documented.length === 0 ? [CodecError] : documented;
    if (allowed.some((type) => error instanceof type)) return undefined;
    throw error;
  }
}

/** Whether `a` and `b` are the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Checks that `part` lies within `whole`, in the same memory. */
export function mustLieWithin(part: Uint8Array, whole: Uint8Array): void {
  must(
    part.buffer === whole.buffer && part.byteOffset >= whole.byteOffset &&
      part.byteOffset + part.length <= whole.byteOffset + whole.length,
    "a field lies outside of the input",
  );
}

const encoder = new TextEncoder();

/** The bytes of `string` in UTF-8. */
export function utf8(string: string): Uint8Array {
  return encoder.encode(string);
}

/** Whether `bytes` are UTF-8 (RFC 3629, section 4), told without the decoder that lib/ uses. */
export function isUtf8(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length;) {
    const lead = bytes[i++]!;
    if (lead < 0x80) continue;
    const more = lead >= 0xc2 && lead <= 0xdf
      ? 1
      : lead >> 4 === 0xe
      ? 2
      : lead >> 3 === 0x1e
      ? 3
      : 0;
    if (more === 0 || i + more > bytes.length) return false;
    const second = bytes[i]!;
    if (lead === 0xe0 && second < 0xa0 || lead === 0xed && second > 0x9f) return false;
    if (lead === 0xf0 && second < 0x90 || lead === 0xf4 && second > 0x8f || lead > 0xf4) {
      return false;
    }
    for (let k = 0; k < more; k++) if (bytes[i++]! >> 6 !== 0b10) return false;
  }
  return true;
}

/** Whether `id` is a client-ID, told without the pattern that lib/ uses. */
export function isWellFormedId(id: string): boolean {
  if (id.length < 1 || id.length > MAX_CLIENT_ID) return false;
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i) | 0x20;
    const letter = code >= 0x61 && code <= 0x7a && id.charCodeAt(i) < 0x80;
    const digit = id.charCodeAt(i) >= 0x30 && id.charCodeAt(i) <= 0x39;
    if (!letter && !digit && id[i] !== "_" && id[i] !== "-") return false;
  }
  return true;
}

/** Checks every field of `frame` against its bounds (docs/protocol.md, clause 4). */
export function mustBeWellFormed(frame: Frame): void {
  for (const [name, value] of Object.entries(frame)) {
    switch (name) {
      case "clientId":
      case "sender":
        must(isWellFormedId(value), `${name} is no client-ID`);
        break;
      case "sessionId":
      case "number":
      case "position":
        must(Number.isSafeInteger(value) && value > 0, `${name} is not a positive integer`);
        break;
      case "text":
        must(value.length > 0 && value.length <= MAX_TEXT && isUtf8(value), "text is no text");
        break;
      case "at":
      case "last":
      case "before":
      case "token":
        must(Number.isSafeInteger(value) && value >= 0, `${name} is not a natural number`);
        break;
    }
  }
}

/** A text of `length` letters. */
export function letters(length: number): ReturnType<typeof parseText> {
  return parseText(new Uint8Array(length).fill(0x78));
}

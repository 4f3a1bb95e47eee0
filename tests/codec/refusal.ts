/** Asserts how decoders refuse: with a CodecError, and nothing else. */

import { assert, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { CodecError, type CodecErrorCode } from "../../lib/codec/mod.ts";

/** The code with which `decode` refuses; undefined where it does not. Any other error is passed on. */
export function refusal(decode: () => unknown): CodecErrorCode | undefined {
  try {
    decode();
    return undefined;
  } catch (error) {
    assertInstanceOf(error, CodecError);
    return (error as CodecError).code;
  }
}

/** Asserts that `decode` refuses with `code`, or with any code where none is given. */
export function assertRefuses(decode: () => unknown, code?: CodecErrorCode, about = ""): void {
  const actual = refusal(decode);
  if (code === undefined) assert(actual !== undefined, `not refused: ${about}`);
  else assertStrictEquals(actual, code, about);
}

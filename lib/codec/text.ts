/**
 * The text of a chat message: 1 to 4096 bytes of UTF-8 (docs/protocol.md, clause 2.2).
 *
 * It stays bytes on its whole way through the server, which never needs the characters; making
 * them fit for a screen is the terminal's business.
 */

import { MAX_TEXT } from "./constants.ts";
import { CodecError } from "./error.ts";

/** Bytes known to be 1 to 4096 bytes of valid UTF-8. */
export type Text = Uint8Array & { readonly __text: true };

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Checks that `bytes` are a text; the result is the same memory.
 *
 * @throws {CodecError} `bad_text`
 */
export function parseText(bytes: Uint8Array): Text {
  if (bytes.length === 0 || bytes.length > MAX_TEXT) throw new CodecError("bad_text");
  if (!isAscii(bytes)) {
    try {
      decoder.decode(bytes);
    } catch {
      throw new CodecError("bad_text");
    }
  }
  return bytes as Text;
}

/**
 * The text that a string spells.
 *
 * @throws {CodecError} `bad_text` when it is empty, too long, or holds half a surrogate pair
 */
export function textFromString(string: string): Text {
  if (!string.isWellFormed()) throw new CodecError("bad_text");
  return parseText(encoder.encode(string));
}

/** The string that a text spells. */
export function textToString(text: Text): string {
  return decoder.decode(text);
}

/** A branch for each byte would make it slower, not faster: nearly all texts pass. */
function isAscii(bytes: Uint8Array): boolean {
  let bits = 0;
  for (let i = 0; i < bytes.length; i++) bits |= bytes[i]!;
  return bits <= 0x7f;
}

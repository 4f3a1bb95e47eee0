/**
 * Finds the records in a TCP stream that arrives in any pieces (docs/protocol.md, clause 5).
 *
 * It knows lengths only: what a record seals is lib/crypto's business. Memory is bounded by one
 * record, whatever the peer claims.
 */

import { FRAME_HEADER, MAX_RECORD_PLAINTEXT, RECORD_HEADER, TAG_LENGTH } from "./constants.ts";
import { CodecError } from "./error.ts";

const MAX_SEALED = MAX_RECORD_PLAINTEXT + TAG_LENGTH;
const MIN_SEALED = FRAME_HEADER + TAG_LENGTH;
const NOTHING = new Uint8Array(0);

/** The length field of a record that seals `length` bytes: its header, and its associated data. */
export function recordHeader(length: number): Uint8Array {
  const sealed = length + TAG_LENGTH;
  return Uint8Array.of(sealed >>> 8, sealed & 0xff);
}

/** Splits a stream into records: {@linkcode push} pieces, then take {@linkcode next} until none. */
export class RecordSplitter {
  #bytes: Uint8Array = NOTHING;
  #offset = 0;

  /** Adds a piece of the stream. It may be kept, so it must not be written to again. */
  push(piece: Uint8Array): void {
    const kept = this.#bytes.subarray(this.#offset);
    this.#offset = 0;
    if (kept.length === 0) {
      this.#bytes = piece;
      return;
    }
    this.#bytes = new Uint8Array(kept.length + piece.length);
    this.#bytes.set(kept);
    this.#bytes.set(piece, kept.length);
  }

  /** Bytes that were added and not yet taken. */
  get available(): number {
    return this.#bytes.length - this.#offset;
  }

  /** Takes `length` bytes that stand before the first record; undefined when there are fewer. */
  take(length: number): Uint8Array | undefined {
    if (this.available < length) return undefined;
    const start = this.#offset;
    this.#offset += length;
    return this.#bytes.subarray(start, this.#offset);
  }

  /**
   * The next whole record, its header included, as a view; undefined when more bytes are needed.
   *
   * @throws {CodecError} `record_too_long` or `record_too_short`, as soon as the header shows it
   */
  next(): Uint8Array | undefined {
    if (this.available < RECORD_HEADER) return undefined;
    const sealed = this.#bytes[this.#offset]! << 8 | this.#bytes[this.#offset + 1]!;
    if (sealed > MAX_SEALED) throw new CodecError("record_too_long");
    if (sealed < MIN_SEALED) throw new CodecError("record_too_short");
    const length = RECORD_HEADER + sealed;
    return this.take(length);
  }
}

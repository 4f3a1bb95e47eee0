/**
 * Finds the records in a TCP stream that arrives in any pieces (docs/protocol.md, clause 5).
 *
 * It knows lengths only: what a record seals is lib/crypto's business. One buffer takes all pieces,
 * one after the other: it grows with what arrives, whatever the peer claims, up to 64 KiB.
 */

import { FRAME_HEADER, MAX_RECORD_PLAINTEXT, RECORD_HEADER, TAG_LENGTH } from "./constants.ts";
import { CodecError } from "./error.ts";

const MAX_SEALED = MAX_RECORD_PLAINTEXT + TAG_LENGTH;
const MIN_SEALED = FRAME_HEADER + TAG_LENGTH;
const NOTHING = new Uint8Array(0);

/**
 * Bytes of the buffer, at least and at most. A connection that says little holds a small one while
 * it waits; one that fills its buffer gets a larger one.
 */
const MIN_BUFFER = 512;
const MAX_BUFFER = 64 * 1024;

/** Sets the length field of `record`, which is there as a whole: header, ciphertext and tag. */
export function setRecordHeader(record: Uint8Array): void {
  setLength(record, record.length - RECORD_HEADER);
}

/** The length field of a record that seals `length` bytes: its header, and its associated data. */
export function recordHeader(length: number): Uint8Array {
  const header = new Uint8Array(RECORD_HEADER);
  setLength(header, length + TAG_LENGTH);
  return header;
}

/**
 * Splits a stream into records: {@linkcode push} pieces, or read into {@linkcode room}, then take
 * {@linkcode next} until none. What is taken is a view that lasts until the next push or room.
 */
export class RecordSplitter {
  #bytes = NOTHING;
  #start = 0;
  #end = 0;
  /** How large the buffer should be. */
  #wanted = MIN_BUFFER;

  /** Adds a copy of a piece of the stream. */
  push(piece: Uint8Array): void {
    this.room(piece.length).set(piece);
    this.filled(piece.length);
  }

  /**
   * Where the next piece goes: at least `least` bytes, whose contents are undefined. How many it
   * got is said with {@linkcode filled}.
   */
  room(least = 1): Uint8Array<ArrayBuffer> {
    const kept = this.available;
    const size = Math.max(this.#wanted, kept + least);
    if (size !== this.#bytes.length) {
      const bytes = new Uint8Array(size);
      bytes.set(this.#bytes.subarray(this.#start, this.#end));
      this.#bytes = bytes;
    } else if (this.#start > 0) {
      this.#bytes.copyWithin(0, this.#start, this.#end);
    }
    this.#start = 0;
    this.#end = kept;
    return kept === 0 ? this.#bytes : this.#bytes.subarray(kept);
  }

  /** The first `length` bytes of the room are the next piece of the stream. */
  filled(length: number): void {
    const size = this.#bytes.length;
    this.#end += length;
    const wanted = this.#end === size ? 4 * size : this.#end < size / 8 ? size >>> 2 : size;
    this.#wanted = Math.min(Math.max(wanted, MIN_BUFFER), MAX_BUFFER);
  }

  /** Bytes that were added and not yet taken. */
  get available(): number {
    return this.#end - this.#start;
  }

  /** Takes `length` bytes that stand before the first record; undefined when there are fewer. */
  take(length: number): Uint8Array | undefined {
    if (this.available < length) return undefined;
    const start = this.#start;
    this.#start += length;
    return this.#bytes.subarray(start, this.#start);
  }

  /**
   * The next whole record, its header included; undefined when more bytes are needed.
   *
   * @throws {CodecError} `record_too_long` or `record_too_short`, as soon as the header shows it
   */
  next(): Uint8Array | undefined {
    if (this.available < RECORD_HEADER) return undefined;
    const sealed = this.#bytes[this.#start]! << 8 | this.#bytes[this.#start + 1]!;
    if (sealed > MAX_SEALED) throw new CodecError("record_too_long");
    if (sealed < MIN_SEALED) throw new CodecError("record_too_short");
    return this.take(RECORD_HEADER + sealed);
  }
}

function setLength(record: Uint8Array, sealed: number): void {
  record[0] = sealed >>> 8;
  record[1] = sealed & 0xff;
}

/**
 * The bytes that a TCP connection brings, to the frames of their records.
 *
 * A record is opened from the buffer of the reads into memory that is used once: frames are views
 * of it, and live for as long as somebody wants them, while the buffer has long taken other bytes.
 */

import {
  decodeFrames,
  type Frame,
  MAX_RECORD_PLAINTEXT,
  RECORD_HEADER,
  RecordSplitter,
  TAG_LENGTH,
} from "../codec/mod.ts";
import { Opener, type TrafficKey } from "../crypto/mod.ts";

const NOTHING = new Uint8Array(0);

/** The peer sent a record that does not open. */
export class RecordError extends Error {
  override readonly name = "RecordError";

  constructor() {
    super("a record does not open with the key and the count that it should have");
  }
}

/** What was read and not yet taken. */
export class Incoming {
  readonly #splitter = new RecordSplitter();
  #opener: Opener | undefined;
  /** Memory for the plaintexts of one read, and how much of it is used. */
  #plaintexts = NOTHING;
  #used = 0;

  /** Whether it has a key to open records with. */
  get keyed(): boolean {
    return this.#opener !== undefined;
  }

  /** From now on, opens records with `key`. */
  useKey(key: TrafficKey): void {
    this.#opener = new Opener(key);
  }

  /** Bytes that were read and not yet taken. */
  get length(): number {
    return this.#splitter.available;
  }

  /** Where the next read goes. */
  room(): Uint8Array<ArrayBuffer> {
    // Whoever waits for the next read is not to hold on to the texts of the last.
    this.#plaintexts = NOTHING;
    this.#used = 0;
    return this.#splitter.room();
  }

  /** So many bytes of the room were read. */
  filled(length: number): void {
    this.#splitter.filled(length);
  }

  /** Takes `length` clear bytes; undefined when there are fewer. */
  takeClear(length: number): Uint8Array | undefined {
    return this.#splitter.take(length)?.slice();
  }

  /**
   * The frames of the next record that is there as a whole; undefined when there is none.
   *
   * @throws {CodecError | RecordError} after which the stream is of no use
   */
  nextFrames(): Frame[] | undefined {
    const record = this.#splitter.next();
    if (record === undefined) return undefined;
    const length = record.length - RECORD_HEADER - TAG_LENGTH;
    const start = this.#reserve(length);
    if (!this.#opener?.openInto(record, RECORD_HEADER, this.#plaintexts, start)) {
      throw new RecordError();
    }
    return decodeFrames(this.#plaintexts.subarray(start, start + length));
  }

  /**
   * Where the next `length` bytes of plaintext go. The small records of one read share memory, as
   * allocating it takes as long as opening them; no more than one large record would have.
   */
  #reserve(length: number): number {
    if (this.#used + length > this.#plaintexts.length) {
      const rest = this.#splitter.available;
      this.#plaintexts = new Uint8Array(Math.min(length + rest, MAX_RECORD_PLAINTEXT));
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += length;
    return start;
  }
}

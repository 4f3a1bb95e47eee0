/**
 * Frames to the sealed bytes that are to be written on a TCP connection.
 *
 * What is sent before it is sealed goes into as few records as possible, and what is sealed before
 * it is written, into one write. Frames wait in a buffer of their own: what is handed out for
 * writing holds nothing that should be sealed and is not.
 */

import {
  ByteWriter,
  encodeFrame,
  type Frame,
  MAX_RECORD_PLAINTEXT,
  RECORD_HEADER,
  setRecordHeader,
  TAG_LENGTH,
} from "../codec/mod.ts";
import { Sealer, type TrafficKey } from "../crypto/mod.ts";

/**
 * A buffer that has held more bytes than this is let go of: a page of history would otherwise cost
 * its connection some 300 KiB for good.
 */
const MAX_KEPT = 32 * 1024;

/** What is on its way to the peer. */
export class Outgoing {
  #sealer: Sealer | undefined;
  /** Frames of the record that is being put together. */
  readonly #frames = new ByteWriter();
  /** Bytes to be written next, and those being written. */
  #sealed = new ByteWriter();
  #writing = new ByteWriter();

  /** From now on, seals records with `key`. */
  useKey(key: TrafficKey): void {
    this.#sealer = new Sealer(key);
  }

  /** Bytes that are not known to be written. */
  get length(): number {
    return this.#frames.length + this.#sealed.length + this.#writing.length;
  }

  /** Adds clear bytes, ahead of all records. */
  addClear(bytes: Uint8Array): void {
    this.#sealed.bytes(bytes);
  }

  /** Puts `frame` into the record that is sealed next. */
  add(frame: Frame): void {
    const start = this.#frames.length;
    encodeFrame(frame, this.#frames);
    if (this.#frames.length <= MAX_RECORD_PLAINTEXT) return;
    this.#seal(this.#frames.view().subarray(0, start));
    this.#frames.discard(start);
  }

  /** Seals what was added. */
  seal(): void {
    if (this.#frames.length === 0) return;
    this.#seal(this.#frames.view());
    this.#frames.truncate(0);
  }

  /**
   * All that is sealed, to be written: a view that lasts until the next call, which says that it
   * was written. Undefined when there is nothing more.
   */
  next(): Uint8Array | undefined {
    if (this.#writing.length > MAX_KEPT) this.#writing = new ByteWriter();
    this.#writing.truncate(0);
    if (this.#sealed.length === 0) return undefined;
    [this.#writing, this.#sealed] = [this.#sealed, this.#writing];
    return this.#writing.view();
  }

  #seal(frames: Uint8Array): void {
    if (this.#sealer === undefined) throw new Error("no keys to send with");
    const record = this.#sealed.reserve(RECORD_HEADER + frames.length + TAG_LENGTH);
    setRecordHeader(record);
    this.#sealer.sealInto(record, RECORD_HEADER, frames);
  }
}

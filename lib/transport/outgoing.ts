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
  /** Bytes to be written next, those being written, and memory for the next ones. */
  #sealed: ByteWriter | undefined;
  #writing: ByteWriter | undefined;
  #spare: ByteWriter | undefined;

  /** From now on, seals records with `key`. */
  useKey(key: TrafficKey): void {
    this.#sealer = new Sealer(key);
  }

  /** Bytes that are not known to be written. */
  get length(): number {
    return this.#frames.length + (this.#sealed?.length ?? 0) + (this.#writing?.length ?? 0);
  }

  /** Adds clear bytes, ahead of all records. */
  addClear(bytes: Uint8Array): void {
    this.#writer().bytes(bytes);
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
    const written = this.#writing;
    this.#writing = this.#sealed;
    this.#sealed = undefined;
    if (written !== undefined && written.length <= MAX_KEPT) {
      written.truncate(0);
      this.#spare = written;
    }
    return this.#writing?.view();
  }

  #seal(frames: Uint8Array): void {
    if (this.#sealer === undefined) throw new Error("no keys to send with");
    const record = this.#writer().reserve(RECORD_HEADER + frames.length + TAG_LENGTH);
    setRecordHeader(record);
    this.#sealer.sealInto(record, RECORD_HEADER, frames);
  }

  /** What takes the next bytes. A second one is only there while the first is being written. */
  #writer(): ByteWriter {
    if (this.#sealed === undefined) {
      this.#sealed = this.#spare ?? new ByteWriter();
      this.#spare = undefined;
    }
    return this.#sealed;
  }
}

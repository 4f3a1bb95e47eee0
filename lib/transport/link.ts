/**
 * One TCP connection that carries sealed records of frames (docs/protocol.md, clause 5).
 *
 * Everything sent before a flush goes into as few records as possible and one write. It knows keys
 * and frames, but not what a frame means; what waits to be written is counted, so that its owner
 * can give up on a reader that is too slow.
 */

import {
  ByteWriter,
  CodecError,
  decodeFrames,
  encodeFrame,
  type Frame,
  MAX_RECORD_PLAINTEXT,
  RECORD_HEADER,
  recordHeader,
  RecordSplitter,
} from "../codec/mod.ts";
import { Opener, Sealer, type TrafficKey } from "../crypto/mod.ts";

/**
 * Bytes to read at a time, at least and at most. A connection that says little holds a small buffer
 * while it waits; one that fills its buffer gets a larger one.
 */
const MIN_READ = 512;
const MAX_READ = 64 * 1024;

/**
 * A buffer that has held more bytes than this is let go of: a page of history would otherwise cost
 * its connection some 300 KiB for good.
 */
const MAX_KEPT = 32 * 1024;

/** How long a connection that is being closed in order may take over it, in milliseconds. */
const LINGER = 2_000;

/** The peer sent a record that does not open. */
export class RecordError extends Error {
  override readonly name = "RecordError";

  constructor() {
    super("a record does not open with the key and the count that it should have");
  }
}

/** A TCP connection. */
export class Link {
  readonly #connection: Deno.TcpConn;
  readonly #splitter = new RecordSplitter();
  /** What the next read fills, and how large it should be. */
  #buffer = new Uint8Array(0);
  #wanted = MIN_READ;
  #opener: Opener | undefined;
  #sealer: Sealer | undefined;
  /** Frames of the record that is being put together. */
  #frames = new ByteWriter();
  /** Bytes to be written next, and those being written. */
  #outgoing = new ByteWriter();
  #writing = new ByteWriter();
  /** While something is being written: resolves when nothing is any more. */
  #draining: PromiseWithResolvers<void> | undefined;
  #closed = false;
  #finishing: Promise<void> | undefined;
  #ended = false;
  readonly #end = Promise.withResolvers<void>();

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    try {
      connection.setNoDelay(true);
    } catch {
      // Some systems refuse where the peer has reset the connection; reading shows that it did.
    }
  }

  /** The peer's address. */
  get remoteHost(): string {
    return (this.#connection.remoteAddr as Deno.NetAddr).hostname;
  }

  /** Bytes that the peer has yet to take. */
  get queued(): number {
    return this.#frames.length + this.#outgoing.length + this.#writing.length;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Whether what is sent now goes out: neither closed nor on the way to it. */
  get open(): boolean {
    return !this.#closed && this.#finishing === undefined;
  }

  /** Whether the peer's stream has ended: nothing more will be read. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether it has keys to seal and open records with. */
  get keyed(): boolean {
    return this.#opener !== undefined;
  }

  /** From now on, seals and opens records with these keys. */
  useKeys(send: TrafficKey, receive: TrafficKey): void {
    this.#sealer = new Sealer(send);
    this.#opener = new Opener(receive);
  }

  /** Reads a piece of the stream; false at its end, however it came about. */
  async read(): Promise<boolean> {
    const buffer = this.#readBuffer();
    const length = await this.#connection.read(buffer).catch(() => null);
    if (length === null) {
      this.#endReading();
      return false;
    }
    this.#wanted = length === buffer.length
      ? Math.min(4 * length, MAX_READ)
      : Math.max(MIN_READ, length < buffer.length / 8 ? buffer.length / 4 : buffer.length);
    this.#splitter.push(buffer.subarray(0, length));
    return true;
  }

  /** The last buffer again, unless it has the wrong size, or half a record is kept in it. */
  #readBuffer(): Uint8Array<ArrayBuffer> {
    if (this.#buffer.length !== this.#wanted || this.#splitter.available > 0) {
      this.#buffer = new Uint8Array(this.#wanted);
    }
    return this.#buffer;
  }

  /** Bytes that were read and not yet taken. */
  get unread(): number {
    return this.#splitter.available;
  }

  /** Takes `length` clear bytes from what was read; undefined when there are fewer. */
  takeClear(length: number): Uint8Array | undefined {
    return this.#splitter.take(length);
  }

  /**
   * The frames of the next record that was read whole; undefined when there is none.
   *
   * @throws {CodecError | RecordError} after which the stream is of no use
   */
  nextFrames(): Frame[] | undefined {
    const record = this.#splitter.next();
    if (record === undefined) return undefined;
    const header = record.subarray(0, RECORD_HEADER);
    const plaintext = this.#opener?.open(header, record.subarray(RECORD_HEADER));
    if (plaintext === undefined) throw new RecordError();
    return decodeFrames(plaintext);
  }

  /** Sends clear bytes, ahead of all records. */
  sendClear(bytes: Uint8Array): void {
    this.#outgoing.bytes(bytes);
  }

  /** Puts `frame` into the record that the next flush sends; does nothing unless open. */
  send(frame: Frame): void {
    if (!this.open) return;
    const start = this.#frames.length;
    encodeFrame(frame, this.#frames);
    if (this.#frames.length <= MAX_RECORD_PLAINTEXT) return;
    this.#seal(this.#frames.view().subarray(0, start));
    this.#frames.discard(start);
  }

  /** Writes what was sent so far. */
  flush(): void {
    if (this.#frames.length > 0) {
      this.#seal(this.#frames.view());
      this.#frames.truncate(0);
    }
    if (this.#outgoing.length > 0 && this.#draining === undefined) void this.#write();
  }

  /** Resolves when everything flushed so far is written, or the connection is gone. */
  async drained(): Promise<void> {
    await this.#draining?.promise;
  }

  /**
   * Closes in order: what was sent arrives, then the end of the stream. Whoever reads has to go on
   * until the peer's end; after two seconds it is closed all the same.
   */
  finish(): Promise<void> {
    return this.#finishing ??= this.#finish();
  }

  /** Closes at once; what was not written is lost. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
    this.#endReading();
    // Some versions of Deno let a write that is stuck be stuck until the peer reads or goes.
    this.#draining?.resolve();
  }

  async #finish(): Promise<void> {
    const deadline = setTimeout(() => this.close(), LINGER);
    try {
      this.flush();
      await this.drained();
      await this.#connection.closeWrite();
      await this.#end.promise;
    } catch {
      // The connection is gone already.
    } finally {
      clearTimeout(deadline);
      this.close();
    }
  }

  #endReading(): void {
    this.#ended = true;
    this.#end.resolve();
  }

  #seal(frames: Uint8Array): void {
    if (this.#sealer === undefined) throw new Error("no keys to send with");
    const header = recordHeader(frames.length);
    this.#outgoing.bytes(header);
    this.#outgoing.bytes(this.#sealer.seal(header, frames));
  }

  async #write(): Promise<void> {
    const draining = this.#draining = Promise.withResolvers<void>();
    try {
      while (this.#outgoing.length > 0) {
        [this.#writing, this.#outgoing] = [this.#outgoing, this.#writing];
        let bytes = this.#writing.view();
        while (bytes.length > 0) bytes = bytes.subarray(await this.#connection.write(bytes));
        if (this.#writing.length > MAX_KEPT) this.#writing = new ByteWriter();
        else this.#writing.truncate(0);
      }
    } catch {
      this.close();
    } finally {
      this.#draining = undefined;
      draining.resolve();
    }
  }
}

/** Whether `error` is the peer's doing: bytes that are no frame, or a record that does not open. */
export function isPeerError(error: unknown): error is CodecError | RecordError {
  return error instanceof CodecError || error instanceof RecordError;
}

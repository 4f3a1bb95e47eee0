/**
 * One TCP connection that carries sealed records of frames (docs/protocol.md, clause 5).
 *
 * It reads, writes and closes; what the bytes are, incoming.ts and outgoing.ts know. What waits to
 * be written is counted, so that its owner can give up on a reader that is too slow.
 */

import { CodecError, type Frame } from "../codec/mod.ts";
import type { TrafficKey } from "../crypto/mod.ts";
import { Incoming, RecordError } from "./incoming.ts";
import { Outgoing } from "./outgoing.ts";

/** How long a connection that is being closed in order may take over it, in milliseconds. */
const LINGER = 2_000;

/** A TCP connection. */
export class Link {
  readonly #connection: Deno.TcpConn;
  readonly #incoming = new Incoming();
  readonly #outgoing = new Outgoing();
  #writing = false;
  /** Where somebody waits for it: resolves when nothing is being written any more. */
  #drained: PromiseWithResolvers<void> | undefined;
  #closed = false;
  #finishing: Promise<void> | undefined;
  #ended = false;
  /** Where somebody waits for it: resolves when the peer's stream has ended. */
  #end: PromiseWithResolvers<void> | undefined;

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
    return this.#outgoing.length;
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
    return this.#incoming.keyed;
  }

  /** From now on, seals and opens records with these keys. */
  useKeys(send: TrafficKey, receive: TrafficKey): void {
    this.#outgoing.useKey(send);
    this.#incoming.useKey(receive);
  }

  /** Reads a piece of the stream; false at its end, however it came about. */
  async read(): Promise<boolean> {
    let length: number | null = null;
    try {
      length = await this.#connection.read(this.#incoming.room());
    } catch {
      // Reset by the peer, or closed here.
    }
    if (length === null) this.#endReading();
    else this.#incoming.filled(length);
    return length !== null;
  }

  /** Bytes that were read and not yet taken. */
  get unread(): number {
    return this.#incoming.length;
  }

  /** Takes `length` clear bytes from what was read; undefined when there are fewer. */
  takeClear(length: number): Uint8Array | undefined {
    return this.#incoming.takeClear(length);
  }

  /**
   * The frames of the next record that was read whole; undefined when there is none. Their fields
   * are views of memory that is not used again.
   *
   * @throws {CodecError | RecordError} after which the stream is of no use
   */
  nextFrames(): Frame[] | undefined {
    return this.#incoming.nextFrames();
  }

  /** Sends clear bytes, ahead of all records. */
  sendClear(bytes: Uint8Array): void {
    this.#outgoing.addClear(bytes);
  }

  /** Puts `frame` into the record that the next flush sends; does nothing unless open. */
  send(frame: Frame): void {
    if (this.open) this.#outgoing.add(frame);
  }

  /** Writes what was sent so far. */
  flush(): void {
    this.#outgoing.seal();
    if (!this.#writing) void this.#write();
  }

  /** Resolves when everything flushed so far is written, or the connection is gone. */
  async drained(): Promise<void> {
    if (!this.#writing || this.#closed) return;
    this.#drained ??= Promise.withResolvers();
    await this.#drained.promise;
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
    this.#drained?.resolve();
  }

  async #finish(): Promise<void> {
    const deadline = setTimeout(() => this.close(), LINGER);
    try {
      this.flush();
      await this.drained();
      await this.#connection.closeWrite();
      if (!this.#ended) {
        this.#end = Promise.withResolvers();
        await this.#end.promise;
      }
    } catch {
      // The connection is gone already.
    } finally {
      clearTimeout(deadline);
      this.close();
    }
  }

  #endReading(): void {
    this.#ended = true;
    this.#end?.resolve();
  }

  async #write(): Promise<void> {
    this.#writing = true;
    try {
      for (let bytes = this.#outgoing.next(); bytes; bytes = this.#outgoing.next()) {
        while (bytes.length > 0) bytes = bytes.subarray(await this.#connection.write(bytes));
      }
    } catch {
      this.close();
    } finally {
      this.#writing = false;
      this.#drained?.resolve();
      this.#drained = undefined;
    }
  }
}

/** Whether `error` is the peer's doing: bytes that are no frame, or a record that does not open. */
export function isPeerError(error: unknown): error is CodecError | RecordError {
  return error instanceof CodecError || error instanceof RecordError;
}

/** A TCP connection in memory: reads what it was given piece by piece, and keeps what is written. */

import { Link } from "../../lib/transport/mod.ts";
import { concatBytes } from "../hex.ts";

/** The peer's end, and how it looks from there. */
export class FakeConnection {
  readonly remoteAddr = { transport: "tcp", hostname: "192.0.2.1", port: 1 } as const;
  readonly #pieces: Uint8Array[];
  readonly #written: Uint8Array[] = [];
  closed = false;

  constructor(pieces: readonly Uint8Array[]) {
    this.#pieces = [...pieces];
  }

  /** The link that the program under test has. */
  link(): Link {
    return new Link(this as unknown as Deno.TcpConn);
  }

  /** All bytes that were written. */
  get written(): Uint8Array {
    return concatBytes(...this.#written);
  }

  setNoDelay(): void {}

  read(buffer: Uint8Array): Promise<number | null> {
    if (this.closed) return Promise.reject(new Error("closed"));
    const [piece] = this.#pieces;
    if (piece === undefined) return Promise.resolve(null);
    const length = Math.min(piece.length, buffer.length);
    buffer.set(piece.subarray(0, length));
    if (length === piece.length) this.#pieces.shift();
    else this.#pieces[0] = piece.subarray(length);
    return Promise.resolve(length);
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.closed) return Promise.reject(new Error("closed"));
    this.#written.push(bytes.slice());
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.closed = true;
  }
}

/**
 * Sealed records over a stream of a load (docs/protocol.md, clause 5): what a client costs that
 * wants nothing but to be fast. What stands in the records is not known here.
 */

import { CodecError, RECORD_HEADER, recordHeader, RecordSplitter } from "../../lib/codec/mod.ts";
import { type LoginKeys, Opener, Sealer } from "../../lib/crypto/mod.ts";
import type { Stream } from "./stream.ts";

/** A client's end of a connection. */
export class Records {
  readonly #stream: Stream;
  readonly #sealer: Sealer;
  readonly #opener: Opener;
  readonly #splitter = new RecordSplitter();
  /** Hears the plaintexts of all records that came in one read. */
  onRecords: (plaintexts: readonly Uint8Array[]) => void = () => {};

  constructor(stream: Stream, keys: LoginKeys) {
    this.#stream = stream;
    this.#sealer = new Sealer(keys.clientToServer);
    this.#opener = new Opener(keys.serverToClient);
    stream.write(keys.keyId);
    stream.onBytes = (bytes): void => this.#receive(bytes);
  }

  /** Writes a record for each of `plaintexts`, all of them in one write. */
  write(...plaintexts: readonly Uint8Array[]): void {
    const pieces = plaintexts.flatMap((plaintext) => {
      const header = recordHeader(plaintext.length);
      return [header, this.#sealer.seal(header, plaintext)];
    });
    const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    this.#stream.write(bytes);
  }

  close(): void {
    this.#stream.close();
  }

  #receive(bytes: Uint8Array): void {
    this.#splitter.push(bytes);
    const plaintexts: Uint8Array[] = [];
    for (let record = this.#splitter.next(); record; record = this.#splitter.next()) {
      const header = record.subarray(0, RECORD_HEADER);
      const plaintext = this.#opener.open(header, record.subarray(RECORD_HEADER));
      if (plaintext === undefined) throw new CodecError("bad_length");
      plaintexts.push(plaintext);
    }
    if (plaintexts.length > 0) this.onRecords(plaintexts);
  }
}

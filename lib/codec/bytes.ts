/**
 * Cursors over bytes: how every fixed field of the protocol is read and written, big-endian.
 *
 * They know field kinds and bounds, but no message. Views are handed out, never copies.
 */

import { type ClientId, parseClientId } from "./client_id.ts";
import { MAX_CLIENT_ID, MAX_SAFE } from "./constants.ts";
import { CodecError } from "./error.ts";

const ascii = new TextDecoder("latin1");
const encoder = new TextEncoder();
const TWO_32 = 2 ** 32;

/** Reads fields from `bytes`; running past the end is `bad_length`. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #end: number;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#end = bytes.length;
  }

  /**
   * Makes the next `length` bytes all that can be read, until {@linkcode leave}.
   *
   * @returns what `leave` has to be told
   */
  enter(length: number): number {
    const outer = this.#end;
    if (length > outer - this.#offset) throw new CodecError("bad_length");
    this.#end = this.#offset + length;
    return outer;
  }

  /** Goes on behind those bytes, of which nothing may be left. */
  leave(outer: number): void {
    this.end();
    this.#end = outer;
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.#end - this.#offset;
  }

  /** The next `length` bytes, as a view. */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** All bytes that are left, as a view. */
  rest(): Uint8Array {
    return this.bytes(this.remaining);
  }

  /** An unsigned integer of one byte. */
  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  /** An unsigned integer of two bytes. */
  u16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  /** An unsigned integer of four bytes. */
  u32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  /** An unsigned integer of eight bytes, below 2^53. */
  u64(): number {
    const at = this.#advance(8);
    const value = this.#view.getUint32(at) * TWO_32 + this.#view.getUint32(at + 4);
    if (value > MAX_SAFE) throw new CodecError("bad_number");
    return value;
  }

  /** A u64 that is not zero. */
  positiveU64(): number {
    return positive(this.u64());
  }

  /** A u32 that is not zero. */
  positiveU32(): number {
    return positive(this.u32());
  }

  /** A client-ID after its length. */
  clientId(): ClientId {
    const length = this.u8();
    if (length > MAX_CLIENT_ID) throw new CodecError("bad_client_id");
    return parseClientId(ascii.decode(this.bytes(length)));
  }

  /** Bytes up to the end that must all be zero. */
  padding(): void {
    if (this.rest().some((byte) => byte !== 0)) throw new CodecError("bad_padding");
  }

  /** Checks that nothing is left. */
  end(): void {
    if (this.remaining !== 0) throw new CodecError("bad_length");
  }

  #advance(length: number): number {
    const start = this.#offset;
    if (start + length > this.#end) throw new CodecError("bad_length");
    this.#offset = start + length;
    return start;
  }
}

/**
 * Writes fields into one buffer, which grows as needed and can be used again. An integer that its
 * field cannot hold is `bad_number`; nothing of it is written.
 */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** How many bytes were written. */
  get length(): number {
    return this.#length;
  }

  /** What was written, as a view that the next write may change. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets everything after the first `length` bytes. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** Forgets the first `length` bytes; those after them move to the front. */
  discard(length: number): void {
    this.#bytes.copyWithin(0, length, this.#length);
    this.#length -= length;
  }

  bytes(bytes: Uint8Array): void {
    const at = this.#advance(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** `length` more bytes, for the caller to fill: a view that the next write makes void. */
  reserve(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  u8(value: number): void {
    checkRange(value, 0xff);
    const at = this.#advance(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    checkRange(value, 0xffff);
    const at = this.#advance(2);
    this.#view.setUint16(at, value);
  }

  u32(value: number): void {
    checkRange(value, 0xffff_ffff);
    const at = this.#advance(4);
    this.#view.setUint32(at, value);
  }

  u64(value: number): void {
    checkRange(value, MAX_SAFE);
    const at = this.#advance(8);
    this.#view.setUint32(at, Math.floor(value / TWO_32));
    this.#view.setUint32(at + 4, value % TWO_32);
  }

  /** A client-ID after its length. */
  clientId(clientId: ClientId): void {
    this.u8(clientId.length);
    const start = this.#advance(clientId.length);
    encoder.encodeInto(clientId, this.#bytes.subarray(start));
  }

  /** Zero bytes up to a total of `length`. */
  padTo(length: number): void {
    const start = this.#advance(length - this.#length);
    this.#bytes.fill(0, start, length);
  }

  /** Sets the u16 at `offset`, written before, to `value`. */
  patchU16(offset: number, value: number): void {
    this.#view.setUint16(offset, value);
  }

  /** Makes room; may replace the buffer, so it goes before any use of #bytes or #view. */
  #advance(length: number): number {
    const start = this.#length;
    const end = start + length;
    if (end > this.#bytes.length) this.#grow(end);
    this.#length = end;
    return start;
  }

  #grow(least: number): void {
    const bytes = new Uint8Array(Math.max(least, 2 * this.#bytes.length));
    bytes.set(this.view());
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

function checkRange(value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) throw new CodecError("bad_number");
}

function positive(value: number): number {
  if (value === 0) throw new CodecError("bad_number");
  return value;
}

/**
 * Consecutive messages of a pair in one row: what makes a message cost a fraction of a row.
 *
 * The body of a row is made of parts: four digits that count the bytes after them, a JSON array
 * `[side,number,delay]`, and the text as it came. Side 0 is the lesser client-ID of the pair, 1 the
 * other; delay is counted in milliseconds from the row's time. So texts are copied and never
 * decoded, and the view `messages` (schema.ts) can still take a body apart in plain SQL. Where a
 * row is kept is not known here: the journal has the same parts.
 */

import {
  ByteReader,
  type ByteWriter,
  CodecError,
  MAX_SAFE,
  parseText,
  type SessionId,
} from "../codec/mod.ts";
import { decimal, decimalLength, readDigits } from "./decimal.ts";
import type { Entry, StoredMessage } from "./history.ts";
import type { Pair } from "./pair.ts";

/** A body ends before the text that would take it past this many bytes: reading one stays cheap. */
export const MAX_BODY = 16_384;

/** What a part needs beside its header and text. */
const LENGTH_DIGITS = 4;
const OPEN = "[".charCodeAt(0);
const COMMA = ",".charCodeAt(0);
const END_OF_HEADER = "]".charCodeAt(0);

/**
 * A row: messages of one pair and one session. `first` and `last` are their positions; with `first`
 * after `last` there are none, as pruning leaves it (prune.ts).
 */
export interface Batch {
  readonly first: number;
  readonly last: number;
  readonly sessionId: SessionId;
  /** When the first of them was accepted, or nearly, in milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  readonly body: Uint8Array;
}

const ascii = new TextDecoder("latin1");

/** Writes the part of `entry`, which is of `pair`, for a row whose time is `at`. */
export function appendPart(writer: ByteWriter, pair: Pair, entry: Entry, at: number): void {
  const { from, number, text } = entry;
  const delay = entry.at - at;
  const header = "[0,,]".length + decimalLength(number) + decimalLength(delay);
  decimal(writer, header + text.length, LENGTH_DIGITS);
  writer.u8(OPEN);
  decimal(writer, from === pair.a ? 0 : 1);
  writer.u8(COMMA);
  decimal(writer, number);
  writer.u8(COMMA);
  decimal(writer, delay);
  writer.u8(END_OF_HEADER);
  writer.bytes(text);
}

/**
 * The messages of `batch` with positions `first` to `last`. Their texts are views of its body.
 *
 * @throws {CodecError | SyntaxError} when the body is damaged
 */
export function* unpackBatch(
  pair: Pair,
  batch: Batch,
  first: number,
  last: number,
): Generator<StoredMessage, void> {
  const reader = new ByteReader(batch.body);
  const end = Math.min(batch.last, last);
  for (let position = batch.first; position <= end; position++) {
    const part = reader.bytes(readDigits(reader, LENGTH_DIGITS));
    if (position < first) continue;
    const header = part.indexOf(END_OF_HEADER) + 1;
    const [side, number, delay] = parseHeader(part.subarray(0, header));
    const at = batch.at + delay;
    if (!(at >= 0 && at <= MAX_SAFE)) throw new CodecError("bad_number");
    yield {
      position,
      sessionId: batch.sessionId,
      number,
      at,
      sender: side === 0 ? pair.a : pair.b,
      text: parseText(part.subarray(header)),
    };
  }
}

/**
 * `batch` from the position `first` on, which it has.
 *
 * @throws {CodecError} when the body is damaged
 */
export function batchFrom(batch: Batch, first: number): Batch {
  const reader = new ByteReader(batch.body);
  for (let position = batch.first; position < first; position++) {
    reader.bytes(readDigits(reader, LENGTH_DIGITS));
  }
  return {
    first,
    last: batch.last,
    sessionId: batch.sessionId,
    at: batch.at,
    body: reader.rest(),
  };
}

/** What a CHAT's number holds (docs/protocol.md, clause 4). */
const MAX_NUMBER = 0xffff_ffff;

type Header = [side: number, number: number, delay: number];

function parseHeader(bytes: Uint8Array): Header {
  const header = JSON.parse(ascii.decode(bytes)) as unknown[];
  const [side, number, delay] = header as Header;
  const sound = header.length === 3 && header.every(Number.isSafeInteger) &&
    (side === 0 || side === 1) && number > 0 && number <= MAX_NUMBER;
  if (!sound) throw new CodecError("bad_number");
  return [side, number, delay];
}

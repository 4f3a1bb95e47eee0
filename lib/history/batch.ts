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
import { decimalLength, putDecimal, readDigits } from "./decimal.ts";
import type { Entry, StoredMessage } from "./history.ts";
import type { Pair } from "./pair.ts";

/** A body ends before the text that would take it past this many bytes: reading one stays cheap. */
export const MAX_BODY = 16_384;

/** What a part needs beside its header and text. */
const LENGTH_DIGITS = 4;
const SIDE_A = "0".charCodeAt(0);
const SIDE_B = "1".charCodeAt(0);
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

/** Whether a body of `bytes` bytes takes a text of `length` more; an empty one takes any. */
export function hasRoom(bytes: number, length: number): boolean {
  return bytes === 0 || bytes + length <= MAX_BODY;
}

/**
 * Writes the parts of the messages `begin` to `end` of `entry`, which is of `pair`, into a row whose
 * time is `at`: as many as it has room for. Returns which is the first that was not written.
 */
export function appendParts(
  writer: ByteWriter,
  pair: Pair,
  entry: Entry,
  at: number,
  begin: number,
  end: number,
): number {
  const { from, number, texts } = entry;
  const side = from === pair.a ? SIDE_A : SIDE_B;
  const delay = entry.at - at;
  const delayLength = decimalLength(delay);
  const headerLength = "[0,,]".length + delayLength;

  // Room for all of them at once: a call for each byte would cost more than the bytes.
  const start = writer.length;
  let [next, length] = [begin, start];
  while (next < end && hasRoom(length, texts[next]!.length)) {
    length += LENGTH_DIGITS + headerLength + decimalLength(number + next) + texts[next]!.length;
    next++;
  }
  writer.padTo(length);
  const body = writer.view();

  let offset = start;
  for (let i = begin; i < next; i++) {
    const text = texts[i]!;
    const numberLength = decimalLength(number + i);
    const part = headerLength + numberLength + text.length;
    offset = putDecimal(body, offset, LENGTH_DIGITS, part);
    body[offset++] = OPEN;
    body[offset++] = side;
    body[offset++] = COMMA;
    offset = putDecimal(body, offset, numberLength, number + i);
    body[offset++] = COMMA;
    offset = putDecimal(body, offset, delayLength, delay);
    body[offset++] = END_OF_HEADER;
    body.set(text, offset);
    offset += text.length;
  }
  return next;
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

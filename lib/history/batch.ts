/**
 * Consecutive messages of a pair in one row: what makes a message cost a fraction of a row.
 *
 * The body of a row is made of parts: four digits that count the bytes after them, a JSON array
 * `[side,number,delay]`, and the text as it came. Side 0 is the lesser client-ID of the pair, 1 the
 * other; delay is counted in milliseconds from the row's time. So texts are copied and never
 * decoded, and the view `messages` (schema.ts) can still take a body apart in plain SQL.
 */

import {
  ByteReader,
  ByteWriter,
  type ClientId,
  CodecError,
  MAX_SAFE,
  parseText,
  type SessionId,
} from "../codec/mod.ts";
import type { Entry, StoredMessage } from "./history.ts";
import type { Pair } from "./pair.ts";

/** A body ends before the text that would take it past this many bytes: reading one stays cheap. */
export const MAX_BODY = 16_384;

const LENGTH_DIGITS = 4;
const END_OF_HEADER = "]".charCodeAt(0);

/**
 * A row: messages of one pair and one session. `first` and `last` are their positions; with `first`
 * after `last` there are none, as pruning leaves it (prune.ts).
 */
export interface Batch {
  readonly first: number;
  readonly last: number;
  readonly sessionId: SessionId;
  /** When the first of them was accepted, in milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  readonly body: Uint8Array;
}

const ascii = new TextDecoder("latin1");
const encoder = new TextEncoder();

/**
 * Packs `entries`, all of `pair`, into rows for the positions from `first` on. A body is a view
 * that the next step of the iteration overwrites.
 */
export function* packBatches(
  pair: Pair,
  entries: readonly Entry[],
  first: number,
): Generator<Batch, void> {
  const writer = new ByteWriter();
  let position = first;
  let start = 0;
  while (start < entries.length) {
    const { sessionId, at } = entries[start]!;
    writer.truncate(0);
    let end = start;
    do {
      appendPart(writer, pair, entries[end]!, at);
      end++;
    } while (end < entries.length && fits(entries[end]!, sessionId, writer.length));
    const last = position + end - start - 1;
    yield { first: position, last, sessionId, at, body: writer.view() };
    position = last + 1;
    start = end;
  }
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
    const part = reader.bytes(readLength(reader));
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

/** What a CHAT's number holds (docs/protocol.md, clause 4). */
const MAX_NUMBER = 0xffff_ffff;

type Header = [side: number, number: number, delay: number];

function readLength(reader: ByteReader): number {
  const digits = ascii.decode(reader.bytes(LENGTH_DIGITS));
  if (!/^\d+$/.test(digits)) throw new CodecError("bad_length");
  return Number(digits);
}

function parseHeader(bytes: Uint8Array): Header {
  const header = JSON.parse(ascii.decode(bytes)) as unknown[];
  const [side, number, delay] = header as Header;
  const sound = header.length === 3 && header.every(Number.isSafeInteger) &&
    (side === 0 || side === 1) && number > 0 && number <= MAX_NUMBER;
  if (!sound) throw new CodecError("bad_number");
  return [side, number, delay];
}

function appendPart(writer: ByteWriter, pair: Pair, entry: Entry, at: number): void {
  const header = `[${sideOf(pair, entry.from)},${entry.number},${entry.at - at}]`;
  const length = String(header.length + entry.text.length).padStart(LENGTH_DIGITS, "0");
  writer.bytes(encoder.encode(length + header));
  writer.bytes(entry.text);
}

function sideOf(pair: Pair, sender: ClientId): 0 | 1 {
  return sender === pair.a ? 0 : 1;
}

function fits(entry: Entry, sessionId: SessionId, length: number): boolean {
  return entry.sessionId === sessionId && length + entry.text.length <= MAX_BODY;
}

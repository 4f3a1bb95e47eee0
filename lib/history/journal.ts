/**
 * The rows of the journal: what one commit stored, of all pairs, in the order of commits.
 *
 * A row's body is made of runs: five digits that count the bytes after them, a JSON array
 * `[pair,first,last,session,at]`, and the parts of the messages, as batch.ts has them: what a row
 * of `batches` will gain by this commit. So folding copies bytes, and the view `unfolded`
 * (schema.ts) can still take a body apart in plain SQL.
 */

import { ByteReader, ByteWriter, CodecError, MAX_SAFE } from "../codec/mod.ts";
import type { Batch } from "./batch.ts";
import { decimalLength, putDecimal, readDigits } from "./decimal.ts";

/** A run: consecutive messages of the pair whose row has the id `pairId`. */
export interface Run {
  readonly pairId: number;
  readonly batch: Batch;
}

/** A row ends after the run that takes it past this many bytes: SQL reads it once for each run. */
const MAX_ROW = 65_536;

const LENGTH_DIGITS = 5;
const OPEN = "[".charCodeAt(0);
const COMMA = ",".charCodeAt(0);
const END_OF_HEADER = "]".charCodeAt(0);

const ascii = new TextDecoder("latin1");

/** Writes runs into rows. */
export class JournalWriter {
  readonly #addRow: (body: Uint8Array) => void;
  readonly #writer = new ByteWriter(MAX_ROW);

  /** @param addRow stores a row; the body is a view that the next one overwrites */
  constructor(addRow: (body: Uint8Array) => void) {
    this.#addRow = addRow;
  }

  /** Stores `runs`. May throw what storing a row throws; then some are stored and some are not. */
  write(runs: Iterable<Run>): void {
    this.#writer.truncate(0);
    for (const run of runs) {
      writeRun(this.#writer, run);
      if (this.#writer.length > MAX_ROW) this.#flush();
    }
    if (this.#writer.length > 0) this.#flush();
  }

  #flush(): void {
    this.#addRow(this.#writer.view());
    this.#writer.truncate(0);
  }
}

function writeRun(writer: ByteWriter, { pairId, batch }: Run): void {
  const { first, last, sessionId, at, body } = batch;
  const numbers = [pairId, first, last, sessionId, at];
  let header = "[]".length + numbers.length - 1;
  for (const number of numbers) header += decimalLength(number);

  let offset = writer.length;
  writer.padTo(offset + LENGTH_DIGITS + header);
  const row = writer.view();
  offset = putDecimal(row, offset, LENGTH_DIGITS, header + body.length);
  let before = OPEN;
  for (const number of numbers) {
    row[offset] = before;
    offset = putDecimal(row, offset + 1, decimalLength(number), number);
    before = COMMA;
  }
  row[offset] = END_OF_HEADER;
  writer.bytes(body);
}

/**
 * The runs of a row. Their bodies are views of its body.
 *
 * @throws {CodecError | SyntaxError} when the row is damaged
 */
export function* readRuns(body: Uint8Array): Generator<Run, void> {
  const reader = new ByteReader(body);
  while (reader.remaining > 0) {
    const run = reader.bytes(readDigits(reader, LENGTH_DIGITS));
    const header = run.indexOf(END_OF_HEADER) + 1;
    const [pairId, first, last, sessionId, at] = parseHeader(run.subarray(0, header));
    yield { pairId, batch: { first, last, sessionId, at, body: run.subarray(header) } };
  }
}

type Header = [pairId: number, first: number, last: number, sessionId: number, at: number];

function parseHeader(bytes: Uint8Array): Header {
  const header = JSON.parse(ascii.decode(bytes)) as unknown[];
  const [pairId, first, last, sessionId, at] = header as Header;
  const sound = header.length === 5 &&
    header.every((n) => Number.isSafeInteger(n) && n as number >= 0 && n as number <= MAX_SAFE) &&
    pairId > 0 && first > 0 && first <= last;
  if (!sound) throw new CodecError("bad_number");
  return [pairId, first, last, sessionId, at];
}

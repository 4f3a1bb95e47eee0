/**
 * Folding: what the journal holds becomes rows of `batches`.
 *
 * What lies beyond a pair's last row is not folded yet, and everything up to it is, whoever folded
 * it. So folding twice, after a crash in between or beside somebody else, stores nothing twice, and
 * what was folded and then pruned does not come back.
 */

import { CodecError, MAX_SAFE } from "../codec/mod.ts";
import { type Batch, batchFrom } from "./batch.ts";
import { DamagedRow } from "./failure.ts";
import { GrowingBatch } from "./growing_batch.ts";
import { readRuns, type Run } from "./journal.ts";
import type { Statements } from "./statements.ts";

/**
 * Stores as much of `batch` as is not folded yet, as a row; false when all of it is. May throw
 * SQLite's errors.
 */
export function fold(statements: Statements, pairId: number, batch: Batch): boolean {
  const folded = statements.findLast(pairId);
  if (batch.last <= folded) return false;
  const rest = batch.first > folded ? batch : batchFrom(batch, folded + 1);
  statements.addBatch(pairId, rest);
  return true;
}

/**
 * Folds all that the journal holds and empties it: after a crash, or for somebody who has the file
 * beside the server that keeps it. To be done in a transaction.
 *
 * @throws SQLite's errors, and those of {@linkcode readJournal}
 */
export function foldJournal(statements: Statements): void {
  const batches = Array.from(joined(readJournal(statements)));
  // First, so that the rows can have its pages.
  statements.deleteJournal(MAX_SAFE);
  for (const { pairId, batch } of batches) fold(statements, pairId, batch);
}

/** `runs`, those that continue each other as one; those of a pair keep their order. */
function* joined(runs: Iterable<Run>): Generator<Run, void> {
  const open = new Map<number, GrowingBatch>();
  for (const { pairId, batch } of runs) {
    const before = open.get(pairId);
    if (before?.absorb(batch)) continue;
    if (before !== undefined) yield { pairId, batch: before };
    const next = new GrowingBatch(batch);
    next.absorb(batch);
    open.set(pairId, next);
  }
  for (const [pairId, batch] of open) yield { pairId, batch };
}

/**
 * All runs that the journal holds, in the order of their commits; also those that are folded.
 *
 * @throws {DamagedRow} when a row is damaged, or SQLite's errors
 */
export function* readJournal(statements: Statements): Generator<Run, void> {
  for (let next = 0;;) {
    const row = statements.findJournalRow(next);
    if (row === undefined) return;
    try {
      yield* soundRuns(row.body);
    } catch (cause) {
      // Without the cause: JSON's errors quote what they stumble over, which somebody may have said.
      if (cause instanceof CodecError || cause instanceof SyntaxError) throw new DamagedRow(row.id);
      throw cause;
    }
    next = row.id + 1;
  }
}

function* soundRuns(body: Uint8Array): Generator<Run, void> {
  for (const run of readRuns(body)) {
    const { body: rest } = batchFrom(run.batch, run.batch.last + 1);
    if (rest.length > 0) throw new CodecError("bad_length");
    yield run;
  }
}

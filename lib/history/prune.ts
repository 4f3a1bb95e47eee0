/**
 * Deletes messages that are older than an age, while a server may go on storing others.
 *
 * A pair loses its messages from the oldest on, as far as they are old, so that no gap is left
 * between two: what stays are always the newest. Should a clock have gone back, a message that
 * looks old but lies behind a newer one stays until that one goes. Of a row that is not old
 * throughout, the end stays. What the journal holds is folded first; a server beside notices when
 * it folds the same (fold.ts).
 *
 * Positions are never given out twice. The server goes on from a pair's last row, so when that
 * goes, it stays as a row without messages, time, session or text (schema.ts).
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Batch, batchFrom, unpackBatch } from "./batch.ts";
import { foldJournal, readJournal } from "./fold.ts";
import type { Run } from "./journal.ts";
import { emptyLog } from "./log.ts";
import type { Pair } from "./pair.ts";
import { MAX_POSITION } from "./schema.ts";
import { Statements } from "./statements.ts";
import { freeBytes } from "./stats.ts";
import { transaction } from "./transaction.ts";

/** What is to go. */
export interface PruneOptions {
  /** Messages before this moment, in milliseconds since 1970-01-01 UTC. */
  readonly before: number;
  /** Only count them. */
  readonly dryRun?: boolean;
}

/** What has gone, or would go. */
export interface Pruned {
  readonly messages: number;
  /** How many bytes of the file are free for new messages now. */
  readonly freeBytes: number;
  /** False while what was deleted may still be read in the write-ahead log, until that is emptied. */
  readonly logEmptied: boolean;
}

/** Rows that one transaction deletes at most, and bytes of their bodies. */
const MAX_ROWS = 2_048;
const MAX_BYTES = 2 * 1024 * 1024;
/**
 * A server's commit that found the file locked tries again at least every 100 ms, for a second
 * (SQLite's busy handler). Between two transactions it must find it free once.
 */
const PAUSE = 120;
/** For how long emptying the log may keep the server waiting, in milliseconds. */
const LOG_TIMEOUT = 200;
/** Rows that are looked at together. */
const LOOK = 64;

/** A row of which so many messages are to go, from its first on. */
interface OldRow {
  readonly pairId: number;
  readonly batch: Batch;
  readonly old: number;
}

/**
 * Deletes old messages from the history that is open as `db`, overwriting them. Resolves when it is
 * done. May throw SQLite's errors, and those of a damaged row; what was deleted until then is gone.
 */
export async function prune(
  db: DatabaseSync,
  { before, dryRun = false }: PruneOptions,
): Promise<Pruned> {
  const statements = new Statements(db);
  let messages = 0;
  if (dryRun) {
    // Before the rows, so that what is folded meanwhile is found in either.
    const unfolded = Map.groupBy(readJournal(statements), ({ pairId }) => pairId);
    for (const { old } of oldRows(db, before, unfolded)) messages += old;
    return { messages, freeBytes: freeBytes(db), logEmptied: true };
  }
  db.exec("PRAGMA secure_delete = ON");
  transaction(db, () => foldJournal(statements));
  const deleting = new Deleting(db);
  let slice: OldRow[] = [];
  let bytes = 0;
  for (const row of oldRows(db, before)) {
    slice.push(row);
    bytes += row.batch.body.length;
    if (slice.length < MAX_ROWS && bytes < MAX_BYTES) continue;
    messages += deleting.delete(slice);
    [slice, bytes] = [[], 0];
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  messages += deleting.delete(slice);
  return { messages, logEmptied: overwriteLog(db), freeBytes: freeBytes(db) };
}

/** The rows of which some is to go, pair by pair, from the oldest on; then, as rows, `unfolded`. */
function* oldRows(
  db: DatabaseSync,
  before: number,
  unfolded: ReadonlyMap<number, readonly Run[]> = new Map(),
): Generator<OldRow, void> {
  const nextPair = db.prepare("SELECT id, a, b FROM pairs WHERE id > ? ORDER BY id LIMIT 1");
  for (let id = 0;;) {
    const pair = nextPair.get(id) as { id: number } & Pair | undefined;
    if (pair === undefined) return;
    id = pair.id;
    for (const batch of allRows(db, id, unfolded.get(id) ?? [])) {
      const old = countOld(pair, batch, before);
      if (old > 0 || isEmpty(batch)) yield { pairId: id, batch, old };
      if (old < count(batch)) break;
    }
  }
}

/** The rows of a pair, then what of `unfolded` lies beyond. */
function* allRows(
  db: DatabaseSync,
  pairId: number,
  unfolded: readonly Run[],
): Generator<Batch, void> {
  const nextRows = db.prepare(`
    SELECT id & ${MAX_POSITION} AS last, first, session AS sessionId, at, body
    FROM batches WHERE id BETWEEN ? << 32 | ? AND ? << 32 | ${MAX_POSITION}
    ORDER BY id LIMIT ${LOOK}`);
  let next = 1;
  let rows: Batch[];
  do {
    rows = nextRows.all(pairId, next, pairId) as unknown as Batch[];
    yield* rows;
    next = (rows.at(-1)?.last ?? next - 1) + 1;
  } while (rows.length === LOOK);
  for (const { batch } of unfolded) if (batch.first >= next) yield batch;
}

/** How many messages of `batch` are from before a moment, up to the first that is not. */
function countOld(pair: Pair, batch: Batch, before: number): number {
  let old = 0;
  for (const { at } of unpackBatch(pair, batch, batch.first, batch.last)) {
    if (at >= before) break;
    old++;
  }
  return old;
}

function count({ first, last }: Batch): number {
  return last - first + 1;
}

function isEmpty(batch: Batch): boolean {
  return count(batch) === 0;
}

/** The statements by which rows go, or the messages at their beginning. */
class Deleting {
  readonly #db: DatabaseSync;
  readonly #delete: StatementSync;
  readonly #empty: StatementSync;
  readonly #shorten: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#delete = db.prepare(`
      DELETE FROM batches WHERE id = ? << 32 | ? AND EXISTS (
        SELECT 1 FROM batches WHERE id > ? << 32 | ? AND id <= ? << 32 | ${MAX_POSITION})`);
    this.#empty = db.prepare(`
      UPDATE batches SET first = (id & ${MAX_POSITION}) + 1, session = 0, at = 0, body = x''
      WHERE id = ? << 32 | ? AND first <= id & ${MAX_POSITION}`);
    this.#shorten = db.prepare(`
      UPDATE batches SET first = ?, body = ? WHERE id = ? << 32 | ? AND first = ?`);
  }

  /** Deletes what is old of `rows` in one transaction, and returns how many messages went. */
  delete(rows: readonly OldRow[]): number {
    return transaction(
      this.#db,
      () => rows.reduce((sum, row) => this.#deleteOld(row) ? sum + row.old : sum, 0),
    );
  }

  /** False when another has pruned it meanwhile. */
  #deleteOld({ pairId, batch, old }: OldRow): boolean {
    const { first, last } = batch;
    if (old < count(batch)) {
      const { first: next, body } = batchFrom(batch, first + old);
      return Number(this.#shorten.run(next, body, pairId, last, first).changes) > 0;
    }
    const { changes } = this.#delete.run(pairId, last, pairId, last, pairId);
    return Number(changes) > 0 || Number(this.#empty.run(pairId, last).changes) > 0;
  }
}

/** Overwrites, in the log, what was deleted; false when somebody is reading and it has to wait. */
function overwriteLog(db: DatabaseSync): boolean {
  // What the first one moves keeps nobody waiting; so there is little left for the second.
  db.exec(`PRAGMA wal_checkpoint(PASSIVE); PRAGMA busy_timeout = ${LOG_TIMEOUT}`);
  return emptyLog(db);
}

/**
 * Deletes messages that are older than an age, while a server may go on storing others.
 *
 * A pair loses its messages from the oldest on, as far as they are old, so that no gap is left
 * between two: what stays are always the newest. Should a clock have gone back, a message that
 * looks old but lies behind a newer one stays until that one goes. It is rows that go: what one
 * row holds was said in one turn of the server and is of one age, as exactly as anybody can want.
 *
 * Positions are never given out twice. The server goes on from a pair's last row, so when that
 * goes, it stays as a row without messages, time, session or text (schema.ts).
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { MAX_POSITION, MESSAGES_VIEW } from "./schema.ts";
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
const LOOK = 256;

interface OldRow {
  readonly pairId: number;
  readonly last: number;
  readonly first: number;
  readonly at: number;
  readonly bytes: number;
}

/**
 * Deletes old messages from the history that is open as `db`, overwriting them. Resolves when it is
 * done. May throw SQLite's errors; what was deleted until then is gone.
 */
export async function prune(
  db: DatabaseSync,
  { before, dryRun = false }: PruneOptions,
): Promise<Pruned> {
  let messages = 0;
  if (dryRun) {
    for (const { first, last } of oldRows(db, before)) messages += last - first + 1;
    return { messages, freeBytes: freeBytes(db), logEmptied: true };
  }
  db.exec("PRAGMA secure_delete = ON");
  replaceOldView(db);
  const deleting = new Deleting(db);
  let slice: OldRow[] = [];
  let bytes = 0;
  for (const row of oldRows(db, before)) {
    slice.push(row);
    bytes += row.bytes;
    if (slice.length < MAX_ROWS && bytes < MAX_BYTES) continue;
    messages += deleting.delete(slice);
    [slice, bytes] = [[], 0];
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  messages += deleting.delete(slice);
  return { messages, logEmptied: emptyLog(db), freeBytes: freeBytes(db) };
}

/** The rows that are to go, pair by pair, from the oldest on. */
function* oldRows(db: DatabaseSync, before: number): Generator<OldRow, void> {
  const nextPair = db.prepare("SELECT id FROM pairs WHERE id > ? ORDER BY id LIMIT 1");
  const nextRows = db.prepare(`
    SELECT id >> 32 AS pairId, id & ${MAX_POSITION} AS last, first, at, length(body) AS bytes
    FROM batches WHERE id BETWEEN ? << 32 | ? AND ? << 32 | ${MAX_POSITION}
    ORDER BY id LIMIT ${LOOK}`);
  for (let pair = 0;;) {
    const found = nextPair.get(pair) as { id: number } | undefined;
    if (found === undefined) return;
    pair = found.id;
    let rows: OldRow[];
    let next = 1;
    do {
      rows = nextRows.all(pair, next, pair) as unknown as OldRow[];
      for (const row of rows) {
        if (row.at >= before) {
          rows = [];
          break;
        }
        yield row;
        next = row.last + 1;
      }
    } while (rows.length === LOOK);
  }
}

/** The statements by which rows go. */
class Deleting {
  readonly #db: DatabaseSync;
  readonly #delete: StatementSync;
  readonly #empty: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#delete = db.prepare(`
      DELETE FROM batches WHERE id = ? << 32 | ? AND EXISTS (
        SELECT 1 FROM batches WHERE id > ? << 32 | ? AND id <= ? << 32 | ${MAX_POSITION})`);
    this.#empty = db.prepare(`
      UPDATE batches SET first = (id & ${MAX_POSITION}) + 1, session = 0, at = 0, body = x''
      WHERE id = ? << 32 | ? AND first <= id & ${MAX_POSITION}`);
  }

  /** Deletes `rows` in one transaction, and returns how many messages went with them. */
  delete(rows: readonly OldRow[]): number {
    let messages = 0;
    transaction(this.#db, () => {
      for (const { pairId, last, first } of rows) {
        const { changes } = this.#delete.run(pairId, last, pairId, last, pairId);
        const gone = Number(changes) > 0 || Number(this.#empty.run(pairId, last).changes) > 0;
        if (gone) messages += last - first + 1;
      }
    });
    return messages;
  }
}

/** The view of files from before there was pruning stumbles over a row without messages. */
function replaceOldView(db: DatabaseSync): void {
  const { sql } = db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'messages'").get() as {
    sql: string;
  };
  if (sql === MESSAGES_VIEW) return;
  transaction(db, () => db.exec(`DROP VIEW messages; ${MESSAGES_VIEW}`));
}

/** Overwrites, in the log, what was deleted; false when somebody is reading and it has to wait. */
function emptyLog(db: DatabaseSync): boolean {
  // What the first one moves keeps nobody waiting; so there is little left for the second.
  db.exec(`PRAGMA wal_checkpoint(PASSIVE); PRAGMA busy_timeout = ${LOG_TIMEOUT}`);
  const { busy } = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
  return busy === 0;
}

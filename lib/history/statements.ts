/**
 * The statements by which the server reads and writes the tables of schema.ts, each under a name.
 *
 * Everything that knows how a row's id is made stands here and in schema.ts.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { SessionId } from "../codec/mod.ts";
import type { Batch } from "./batch.ts";
import type { Pair } from "./pair.ts";
import { MAX_POSITION } from "./schema.ts";

// Parameters stand in the order of the question marks: Deno 2.5 cannot bind numbered ones.
const FIND_PAIR = "SELECT id FROM pairs WHERE a = ? AND b = ?";
const ADD_PAIR = "INSERT INTO pairs (a, b) VALUES (?, ?) RETURNING id";
const FIND_LAST = `
  SELECT coalesce(max(id) & ${MAX_POSITION}, 0) AS last FROM batches
  WHERE id BETWEEN ? << 32 AND ? << 32 | ${MAX_POSITION}`;
const FIND_BATCH = `
  SELECT id & ${MAX_POSITION} AS last, first, session AS sessionId, at, body FROM batches
  WHERE id BETWEEN ? << 32 | ? AND ? << 32 | ${MAX_POSITION} ORDER BY id LIMIT 1`;
const ADD_BATCH = `
  INSERT INTO batches (id, first, session, at, body) VALUES (? << 32 | ?, ?, ?, ?, ?)`;
const FIND_JOURNAL_ROW = "SELECT id, body FROM journal WHERE id >= ? ORDER BY id LIMIT 1";
const ADD_JOURNAL_ROW = "INSERT INTO journal (id, body) VALUES (?, ?)";
const DELETE_JOURNAL = "DELETE FROM journal WHERE id < ?";
const TAKE_BACK_BATCH = "DELETE FROM batches WHERE id = ? << 32 | ?";
const NEXT_SESSION_ID = "SELECT next FROM counters WHERE name = 'session_id'";
const SKIP_SESSION_IDS = "UPDATE counters SET next = next + ? WHERE name = 'session_id'";

/** What can be asked of the tables. Every method may throw SQLite's errors. */
export class Statements {
  readonly #findPair: StatementSync;
  readonly #addPair: StatementSync;
  readonly #findLast: StatementSync;
  readonly #findBatch: StatementSync;
  readonly #addBatch: StatementSync;
  readonly #findJournalRow: StatementSync;
  readonly #addJournalRow: StatementSync;
  readonly #deleteJournal: StatementSync;
  readonly #takeBackBatch: StatementSync;
  readonly #nextSessionId: StatementSync;
  readonly #skipSessionIds: StatementSync;

  constructor(db: DatabaseSync) {
    this.#findPair = db.prepare(FIND_PAIR);
    this.#addPair = db.prepare(ADD_PAIR);
    this.#findLast = db.prepare(FIND_LAST);
    this.#findBatch = db.prepare(FIND_BATCH);
    this.#addBatch = db.prepare(ADD_BATCH);
    this.#findJournalRow = db.prepare(FIND_JOURNAL_ROW);
    this.#addJournalRow = db.prepare(ADD_JOURNAL_ROW);
    this.#deleteJournal = db.prepare(DELETE_JOURNAL);
    this.#takeBackBatch = db.prepare(TAKE_BACK_BATCH);
    this.#nextSessionId = db.prepare(NEXT_SESSION_ID);
    this.#skipSessionIds = db.prepare(SKIP_SESSION_IDS);
  }

  /** The number of `pair`; undefined when it has none. */
  findPair(pair: Pair): number | undefined {
    const row = this.#findPair.get(pair.a, pair.b) as { id: number } | undefined;
    return row?.id;
  }

  /** Gives `pair` a number. */
  addPair(pair: Pair): number {
    return (this.#addPair.get(pair.a, pair.b) as { id: number }).id;
  }

  /** Position of the newest message in a pair's rows, also a pruned one; 0 when there is none. */
  findLast(pairId: number): number {
    return (this.#findLast.get(pairId, pairId) as { last: number }).last;
  }

  /** A pair's row that holds `position`, or else the next one. */
  findBatch(pairId: number, position: number): Batch | undefined {
    return this.#findBatch.get(pairId, position, pairId) as Batch | undefined;
  }

  /** Stores a row of a pair. */
  addBatch(pairId: number, { first, last, sessionId, at, body }: Batch): void {
    this.#addBatch.run(pairId, last, first, sessionId, at, body);
  }

  /** The first row of the journal from `id` on. */
  findJournalRow(id: number): { id: number; body: Uint8Array } | undefined {
    return this.#findJournalRow.get(id) as { id: number; body: Uint8Array } | undefined;
  }

  /** Stores a row of the journal. */
  addJournalRow(id: number, body: Uint8Array): void {
    this.#addJournalRow.run(id, body);
  }

  /** Deletes the rows of the journal before `id`. */
  deleteJournal(id: number): void {
    this.#deleteJournal.run(id);
  }

  /** Deletes a pair's row whose last position is `last`, if there is one. */
  takeBackBatch(pairId: number, last: number): void {
    this.#takeBackBatch.run(pairId, last);
  }

  /** Moves on by `count` session-IDs and returns the first of them. */
  takeSessionIds(count: number): SessionId {
    const { next } = this.#nextSessionId.get() as { next: SessionId };
    this.#skipSessionIds.run(count);
    return next;
  }
}

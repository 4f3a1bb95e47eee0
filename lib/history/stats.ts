/**
 * How much a history's file holds, told by its rows and its journal's runs: no message is read.
 *
 * Both have the positions of their first and last message, and the time of about the first.
 */

import type { DatabaseSync } from "node:sqlite";
import { MAX_POSITION } from "./schema.ts";

/** What there is of one pair. */
export interface PairStats {
  /** The two clients, the lesser ID first. */
  readonly pair: readonly [string, string];
  readonly messages: number;
}

/** What there is in a file. */
export interface HistoryStats {
  readonly messages: number;
  /** Pairs of clients who have messages. */
  readonly pairs: number;
  /** When the first and the last row or run began, in milliseconds since 1970-01-01 UTC. */
  readonly oldest?: number;
  readonly newest?: number;
  /** What the file and its write-ahead log take on the disk. */
  readonly bytes: number;
  /** How many bytes of the file are free for new messages. */
  readonly freeBytes: number;
  /** The pairs with the most messages, at most {@linkcode MAX_BIGGEST}. */
  readonly biggest: readonly PairStats[];
}

/** How many pairs are named. */
export const MAX_BIGGEST = 10;

// One range of rows after the other, in their order, so that none needs to be sorted or kept.
const FOLDED = `
  SELECT pairs.id AS pair, sum((batches.id & ${MAX_POSITION}) - first + 1) AS messages,
    min(at) AS oldest, max(at) AS newest
  FROM pairs CROSS JOIN batches
    ON batches.id BETWEEN pairs.id << 32 AND pairs.id << 32 | ${MAX_POSITION}
  WHERE first <= batches.id & ${MAX_POSITION}
  GROUP BY pairs.id`;
const UNFOLDED = `
  SELECT id >> 32, sum((id & ${MAX_POSITION}) - first + 1), min(at), max(at) FROM unfolded
  GROUP BY id >> 32`;
const PER_PAIR = `
  SELECT a, b, sum(messages) AS messages, min(oldest) AS oldest, max(newest) AS newest
  FROM (${FOLDED} UNION ALL ${UNFOLDED}) JOIN pairs ON pairs.id = pair GROUP BY pair`;
const STATS = `
  WITH per_pair AS MATERIALIZED (${PER_PAIR})
  SELECT * FROM (SELECT a, b, messages, NULL AS pairs, NULL AS oldest, NULL AS newest
    FROM per_pair ORDER BY messages DESC, a, b LIMIT ${MAX_BIGGEST})
  UNION ALL
  SELECT NULL, NULL, coalesce(sum(messages), 0), count(*), min(oldest), max(newest) FROM per_pair`;

interface Row {
  readonly a: string | null;
  readonly b: string | null;
  readonly messages: number;
  readonly pairs: number | null;
  readonly oldest: number | null;
  readonly newest: number | null;
}

/** What the file at `path` holds, which is open as `db`. May throw SQLite's errors. */
export function readStats(db: DatabaseSync, path: string): HistoryStats {
  const rows = db.prepare(STATS).all() as unknown as Row[];
  const { messages, pairs, oldest, newest } = rows.pop()!;
  return {
    messages,
    pairs: pairs!,
    ...(oldest === null || newest === null ? {} : { oldest, newest }),
    bytes: sizeOf(path) + sizeOf(`${path}-wal`),
    freeBytes: freeBytes(db),
    biggest: rows.map(({ a, b, messages }) => ({ pair: [a!, b!], messages })),
  };
}

/** How many bytes of the file hold nothing. May throw SQLite's errors. */
export function freeBytes(db: DatabaseSync): number {
  const { bytes } = db.prepare(
    `SELECT freelist_count * page_size AS bytes FROM pragma_freelist_count, pragma_page_size`,
  ).get() as { bytes: number };
  return bytes;
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return 0;
    throw cause;
  }
}

/**
 * The tables of the history's file, and whether a file has them.
 *
 * A row of `journal` holds what one commit stored, or a piece of it, of all pairs (journal.ts). In
 * time it is folded (fold.ts): a row of `batches` holds consecutive messages of one pair (batch.ts).
 * Its id is the pair's id in the high 32 bits and the last message's position in the low 32, so the
 * rows of a pair lie side by side in their order. What the journal holds of a pair up to its last
 * row is folded, what lies beyond is not. When all messages of a pair are pruned, its last row
 * stays without any: `first` is then one more than the last position, so that no position is given
 * out twice. The view `messages` shows every message to whoever opens the file with sqlite3; the
 * server itself uses no view.
 */

import type { DatabaseSync } from "node:sqlite";
import { HistoryError } from "./history.ts";

/** "PRLY", in the file's header (SQLite file format, section 1.3.16). */
const APPLICATION_ID = 0x50524c59;
/** Version of the tables, in the file's header. */
const SCHEMA_VERSION = 2;
/** Positions of a pair end here: they are the low 32 bits of a row's id. */
export const MAX_POSITION = 2 ** 32 - 1;

/**
 * The view `unfolded`: what the journal holds beyond the rows of `batches`, as such rows. A message
 * that is in both counts once.
 */
const UNFOLDED_VIEW = `CREATE VIEW unfolded AS
WITH RECURSIVE
  run (row, start, length) AS (
    SELECT id, 6, CAST(substr(body, 1, 5) AS INTEGER) FROM journal
    UNION ALL
    SELECT row, start + length + 5, CAST(substr(body, start + length, 5) AS INTEGER)
    FROM run JOIN journal ON id = row WHERE length > 0 AND start + length < length(body)
  ),
  split (bytes, header) AS MATERIALIZED (
    SELECT substr(body, start, length),
      CAST(substr(body, start, instr(substr(body, start, length), x'5d')) AS TEXT)
    FROM run JOIN journal ON id = row
  ),
  batch (id, first, session, at, body) AS (
    SELECT json_extract(header, '$[0]') << 32 | json_extract(header, '$[2]'),
      json_extract(header, '$[1]'), json_extract(header, '$[3]'), json_extract(header, '$[4]'),
      substr(bytes, length(header) + 1)
    FROM split
  )
SELECT id, first, session, at, body FROM batch WHERE NOT EXISTS (
  SELECT 1 FROM batches WHERE batches.id BETWEEN batch.id AND batch.id | ${MAX_POSITION})`;

/**
 * The view `messages`: every message. A row of `batches` without messages has no part; runs of the
 * journal are small and carried along.
 */
const MESSAGES_VIEW = `CREATE VIEW messages AS
WITH RECURSIVE
  part (id, position, start, length) AS (
    SELECT id, first, 5, CAST(substr(body, 1, 4) AS INTEGER) FROM batches
    WHERE first <= id & ${MAX_POSITION}
    UNION ALL
    SELECT id, position + 1, start + length + 4, CAST(substr(body, start + length, 4) AS INTEGER)
    FROM part JOIN batches USING (id) WHERE position < id & ${MAX_POSITION}
  ),
  rest (id, position, session, at, length, bytes) AS (
    SELECT id, first, session, at, CAST(substr(body, 1, 4) AS INTEGER), substr(body, 5)
    FROM unfolded
    UNION ALL
    SELECT id, position + 1, session, at, CAST(substr(bytes, length + 1, 4) AS INTEGER),
      substr(bytes, length + 5)
    FROM rest WHERE position < id & ${MAX_POSITION}
  ),
  split (id, position, session, at, bytes, header) AS (
    SELECT id, position, session, at, substr(body, start, length),
      CAST(substr(body, start, instr(substr(body, start, length), x'5d')) AS TEXT)
    FROM part JOIN batches USING (id)
    UNION ALL
    SELECT id, position, session, at, substr(bytes, 1, length),
      CAST(substr(bytes, 1, instr(bytes, x'5d')) AS TEXT)
    FROM rest
  ),
  message (id, position, session, at, number, side, text) AS (
    SELECT id, position, session, at + json_extract(header, '$[2]'),
      json_extract(header, '$[1]'), json_extract(header, '$[0]'),
      CAST(substr(bytes, length(header) + 1) AS TEXT)
    FROM split
  )
SELECT session AS session_id, position, number, at,
  strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS time,
  iif(side = 0, a, b) AS sender, iif(side = 0, b, a) AS recipient, text
FROM message JOIN pairs ON pairs.id = message.id >> 32`;

const JOURNAL = `
CREATE TABLE journal (
  id INTEGER PRIMARY KEY,
  body BLOB NOT NULL       -- for each pair: length (5 digits) [pair,first,last,session,at] parts
);

${UNFOLDED_VIEW};

${MESSAGES_VIEW};

PRAGMA user_version = ${SCHEMA_VERSION};
`;

const CREATE = `
CREATE TABLE pairs (
  id INTEGER PRIMARY KEY,
  a TEXT NOT NULL,
  b TEXT NOT NULL,
  UNIQUE (a, b)
);

CREATE TABLE batches (
  id INTEGER PRIMARY KEY,  -- pair << 32 | position of the last message
  first INTEGER NOT NULL,  -- position of the first message
  session INTEGER NOT NULL,
  at INTEGER NOT NULL,     -- about when the first was accepted, in ms since 1970 UTC
  body BLOB NOT NULL       -- parts; each: length (4 digits) [side,number,delay] text
);

CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  next INTEGER NOT NULL
);

INSERT INTO counters VALUES ('session_id', 1);

PRAGMA application_id = ${APPLICATION_ID};

${JOURNAL}
`;

/** Version 1 had no journal. */
const UPGRADE = `DROP VIEW messages; ${JOURNAL}`;

/**
 * Gives an empty file its tables, brings one of an older version up to date, and refuses one that
 * is not a history. To be done in a transaction.
 *
 * @throws {HistoryError}
 */
export function prepareSchema(db: DatabaseSync, path: string): void {
  const tables = numberOf(db, "SELECT count(*) AS n FROM sqlite_schema");
  if (tables === 0 && applicationOf(db) === 0 && versionOf(db) === 0) db.exec(CREATE);
  else if (applicationOf(db) === APPLICATION_ID && versionOf(db) === 1) db.exec(UPGRADE);
  else checkSchema(db, path);
}

/**
 * Refuses a file that is not a history of this version.
 *
 * @throws {HistoryError}
 */
export function checkSchema(db: DatabaseSync, path: string): void {
  const application = applicationOf(db);
  const version = versionOf(db);
  if (application !== APPLICATION_ID) {
    throw new HistoryError(
      `${path} is a database of another program. Name another file for the history.`,
    );
  }
  if (version === 1) {
    throw new HistoryError(
      `${path} is a history of version 1. Start this server on it once: that brings it up to date.`,
    );
  }
  if (version !== SCHEMA_VERSION) {
    throw new HistoryError(
      `${path} is a history of version ${version}, and this server knows version ` +
        `${SCHEMA_VERSION}. Use the server that wrote it, or name another file.`,
    );
  }
}

function applicationOf(db: DatabaseSync): number {
  return numberOf(db, "SELECT application_id AS n FROM pragma_application_id");
}

function versionOf(db: DatabaseSync): number {
  return numberOf(db, "SELECT user_version AS n FROM pragma_user_version");
}

function numberOf(db: DatabaseSync, query: string): number {
  return Number(db.prepare(query).get()?.n);
}

/**
 * The tables of the history's file, and whether a file has them.
 *
 * A row of `batches` holds consecutive messages of one pair (batch.ts). Its id is the pair's id in
 * the high 32 bits and the last message's position in the low 32, so the rows of a pair lie side
 * by side in their order. When all messages of a pair are pruned, its last row stays without any:
 * `first` is then one more than the last position, so that no position is given out twice. The
 * view `messages` shows every message to whoever opens the file with sqlite3; the server itself
 * never uses it.
 */

import type { DatabaseSync } from "node:sqlite";
import { HistoryError } from "./history.ts";

/** "PRLY", in the file's header (SQLite file format, section 1.3.16). */
const APPLICATION_ID = 0x50524c59;
/** Version of the tables, in the file's header. */
const SCHEMA_VERSION = 1;
/** Positions of a pair end here: they are the low 32 bits of a row's id. */
export const MAX_POSITION = 2 ** 32 - 1;

/** The view `messages`, as SQLite's schema table keeps it. A row without messages has no part. */
export const MESSAGES_VIEW = `CREATE VIEW messages AS
WITH RECURSIVE
  part (id, position, start, length) AS (
    SELECT id, first, 5, CAST(substr(body, 1, 4) AS INTEGER) FROM batches
    WHERE first <= id & ${MAX_POSITION}
    UNION ALL
    SELECT id, position + 1, start + length + 4, CAST(substr(body, start + length, 4) AS INTEGER)
    FROM part JOIN batches USING (id) WHERE position < id & ${MAX_POSITION}
  ),
  split (id, position, session, at, bytes, header) AS (
    SELECT id, position, session, at, substr(body, start, length),
      CAST(substr(body, start, instr(substr(body, start, length), x'5d')) AS TEXT)
    FROM part JOIN batches USING (id)
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
  at INTEGER NOT NULL,     -- when the first message was accepted, in ms since 1970 UTC
  body BLOB NOT NULL       -- for each message: length (4 digits) [side,number,delay] text
);

CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  next INTEGER NOT NULL
);

INSERT INTO counters VALUES ('session_id', 1);

${MESSAGES_VIEW};

PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * Gives an empty file its tables, and refuses one that is not a history of this version.
 *
 * @throws {HistoryError}
 */
export function prepareSchema(db: DatabaseSync, path: string): void {
  const tables = numberOf(db, "SELECT count(*) AS n FROM sqlite_schema");
  if (tables === 0 && applicationOf(db) === 0 && versionOf(db) === 0) db.exec(CREATE);
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

/**
 * The history's file, looked at from outside: with SQLite alone, through the view `messages`.
 *
 * It only reads, so a server that is killed leaves its log for the next server to recover. What
 * the rows should be is the oracle's business.
 */

import { DatabaseSync } from "node:sqlite";
import type { Row } from "./oracle.ts";

/** A row with whom it is for. */
export interface StoredRow extends Row {
  readonly recipient: string;
}

const SELECT = `
  SELECT session_id AS sessionId, position, number, sender, recipient, text FROM messages
  ORDER BY position`;

const NEW_ROWS = `
  PRAGMA temp_store = MEMORY;
  CREATE TEMP TABLE batches (id INTEGER PRIMARY KEY, first, session, at, body)`;

/** Where the log's index has the frames that checkpoints have copied, and those they meant to. */
const BACKFILLED = 96;
const ATTEMPTED = 128;

/** Reads one file, again and again. */
export class Stored {
  /** The newest row of `batches` seen of each pair. */
  readonly #seen = new Map<number, number>();
  /** The newest position seen of each pair, by its members: it may be in the journal yet. */
  readonly #last = new Map<string, number>();

  constructor(readonly path: string) {}

  /** Every message, and `PRAGMA integrity_check`, which says "ok". */
  all(): { rows: StoredRow[]; integrity: string } {
    using db = open(this.path);
    const integrity = db.prepare("PRAGMA integrity_check").all()
      .map((row) => String(row.integrity_check)).join("; ");
    return { rows: select(db), integrity };
  }

  /**
   * The messages since the last call: the same view, over the journal and the new rows of batches
   * only; the last one seen of each pair is among them, for it tells what of the journal is folded.
   */
  more(): StoredRow[] {
    using db = open(this.path);
    db.exec(NEW_ROWS);
    // One look at both tables, whatever the server moves from one to the other meanwhile.
    db.exec("BEGIN");
    const add = db.prepare(
      "INSERT INTO temp.batches SELECT * FROM main.batches WHERE id >= ? AND id < ? RETURNING id",
    );
    for (const { id } of db.prepare("SELECT id FROM pairs").all() as { id: number }[]) {
      const added = add.all(this.#seen.get(id) ?? id * 2 ** 32, (id + 1) * 2 ** 32);
      const last = added.at(-1)?.id;
      if (last !== undefined) this.#seen.set(id, Number(last));
    }
    const views = db.prepare("SELECT sql FROM main.sqlite_schema WHERE type = 'view'").all();
    for (const { sql } of views) db.exec(String(sql).replace("CREATE VIEW", "CREATE TEMP VIEW"));
    return select(db).filter(({ sender, recipient, position }) => {
      const members = [sender, recipient].sort().join(" ");
      if (position <= (this.#last.get(members) ?? 0)) return false;
      this.#last.set(members, position);
      return true;
    });
  }
}

/**
 * What a killed server was in the midst of doing to the file, as its log and the log's index tell
 * (https://sqlite.org/walformat.html).
 *
 * @param attempted {@linkcode attemptedFrames} when the server began to serve
 */
export function interrupted(
  path: string,
  attempted: number,
): { commit: boolean; checkpoint: boolean } {
  const index = readIndex(path);
  if (index === undefined) return { commit: false, checkpoint: false };
  const frames = index.getUint32(16, true);
  const next = readBytes(`${path}-wal`, 32 + frames * (index.getUint16(14, true) + 24), 24);
  // A frame of the log's present generation that its index does not list yet.
  const commit = next?.getBigUint64(8) === index.getBigUint64(32);
  const now = index.getUint32(ATTEMPTED, true);
  return { commit, checkpoint: now > index.getUint32(BACKFILLED, true) && now !== attempted };
}

/** Up to which frame of the log a checkpoint was begun; recovery sets it to all that there are. */
export function attemptedFrames(path: string): number {
  return readIndex(path)?.getUint32(ATTEMPTED, true) ?? 0;
}

function readIndex(path: string): DataView | undefined {
  return readBytes(`${path}-shm`, 0, ATTEMPTED + 4);
}

function open(path: string): DatabaseSync & Disposable {
  const db = new DatabaseSync(path, { readOnly: true });
  return Object.assign(db, { [Symbol.dispose]: () => db.close() });
}

function select(db: DatabaseSync): StoredRow[] {
  return db.prepare(SELECT).all() as unknown as StoredRow[];
}

function readBytes(path: string, offset: number, length: number): DataView | undefined {
  try {
    using file = Deno.openSync(path);
    file.seekSync(offset, Deno.SeekMode.Start);
    const bytes = new Uint8Array(length);
    return file.readSync(bytes) === length ? new DataView(bytes.buffer) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * SQLite's write-ahead log: when what it holds has reached the disk, and how it is emptied.
 *
 * SQLite would wait for the disk in each commit, and the event loop with it. So it is told not to
 * (`synchronous = NORMAL`), and the log is synced from here, on another thread. That is as good:
 *
 * - A sync is of a file, whoever wrote to it. It is fdatasync on Linux, F_FULLFSYNC on macOS, and
 *   FlushFileBuffers on Windows, which wants a handle that may write.
 * - The log stays one file for as long as the database is open: it is overwritten from its
 *   beginning or truncated, never replaced.
 * - Also in NORMAL, SQLite syncs the log before it copies from it into the database, that before
 *   the log begins anew, and its new header before anything follows: what is not in the log any
 *   more is on the disk already. The first sync of a log that it made includes the folder.
 * - SQLite locks the database and the -shm file, never the log. (Closing any handle of a file drops
 *   all locks that a process has on it.)
 */

import type { DatabaseSync } from "node:sqlite";

/** The log of an open database. */
export interface Log {
  /** Resolves when all that was committed before has reached the disk. */
  sync(): Promise<void>;
  /** Lets go of it. */
  close(): void;
}

/** The log of the database `file`, which has been written to. */
export function openLog(file: string): Log {
  const log = Deno.openSync(`${file}-wal`, { write: true });
  return { sync: () => log.syncData(), close: () => log.close() };
}

/**
 * Writes the log into the database and truncates it; false when somebody is reading what is older,
 * and some may be left. May throw SQLite's errors.
 */
export function emptyLog(db: DatabaseSync): boolean {
  const { busy } = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
  return busy === 0;
}

/**
 * Opens the history's file for one server, and closes it.
 *
 * A second server is kept out by a second, empty database beside the file, on which the first one
 * holds an open exclusive transaction. SQLite's own exclusive mode would keep sqlite3 from reading
 * and backing up the history of a running server; a lock of the operating system is gone when its
 * process is, however it ended. What a server that was killed left in the journal is folded. Knows
 * no messages.
 */

import { DatabaseSync } from "node:sqlite";
import { historyError } from "./failure.ts";
import { foldJournal } from "./fold.ts";
import { HistoryError } from "./history.ts";
import { emptyLog, type Log, openLog } from "./log.ts";
import { prepareSchema } from "./schema.ts";
import { Statements } from "./statements.ts";
import { transaction } from "./transaction.ts";

/** How safe a commit is once it resolves. */
export interface HistoryOptions {
  /**
   * "full", the default: from a kill of the server and from a loss of power. "normal": from a kill
   * only; after a loss of power the last commits may be missing, but the file is sound.
   */
  readonly durability?: "full" | "normal";
}

/** An open file. */
export interface HistoryFile {
  readonly path: string;
  readonly db: DatabaseSync;
  readonly statements: Statements;
  readonly lock: DatabaseSync;
  /** What tells when a commit is durable; undefined with the durability "normal". */
  readonly log: Log | undefined;
}

/** For how long a commit waits for another program that is writing, in milliseconds. */
const BUSY_TIMEOUT = 1000;
/** Page cache, in KiB. */
const CACHE_KIB = 32 * 1024;
/** The write-ahead log is cut back to this many bytes once it was emptied. */
const LOG_LIMIT = 64 * 1024 * 1024;

/**
 * Opens the file at `path`, and creates it for this user alone if there is none.
 *
 * @throws {HistoryError}
 */
export function openFile(path: string, options: HistoryOptions = {}): HistoryFile {
  try {
    createIfMissing(path);
    const file = Deno.realPathSync(path);
    if (Deno.statSync(file).isDirectory) {
      throw new HistoryError(`the history ${file} is a folder. Name a file, such as one inside.`);
    }
    const lock = acquireLock(file);
    try {
      return { path: file, lock, ...openDatabase(file, options) };
    } catch (cause) {
      lock.close();
      throw cause;
    }
  } catch (cause) {
    throw historyError("open the history", path, cause);
  }
}

/** Empties the write-ahead log into the file and lets go of both. */
export function closeFile({ db, lock, log }: HistoryFile): void {
  try {
    emptyLog(db);
  } finally {
    // Before the database, which takes the log's file away.
    log?.close();
    db.close();
    lock.close();
  }
}

function acquireLock(file: string): DatabaseSync {
  const path = `${file}-lock`;
  createIfMissing(path);
  const lock = new DatabaseSync(path);
  try {
    lock.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
    return lock;
  } catch (cause) {
    lock.close();
    if (!(cause instanceof Error && cause.message.includes("is locked"))) throw cause;
    throw new HistoryError(
      `the history ${file} is in use by another server. Stop that one, or name another file.`,
    );
  }
}

function openDatabase(
  file: string,
  { durability = "full" }: HistoryOptions,
): Pick<HistoryFile, "db" | "statements" | "log"> {
  const db = new DatabaseSync(file);
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}; BEGIN IMMEDIATE`);
    prepareSchema(db, file);
    // SQLite opens a file that it may not write to all the same; only a write tells.
    db.exec("UPDATE counters SET next = next; COMMIT");
    // Without fullfsync, macOS calls a write done that still lies in the disk's own cache. Without
    // secure_delete, what was pruned would still stand where the journal had it.
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA journal_size_limit = ${LOG_LIMIT};
      PRAGMA synchronous = NORMAL;
      PRAGMA fullfsync = ON;
      PRAGMA secure_delete = ON;
      PRAGMA cache_size = -${CACHE_KIB};
    `);
    const statements = new Statements(db);
    // What a crash left fills the log; it is emptied before and after, so that less space is needed.
    emptyLog(db);
    transaction(db, () => foldJournal(statements));
    emptyLog(db);
    return { db, statements, log: durability === "full" ? openLog(file) : undefined };
  } catch (cause) {
    db.close();
    throw cause;
  }
}

/** SQLite would create the file for whoever the umask lets in; what it adds later copies the mode. */
function createIfMissing(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AlreadyExists)) throw cause;
  }
}

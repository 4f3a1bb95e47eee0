/**
 * A history's file as an admin's commands meet it: there already, and perhaps in use by a server.
 *
 * The server's lock keeps only other servers out. A command has a connection of its own, makes no
 * file, and never waits inside a transaction, so that the server hardly notices it. What is asked
 * of the file is in reading.ts, stats.ts and prune.ts.
 */

import { DatabaseSync } from "node:sqlite";
import type { ClientId } from "../codec/mod.ts";
import { historyError } from "./failure.ts";
import { readJournal } from "./fold.ts";
import { HistoryError, type StoredMessage } from "./history.ts";
import { pairOf } from "./pair.ts";
import { prune, type Pruned, type PruneOptions } from "./prune.ts";
import { readMessages } from "./reading.ts";
import { checkSchema } from "./schema.ts";
import { Statements } from "./statements.ts";
import { type HistoryStats, readStats } from "./stats.ts";

/** For how long a command waits for another program that is writing, in milliseconds. */
const BUSY_TIMEOUT = 5_000;

/** An open file. Disposing of it lets go of it. */
export class Archive implements Disposable {
  /** The file, with no links in its path. */
  readonly path: string;
  readonly #db: DatabaseSync;

  private constructor(path: string, db: DatabaseSync) {
    this.path = path;
    this.#db = db;
  }

  /**
   * Opens the file at `path`, which must be a history.
   *
   * @param mode "write" to prune; the others only read
   * @throws {HistoryError}
   */
  static open(path: string, mode: "read" | "write" = "read"): Archive {
    try {
      const file = existing(path);
      const db = new DatabaseSync(file, { readOnly: mode === "read" });
      try {
        // Deno 2.5 tells why a file cannot be read only when it need not prepare a statement.
        db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}; SELECT count(*) FROM sqlite_schema`);
        checkSchema(db, file);
        return new Archive(file, db);
      } catch (cause) {
        db.close();
        throw cause;
      }
    } catch (cause) {
      throw historyError("open the history", path, cause);
    }
  }

  /**
   * The messages between `a` and `b` that are there when the first is asked for, oldest first.
   * Undefined when they have never exchanged one.
   *
   * @param count how many of the newest positions are meant; by default all
   * @throws {HistoryError} also while they are read
   */
  messages(a: ClientId, b: ClientId, count = Infinity): Iterable<StoredMessage> | undefined {
    return this.#attempt("read", () => {
      const statements = new Statements(this.#db);
      const pair = pairOf(a, b);
      const id = statements.findPair(pair);
      if (id === undefined) return undefined;
      // Before the rows, so that what is folded meanwhile is found in either.
      const unfolded = readJournal(statements).filter(({ pairId }) => pairId === id)
        .map(({ batch }) => batch).toArray();
      const last = Math.max(statements.findLast(id), unfolded.at(-1)?.last ?? 0);
      const first = Math.max(1, last - count + 1);
      return this.#guarded(readMessages(statements, { pair, id }, first, last, unfolded));
    });
  }

  /**
   * How much there is.
   *
   * @throws {HistoryError}
   */
  stats(): HistoryStats {
    return this.#attempt("read", () => readStats(this.#db, this.path));
  }

  /**
   * Deletes old messages: see {@linkcode prune}.
   *
   * @throws {HistoryError}
   */
  async prune(options: PruneOptions): Promise<Pruned> {
    try {
      return await prune(this.#db, options);
    } catch (cause) {
      throw historyError("prune the history", this.path, cause);
    }
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  *#guarded(messages: Iterable<StoredMessage>): Generator<StoredMessage, void> {
    try {
      yield* messages;
    } catch (cause) {
      throw historyError("read the history", this.path, cause);
    }
  }

  #attempt<T>(what: string, action: () => T): T {
    try {
      return action();
    } catch (cause) {
      throw historyError(`${what} the history`, this.path, cause);
    }
  }
}

/** SQLite would create a file that is missing. */
function existing(path: string): string {
  try {
    const file = Deno.realPathSync(path);
    if (!Deno.statSync(file).isDirectory) return file;
    throw new HistoryError(`${path} is a folder. Name the file of the history in it.`);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new HistoryError(
      `there is no history ${path}. Name the file that the server keeps, with --history FILE.`,
    );
  }
}

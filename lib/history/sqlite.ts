/**
 * The history in a file of SQLite: transactions, and where each pair stands.
 *
 * Calls run at once, in the order of asking, and a commit is one transaction: it returns when the
 * disk has it. How rows look inside is batch.ts's and schema.ts's business.
 */

import type { ClientId, SessionId } from "../codec/mod.ts";
import { packBatches } from "./batch.ts";
import { historyError } from "./failure.ts";
import { closeFile, type HistoryFile, type HistoryOptions, openFile } from "./file.ts";
import { type Entry, type History, HistoryError, type StoredMessage } from "./history.ts";
import { takePage } from "./page.ts";
import { type Group, groupByPair, type Pair, pairOf } from "./pair.ts";
import { readMessages } from "./reading.ts";
import { MAX_POSITION } from "./schema.ts";
import { type Tail, TailCache } from "./tail_cache.ts";
import { transaction } from "./transaction.ts";

/**
 * Opens the history in the file at `path`, and creates it if there is none.
 *
 * @throws {HistoryError}
 */
export function openHistory(path: string, options: HistoryOptions = {}): Promise<History> {
  return new Promise((resolve) => resolve(new SqliteHistory(openFile(path, options))));
}

/** The history in an open file, which is from then on its own. */
export class SqliteHistory implements History {
  readonly #file: HistoryFile;
  readonly #tails = new TailCache();
  #closed = false;

  constructor(file: HistoryFile) {
    this.#file = file;
  }

  commit(entries: readonly Entry[]): Promise<void> {
    return this.#attempt("store messages in the history", () => {
      const tails = transaction(
        this.#file.db,
        () => groupByPair(entries).map((group) => this.#append(group)),
      );
      for (const tail of tails) this.#tails.set(tail);
    });
  }

  lastPosition(a: ClientId, b: ClientId): Promise<number> {
    return this.#attempt("read the history", () => this.#tail(pairOf(a, b))?.last ?? 0);
  }

  read(
    a: ClientId,
    b: ClientId,
    first: number,
    last: number,
    maxBytes: number,
  ): Promise<StoredMessage[]> {
    return this.#attempt("read the history", () => {
      const tail = this.#tail(pairOf(a, b));
      if (tail === undefined) return [];
      const { statements } = this.#file;
      const end = Math.min(last, tail.last);
      return takePage(readMessages(statements, tail, Math.max(first, 1), end), maxBytes);
    });
  }

  reserveSessionIds(count: number): Promise<SessionId> {
    return this.#attempt(
      "reserve session-IDs in the history",
      () => transaction(this.#file.db, () => this.#file.statements.takeSessionIds(count)),
    );
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return this.#attempt("close the history", () => {
      this.#closed = true;
      closeFile(this.#file);
    });
  }

  #append({ pair, entries }: Group): Tail {
    const { path, statements } = this.#file;
    const { id, last } = this.#tail(pair) ?? { id: statements.addPair(pair), last: 0 };
    if (last + entries.length > MAX_POSITION) {
      throw new HistoryError(
        `the history ${path} holds as many messages of ${pair.a} and ${pair.b} as it can. ` +
          "Start a new file.",
      );
    }
    for (const batch of packBatches(pair, entries, last + 1)) statements.addBatch(id, batch);
    return { pair, id, last: last + entries.length };
  }

  /** The committed end of the history of `pair`; undefined when it never had one. */
  #tail(pair: Pair): Tail | undefined {
    const known = this.#tails.get(pair);
    if (known !== undefined) return known;
    const { statements } = this.#file;
    const id = statements.findPair(pair);
    if (id === undefined) return undefined;
    const tail = { pair, id, last: statements.findLast(id) };
    this.#tails.set(tail);
    return tail;
  }

  #attempt<T>(what: string, action: () => T): Promise<T> {
    return new Promise((resolve) => {
      const { path } = this.#file;
      if (this.#closed) throw new HistoryError(`the history ${path} was closed. Open it again.`);
      try {
        resolve(action());
      } catch (cause) {
        throw historyError(what, path, cause);
      }
    });
  }
}

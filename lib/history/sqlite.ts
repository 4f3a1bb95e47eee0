/**
 * The history in a file of SQLite: what becomes of a commit, from the journal to the rows.
 *
 * A commit appends to the journal, whatever pairs it is of; only what is large enough to be a row
 * of its pair becomes one at once. What the journal holds is in memory as well, and read from
 * there, until it is folded into the rows of the pairs: the oldest of it when much is waiting; what
 * is left when nobody speaks, some time later; and all of it at the end.
 * When a commit is durable is the business of log.ts and write_queue.ts, what is done when nobody
 * knows, of doubt.ts; where a pair stands, of ends.ts, and how rows look inside, of batch.ts,
 * journal.ts and schema.ts.
 */

import type { ClientId, SessionId } from "../codec/mod.ts";
import { Doubt, type DoubtfulRow } from "./doubt.ts";
import { Ends } from "./ends.ts";
import { historyError } from "./failure.ts";
import { closeFile, type HistoryFile, type HistoryOptions, openFile } from "./file.ts";
import { fold } from "./fold.ts";
import { type Entry, type History, HistoryError, type StoredMessage } from "./history.ts";
import { JournalWriter } from "./journal.ts";
import { takePage } from "./page.ts";
import { pairOf } from "./pair.ts";
import { readMessages } from "./reading.ts";
import { transaction } from "./transaction.ts";
import { Unfolded, type UnfoldedBatch } from "./unfolded.ts";
import { WriteQueue } from "./write_queue.ts";

/**
 * How much may wait to be folded, in bytes of memory. Whatever exceeds it is folded at once, and an
 * eighth of it too: one transaction for many commits, and short enough that nobody notices.
 */
const WINDOW = 4 * 1024 * 1024;
/**
 * So much of one pair at once goes into a row of the pair's without a stay in the journal, in bytes:
 * it is written once and not twice, which is a quarter of what a busy history costs.
 */
const LARGE = 4_096;
/** So many windows of what has become rows without it may be left in the journal. */
const LEFT = 4;
/** What was said so long ago is folded even if nobody speaks, at twice this age at the latest. */
const REST = 30_000;

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
  readonly #window: number;
  readonly #unfolded = new Unfolded();
  readonly #ends: Ends;
  readonly #doubt: Doubt;
  readonly #journal: JournalWriter;
  readonly #queue: WriteQueue;
  /** The journal's next row. Rows are never numbered twice, though others may delete some. */
  #nextRow = 1;
  /** What was folded in the last transaction, and counts once that is durable. */
  #large: ReadonlySet<UnfoldedBatch> = new Set();
  /** The rows of pairs that it was stored in; what somebody else had folded is in none of them. */
  #rows: DoubtfulRow[] = [];
  /** How many bytes are left in the journal of what was large. */
  #left = 0;
  /** At the next rest, what began before this row is folded. */
  #restedRow = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /** @param window how many bytes may wait to be folded */
  constructor(file: HistoryFile, window = WINDOW) {
    this.#file = file;
    this.#window = window;
    this.#ends = new Ends(file.path, file.statements, this.#unfolded);
    this.#doubt = new Doubt(file, this.#unfolded, this.#ends);
    this.#journal = new JournalWriter((body) =>
      file.statements.addJournalRow(this.#nextRow++, body)
    );
    this.#queue = new WriteQueue({
      write: (actions) => this.#write(actions),
      sync: file.log === undefined ? undefined : () => file.log!.sync(),
      keep: () => this.#keep(),
      lose: () => this.#lose(),
    });
  }

  commit(entries: readonly Entry[]): Promise<void> {
    return this.#attempt(
      "store messages in the history",
      () =>
        this.#queue.write(() => {
          for (const entry of entries) this.#ends.append(entry, this.#nextRow);
        }),
    );
  }

  lastPosition(a: ClientId, b: ClientId): Promise<number> {
    return this.#read(() => {
      const tail = this.#ends.tail(pairOf(a, b));
      return tail === undefined ? 0 : this.#ends.last(tail);
    });
  }

  read(
    a: ClientId,
    b: ClientId,
    first: number,
    last: number,
    maxBytes: number,
  ): Promise<StoredMessage[]> {
    return this.#read(() => {
      const tail = this.#ends.tail(pairOf(a, b));
      if (tail === undefined) return [];
      const unfolded = this.#unfolded.ofPair(tail.id);
      const [begin, end] = [Math.max(first, 1), Math.min(last, this.#ends.last(tail))];
      return takePage(readMessages(this.#file.statements, tail, begin, end, unfolded), maxBytes);
    });
  }

  reserveSessionIds(count: number): Promise<SessionId> {
    return this.#attempt(
      "reserve session-IDs in the history",
      () => this.#queue.write(() => this.#file.statements.takeSessionIds(count)),
    );
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const closing = this.#attempt("close the history", async () => {
      await this.#queue.settled();
      clearTimeout(this.#rest);
      try {
        if (this.#doubt.exists) this.#doubt.end(this.#nextRow);
        this.#fold(this.#unfolded.before(this.#nextRow));
      } finally {
        closeFile(this.#file);
      }
    });
    this.#closed = true;
    return closing;
  }

  /** Does `actions` in one transaction, and journals what they append. */
  #write(actions: readonly (() => void)[]): void {
    if (this.#doubt.exists) this.#doubt.end(this.#nextRow);
    if (this.#left > LEFT * this.#window) {
      this.#fold(this.#unfolded.before(this.#nextRow));
    } else if (this.#unfolded.bytes > this.#window) {
      this.#fold(this.#unfolded.beyond(this.#window * 7 / 8));
    }
    try {
      transaction(this.#file.db, () => {
        for (const action of actions) action();
        this.#large = this.#unfolded.large(LARGE);
        this.#rows = [];
        for (const { pairId, batch } of this.#large) {
          const stored = fold(this.#file.statements, pairId, batch);
          if (stored) this.#rows.push({ pairId, last: batch.last });
        }
        this.#journal.write(this.#unfolded.growth(this.#large));
      });
    } catch (cause) {
      this.#undo();
      throw cause;
    }
  }

  /** What was written is durable. */
  #keep(): void {
    for (const { batch } of this.#large) this.#left += batch.keptBytes;
    this.#unfolded.keep();
    this.#drop(this.#large);
    this.#large = new Set();
    this.#restLater();
  }

  #undo(): void {
    this.#unfolded.undo();
    // They may know pairs that the file does not.
    this.#ends.forget();
  }

  /** What was written may be on the disk or not. */
  #lose(): void {
    this.#undo();
    this.#doubt.begin(this.#rows, this.#nextRow);
  }

  /** Folds `batches`, which are the oldest. */
  #fold(batches: Iterable<UnfoldedBatch>): void {
    const { db, statements } = this.#file;
    const folded = [...batches];
    transaction(db, () => {
      // First, so that the rows can have its pages.
      statements.deleteJournal(this.#unfolded.rowAfter(folded.length) ?? this.#nextRow);
      for (const { pairId, batch } of folded) fold(statements, pairId, batch);
    });
    this.#drop(folded);
    if (this.#unfolded.oldest === undefined) this.#left = 0;
  }

  /** `folded` are in the rows of their pairs. */
  #drop(folded: Iterable<UnfoldedBatch>): void {
    this.#unfolded.drop(folded);
    this.#ends.folded(folded);
  }

  #restLater(): void {
    if (this.#rest !== undefined || this.#unfolded.oldest === undefined) return;
    this.#rest = setTimeout(() => void this.#queue.between(() => this.#foldOld()), REST);
    Deno.unrefTimer(Number(this.#rest));
  }

  #foldOld(): void {
    this.#rest = undefined;
    if (this.#closed || this.#doubt.exists) return;
    try {
      this.#fold(this.#unfolded.before(this.#restedRow));
    } catch {
      // It is as safe in the journal. If the disk has failed, the next commit will tell.
    }
    this.#restedRow = this.#nextRow;
    this.#restLater();
  }

  #read<T>(action: () => T): Promise<T> {
    return this.#attempt("read the history", () => this.#queue.between(action));
  }

  async #attempt<T>(what: string, action: () => Promise<T>): Promise<T> {
    const { path } = this.#file;
    if (this.#closed) throw new HistoryError(`the history ${path} was closed. Open it again.`);
    try {
      return await action();
    } catch (cause) {
      throw historyError(what, path, cause);
    }
  }
}

/**
 * The history in a file of SQLite: one transaction for each commit, and where each pair stands.
 *
 * A commit appends to the journal, whatever pairs it is of, and is durable when it returns. What
 * the journal holds is in memory as well, and read from there, until it is folded into the rows of
 * the pairs: the oldest of it in the transactions of later commits, as much as they add; what is
 * left when nobody speaks, some time later; and all of it at the end. How rows look inside is
 * batch.ts's, journal.ts's and schema.ts's business.
 */

import type { ClientId, SessionId } from "../codec/mod.ts";
import { historyError } from "./failure.ts";
import { closeFile, type HistoryFile, type HistoryOptions, openFile } from "./file.ts";
import { fold } from "./fold.ts";
import { type Entry, type History, HistoryError, type StoredMessage } from "./history.ts";
import { JournalWriter } from "./journal.ts";
import { takePage } from "./page.ts";
import { type Pair, pairOf } from "./pair.ts";
import { readMessages } from "./reading.ts";
import { MAX_POSITION } from "./schema.ts";
import { type Tail, TailCache } from "./tail_cache.ts";
import { transaction } from "./transaction.ts";
import { Unfolded, type UnfoldedBatch } from "./unfolded.ts";

/** How much may wait to be folded, in bytes of memory, before commits fold as much as they add. */
const WINDOW = 4 * 1024 * 1024;
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
  readonly #tails = new TailCache();
  readonly #unfolded = new Unfolded();
  readonly #journal: JournalWriter;
  /** The journal's next row. Rows are never numbered twice, though others may delete some. */
  #nextRow = 1;
  /** At the next rest, what began before this row is folded. */
  #restedRow = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /** @param window how many bytes may wait to be folded */
  constructor(file: HistoryFile, window = WINDOW) {
    this.#file = file;
    this.#window = window;
    this.#journal = new JournalWriter((body) =>
      file.statements.addJournalRow(this.#nextRow++, body)
    );
  }

  commit(entries: readonly Entry[]): Promise<void> {
    return this.#attempt("store messages in the history", () => {
      let folded: UnfoldedBatch[];
      try {
        folded = transaction(this.#file.db, () => {
          // First, so that what follows can have the pages.
          this.#file.statements.deleteJournal(this.#unfolded.oldest?.row ?? this.#nextRow);
          this.#append(entries);
          this.#journal.write(this.#unfolded.growth());
          return this.#fold(this.#unfolded.beyond(this.#window));
        });
      } catch (cause) {
        this.#unfolded.undo();
        // They may know pairs that the file does not.
        this.#tails.clear();
        throw cause;
      }
      this.#unfolded.keep();
      this.#drop(folded);
      this.#restLater();
    });
  }

  lastPosition(a: ClientId, b: ClientId): Promise<number> {
    return this.#attempt("read the history", () => {
      const tail = this.#tail(pairOf(a, b));
      return tail === undefined ? 0 : this.#last(tail);
    });
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
      const unfolded = this.#unfolded.ofPair(tail.id);
      const [begin, end] = [Math.max(first, 1), Math.min(last, this.#last(tail))];
      return takePage(readMessages(this.#file.statements, tail, begin, end, unfolded), maxBytes);
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
      clearTimeout(this.#rest);
      try {
        this.#foldBefore(this.#nextRow);
      } finally {
        closeFile(this.#file);
      }
    });
  }

  /** Appends the messages of `entries` to the batches of their pairs. */
  #append(entries: readonly Entry[]): void {
    for (const entry of entries) {
      for (let next = 0; next < entry.texts.length;) {
        const { pair, batch } = this.#batchFor(entry, next);
        const end = Math.min(entry.texts.length, next + MAX_POSITION - batch.last);
        next = batch.append(pair, entry, next, end);
      }
    }
  }

  /** The batch that takes the message `next` of `entry`. */
  #batchFor(entry: Entry, next: number): UnfoldedBatch {
    const { path, statements } = this.#file;
    const pair = pairOf(entry.from, entry.to);
    const tail = this.#tail(pair) ?? { pair, id: statements.addPair(pair), last: 0 };
    const newest = this.#unfolded.newest(tail.id);
    if (newest !== undefined && takes(newest, entry, next)) return this.#unfolded.grows(newest);
    const first = this.#last(tail) + 1;
    if (first > MAX_POSITION) {
      throw new HistoryError(
        `the history ${path} holds as many messages of ${pair.a} and ${pair.b} as it can. ` +
          "Start a new file.",
      );
    }
    const { sessionId, at } = entry;
    const begun = this.#unfolded.begin(pair, tail.id, this.#nextRow, { first, sessionId, at });
    return this.#unfolded.grows(begun);
  }

  /** Folds `batches`, and returns them: once that is durable, they are to be dropped. */
  #fold(batches: Iterable<UnfoldedBatch>): UnfoldedBatch[] {
    const folded = [...batches];
    for (const { pairId, batch } of folded) fold(this.#file.statements, pairId, batch);
    return folded;
  }

  #drop(folded: readonly UnfoldedBatch[]): void {
    this.#unfolded.drop(folded);
    for (const { pair, pairId, batch } of folded) {
      this.#tails.set({ pair, id: pairId, last: batch.last });
    }
  }

  /** Folds all that began before `row` of the journal, and deletes the rows before it. */
  #foldBefore(row: number): void {
    const folded = transaction(this.#file.db, () => {
      this.#file.statements.deleteJournal(row);
      return this.#fold(this.#unfolded.before(row));
    });
    this.#drop(folded);
  }

  #restLater(): void {
    if (this.#rest !== undefined) return;
    this.#rest = setTimeout(() => this.#foldOld(), REST);
    Deno.unrefTimer(Number(this.#rest));
  }

  #foldOld(): void {
    this.#rest = undefined;
    try {
      this.#foldBefore(this.#restedRow);
    } catch {
      // It is as safe in the journal. If the disk has failed, the next commit will tell.
    }
    this.#restedRow = this.#nextRow;
    if (this.#unfolded.oldest !== undefined) this.#restLater();
  }

  /** Where the rows of `pair` end; undefined when it never had a message. */
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

  /** Position of the newest message of a pair. */
  #last({ id, last }: Tail): number {
    return this.#unfolded.newest(id)?.batch.last ?? last;
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

function takes({ batch }: UnfoldedBatch, { sessionId, texts }: Entry, next: number): boolean {
  return batch.last < MAX_POSITION && batch.takes(sessionId, texts[next]!.length);
}

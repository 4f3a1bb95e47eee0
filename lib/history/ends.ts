/**
 * Where each pair's messages end, and what is appended there.
 *
 * A pair's end is that of its newest batch that is not folded, or else of its rows. What is appended
 * is in memory; how it gets into the journal, and whether it stays, is not known here.
 */

import { type Entry, HistoryError } from "./history.ts";
import { type Pair, pairOf } from "./pair.ts";
import { MAX_POSITION } from "./schema.ts";
import type { Statements } from "./statements.ts";
import { type Tail, TailCache } from "./tail_cache.ts";
import type { Unfolded, UnfoldedBatch } from "./unfolded.ts";

/** The ends of all pairs. Every method may throw SQLite's errors. */
export class Ends {
  readonly #path: string;
  readonly #statements: Statements;
  readonly #unfolded: Unfolded;
  readonly #tails = new TailCache();

  /** @param path the file that `statements` speak of, for what people are told */
  constructor(path: string, statements: Statements, unfolded: Unfolded) {
    this.#path = path;
    this.#statements = statements;
    this.#unfolded = unfolded;
  }

  /** Where the rows of `pair` end; undefined when it never had a message. */
  tail(pair: Pair): Tail | undefined {
    const known = this.#tails.get(pair);
    if (known !== undefined) return known;
    const id = this.#statements.findPair(pair);
    if (id === undefined) return undefined;
    const tail = { pair, id, last: this.#statements.findLast(id) };
    this.#tails.set(tail);
    return tail;
  }

  /** Position of the newest message of a pair. */
  last({ id, last }: Tail): number {
    return this.#unfolded.newest(id)?.batch.last ?? last;
  }

  /**
   * Appends the messages of `entry`; what begins with them begins at `row` of the journal.
   *
   * @throws {HistoryError} when the pair has no positions left
   */
  append(entry: Entry, row: number): void {
    for (let next = 0; next < entry.texts.length;) {
      const { pair, batch } = this.#batchFor(entry, next, row);
      const end = Math.min(entry.texts.length, next + MAX_POSITION - batch.last);
      next = batch.append(pair, entry, next, end);
    }
  }

  /** `batches` are rows now. */
  folded(batches: Iterable<UnfoldedBatch>): void {
    for (const { pair, pairId, batch } of batches) {
      this.#tails.set({ pair, id: pairId, last: batch.last });
    }
  }

  /** What is known of rows may not be so any more. */
  forget(): void {
    this.#tails.clear();
  }

  /** The batch that takes the message `next` of `entry`. */
  #batchFor(entry: Entry, next: number, row: number): UnfoldedBatch {
    const pair = pairOf(entry.from, entry.to);
    const tail = this.tail(pair) ?? { pair, id: this.#statements.addPair(pair), last: 0 };
    const newest = this.#unfolded.newest(tail.id);
    if (newest !== undefined && takes(newest, entry, next)) return this.#unfolded.grows(newest);
    const first = this.last(tail) + 1;
    if (first > MAX_POSITION) {
      throw new HistoryError(
        `the history ${this.#path} holds as many messages of ${pair.a} and ${pair.b} as it can. ` +
          "Start a new file.",
      );
    }
    const { sessionId, at } = entry;
    return this.#unfolded.grows(
      this.#unfolded.begin(pair, tail.id, row, { first, sessionId, at }),
    );
  }
}

function takes({ batch }: UnfoldedBatch, { sessionId, texts }: Entry, next: number): boolean {
  return batch.last < MAX_POSITION && batch.takes(sessionId, texts[next]!.length);
}

/**
 * Doubt: a sync has failed, and of what was written last nobody knows what has reached the disk.
 *
 * It was refused, so it is taken back: at once, or else before anything further is written. A later
 * sync that succeeds proves nothing of it, because a system may forget what it could not write; and
 * what follows it in the log would be lost with it. So everything goes into the file, and the log
 * begins anew. What was refused, and why, is not known here.
 */

import type { Ends } from "./ends.ts";
import type { HistoryFile } from "./file.ts";
import { fold } from "./fold.ts";
import { HistoryError } from "./history.ts";
import { emptyLog } from "./log.ts";
import { transaction } from "./transaction.ts";
import type { Unfolded } from "./unfolded.ts";

/** A row of a pair, by its last position. */
export interface DoubtfulRow {
  readonly pairId: number;
  readonly last: number;
}

/** Whether there is doubt, and how it is removed. */
export class Doubt {
  readonly #file: HistoryFile;
  readonly #unfolded: Unfolded;
  readonly #ends: Ends;
  /** What is still to be taken back. */
  #rows: readonly DoubtfulRow[] = [];
  #exists = false;

  constructor(file: HistoryFile, unfolded: Unfolded, ends: Ends) {
    this.#file = file;
    this.#unfolded = unfolded;
    this.#ends = ends;
  }

  /** While there is, nothing may be written. */
  get exists(): boolean {
    return this.#exists;
  }

  /**
   * A sync has failed. `rows` are those of pairs that were written before it, the journal's are
   * among those before `nextRow`, and what is in memory was kept before.
   */
  begin(rows: readonly DoubtfulRow[], nextRow: number): void {
    this.#rows = rows;
    this.#exists = true;
    try {
      this.#takeBack(nextRow);
    } catch {
      // The next write tries it again. Until then somebody may read what was refused.
    }
  }

  /**
   * Ends it.
   *
   * @throws {HistoryError} while another program keeps the log from beginning anew, or SQLite's errors
   */
  end(nextRow: number): void {
    const { path, db } = this.#file;
    this.#takeBack(nextRow);
    if (!emptyLog(db)) {
      throw new HistoryError(
        `the history ${path} has to be written anew after an error of its disk, and another ` +
          "program is reading it. Let that program finish.",
      );
    }
    this.#exists = false;
  }

  /**
   * What was kept is folded from memory: the journal may have been folded by somebody else into the
   * very rows that go. What else they have folded is in the file then, and counts.
   */
  #takeBack(nextRow: number): void {
    const { db, statements } = this.#file;
    transaction(db, () => {
      for (const { pairId, last } of this.#rows) statements.takeBackBatch(pairId, last);
      statements.deleteJournal(nextRow);
      for (const { pairId, batch } of this.#unfolded.before(nextRow)) {
        fold(statements, pairId, batch);
      }
    });
    // Once only: rows of the same ends may hold what counts from now on.
    this.#rows = [];
    this.#unfolded.clear();
    this.#ends.forget();
  }
}

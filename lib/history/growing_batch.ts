/**
 * A row that is not in its table yet, and grows by what a pair says.
 *
 * What was appended counts only once it is kept; until then it can be taken back. Where it is kept
 * is not known here.
 */

import { ByteWriter, type SessionId } from "../codec/mod.ts";
import { appendParts, type Batch, hasRoom } from "./batch.ts";
import type { Entry } from "./history.ts";
import type { Pair } from "./pair.ts";

/** What a row begins with. */
export type Beginning = Pick<Batch, "first" | "sessionId" | "at">;

/** Messages of one pair and one session, at consecutive positions. */
export class GrowingBatch implements Batch {
  readonly first: number;
  readonly sessionId: SessionId;
  readonly at: number;
  readonly #writer = new ByteWriter();
  #last: number;
  /** Where what was kept ends: its last position, and its bytes. */
  #keptLast: number;
  #keptBytes = 0;

  constructor({ first, sessionId, at }: Beginning) {
    this.first = first;
    this.sessionId = sessionId;
    this.at = at;
    this.#last = this.#keptLast = first - 1;
  }

  /** Position of the newest message; one less than `first` when there is none. */
  get last(): number {
    return this.#last;
  }

  /** All parts, as a view. */
  get body(): Uint8Array {
    return this.#writer.view();
  }

  /** How many bytes were kept. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** Whether `length` bytes more can follow, of session `sessionId`; in an empty one they can. */
  takes(sessionId: SessionId, length: number): boolean {
    return sessionId === this.sessionId && hasRoom(this.#writer.length, length);
  }

  /**
   * Appends the messages `begin` to `end` of `entry`, which is of `pair`: as many as can follow.
   * Returns which is the first that cannot.
   */
  append(pair: Pair, entry: Entry, begin = 0, end = entry.texts.length): number {
    const next = appendParts(this.#writer, pair, entry, this.at, begin, end);
    this.#last += next - begin;
    return next;
  }

  /** Appends `more` if it continues this batch and was written for its time; false if not. */
  absorb(more: Batch): boolean {
    const follows = more.first === this.#last + 1 && more.at === this.at;
    if (!follows || !this.takes(more.sessionId, more.body.length)) return false;
    this.#writer.bytes(more.body);
    this.#last = more.last;
    return true;
  }

  /** What is not kept yet. */
  get growth(): Batch {
    const { sessionId, at } = this;
    const body = this.#writer.view().subarray(this.#keptBytes);
    return { first: this.#keptLast + 1, last: this.#last, sessionId, at, body };
  }

  /** What was appended counts. */
  keep(): void {
    this.#keptLast = this.#last;
    this.#keptBytes = this.#writer.length;
  }

  /** What is not kept is gone. */
  undo(): void {
    this.#last = this.#keptLast;
    this.#writer.truncate(this.#keptBytes);
  }
}

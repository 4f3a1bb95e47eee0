/**
 * What the journal holds and the table of rows does not: in memory, to be read and to be folded.
 *
 * Batches stand in the order in which they began. A row of the journal holds nothing of batches
 * that began after it, so once all that began up to it are folded, it can go. What a commit adds
 * counts only once it is kept. Nothing here knows SQL.
 */

import type { Batch } from "./batch.ts";
import { type Beginning, GrowingBatch } from "./growing_batch.ts";
import type { Run } from "./journal.ts";
import type { Pair } from "./pair.ts";

/** What a batch takes in memory beside its body, in bytes, roughly. */
const OVERHEAD = 512;

/** A batch that is not folded yet. */
export interface UnfoldedBatch {
  readonly pair: Pair;
  readonly pairId: number;
  /** The oldest row of the journal that may hold some of it. */
  readonly row: number;
  readonly batch: GrowingBatch;
}

/** All batches that are not folded yet. */
export class Unfolded {
  readonly #all = new Set<UnfoldedBatch>();
  readonly #ofPair = new Map<number, UnfoldedBatch[]>();
  /** Those that grew since {@linkcode keep} or {@linkcode undo}. */
  readonly #grown = new Set<UnfoldedBatch>();
  #bytes = 0;

  /** How much memory they take, in bytes, roughly. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The one that began first. */
  get oldest(): UnfoldedBatch | undefined {
    for (const oldest of this.#all) return oldest;
    return undefined;
  }

  /**
   * The first row of the journal that is needed once the `count` oldest are folded; undefined when
   * none is.
   */
  rowAfter(count: number): number | undefined {
    for (const { row } of this.#all) if (count-- === 0) return row;
    return undefined;
  }

  /** The oldest, so many that the others take no more than `limit` bytes. */
  *beyond(limit: number): Generator<UnfoldedBatch, void> {
    let bytes = this.#bytes;
    for (const unfolded of this.#all) {
      if (bytes <= limit) return;
      yield unfolded;
      bytes -= OVERHEAD + unfolded.batch.keptBytes;
    }
  }

  /** The oldest, those that began before a row of the journal. */
  *before(row: number): Generator<UnfoldedBatch, void> {
    for (const unfolded of this.#all) {
      if (unfolded.row >= row) return;
      yield unfolded;
    }
  }

  /** The batches of a pair, in their order. */
  ofPair(pairId: number): Batch[] {
    return this.#ofPair.get(pairId)?.map(({ batch }) => batch) ?? [];
  }

  /** The newest batch of a pair. */
  newest(pairId: number): UnfoldedBatch | undefined {
    return this.#ofPair.get(pairId)?.at(-1);
  }

  /** Begins a batch behind all others of its pair. */
  begin(pair: Pair, pairId: number, row: number, beginning: Beginning): UnfoldedBatch {
    const begun = { pair, pairId, row, batch: new GrowingBatch(beginning) };
    this.#all.add(begun);
    this.#bytes += OVERHEAD;
    const others = this.#ofPair.get(pairId);
    if (others === undefined) this.#ofPair.set(pairId, [begun]);
    else others.push(begun);
    return begun;
  }

  /** `unfolded` is about to grow; returns it. */
  grows(unfolded: UnfoldedBatch): UnfoldedBatch {
    this.#grown.add(unfolded);
    return unfolded;
  }

  /**
   * Those that grew by at least `bytes` since they were last kept, each behind the older ones of its
   * pair.
   */
  large(bytes: number): Set<UnfoldedBatch> {
    const large = new Set<UnfoldedBatch>();
    for (const grown of this.#grown) {
      if (grown.batch.growth.body.length < bytes) continue;
      for (const older of this.#ofPair.get(grown.pairId)!) {
        large.add(older);
        if (older === grown) break;
      }
    }
    return large;
  }

  /** What grew since it was last kept, but for `others`. */
  *growth(others: ReadonlySet<UnfoldedBatch>): Generator<Run, void> {
    for (const grown of this.#grown) {
      if (!others.has(grown)) yield { pairId: grown.pairId, batch: grown.batch.growth };
    }
  }

  /** Everything is forgotten. */
  clear(): void {
    this.#all.clear();
    this.#ofPair.clear();
    this.#grown.clear();
    this.#bytes = 0;
  }

  /** What grew counts. */
  keep(): void {
    for (const { batch } of this.#grown) {
      this.#bytes -= batch.keptBytes;
      batch.keep();
      this.#bytes += batch.keptBytes;
    }
    this.#grown.clear();
  }

  /** What grew is gone. */
  undo(): void {
    for (const grown of this.#grown) {
      grown.batch.undo();
      if (grown.batch.last < grown.batch.first) this.#remove(grown);
    }
    this.#grown.clear();
  }

  /** `folded` are in the table: they are forgotten here. */
  drop(folded: Iterable<UnfoldedBatch>): void {
    for (const unfolded of folded) {
      this.#bytes -= unfolded.batch.keptBytes;
      this.#remove(unfolded);
    }
  }

  #remove(unfolded: UnfoldedBatch): void {
    this.#bytes -= OVERHEAD;
    this.#all.delete(unfolded);
    const left = this.#ofPair.get(unfolded.pairId)!.filter((other) => other !== unfolded);
    if (left.length === 0) this.#ofPair.delete(unfolded.pairId);
    else this.#ofPair.set(unfolded.pairId, left);
  }
}

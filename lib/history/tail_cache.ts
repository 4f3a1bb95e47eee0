/**
 * Where the rows of the busiest pairs end, in memory.
 *
 * Without it each batch would begin by looking its pair up twice. It holds what is committed and
 * folded, nothing else.
 */

import type { Pair } from "./pair.ts";

/** How many pairs are remembered; the one unused for longest gives way. */
const CAPACITY = 16_384;

/** The end of a pair's rows: `id` is the pair's own row, `last` the newest position folded. */
export interface Tail {
  readonly pair: Pair;
  readonly id: number;
  readonly last: number;
}

/** The tails of the pairs used last. */
export class TailCache {
  readonly #capacity: number;
  readonly #tails = new Map<string, Tail>();

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
  }

  get(pair: Pair): Tail | undefined {
    const tail = this.#tails.get(pair.key);
    if (tail !== undefined) this.set(tail);
    return tail;
  }

  set(tail: Tail): void {
    const { key } = tail.pair;
    this.#tails.delete(key);
    this.#tails.set(key, tail);
    if (this.#tails.size <= this.#capacity) return;
    for (const oldest of this.#tails.keys()) {
      this.#tails.delete(oldest);
      return;
    }
  }

  clear(): void {
    this.#tails.clear();
  }
}

/**
 * The states that were visited, each as 64 bits of a hash of its key, with the way to it.
 *
 * Memory is what bounds an exploration, so a state takes some 20 bytes here, whatever it is. Two
 * keys of one hash would hide a state: among ten million keys that has a chance of three in a
 * million.
 */

const FIRST_CAPACITY = 1 << 16;

/** A set of keys, in the order of their coming, each with the way to it. */
export class Visited {
  #size = 0;
  /** Places of keys by their hash, plus one. */
  #slots = new Uint32Array(FIRST_CAPACITY);
  #high = new Uint32Array(FIRST_CAPACITY / 2);
  #low = new Uint32Array(FIRST_CAPACITY / 2);
  #parents = new Uint32Array(FIRST_CAPACITY / 2);
  #moves = new Uint8Array(FIRST_CAPACITY / 2);

  get size(): number {
    return this.#size;
  }

  /**
   * Adds `key`, which the `move`th move from the key at place `parent` led to.
   *
   * @returns whether it is new
   */
  add(key: string, parent: number, move: number): boolean {
    const [high, low] = hash(key);
    const slot = this.#slot(high, low);
    if (this.#slots[slot] !== 0) return false;
    const place = this.#size++;
    this.#high[place] = high;
    this.#low[place] = low;
    this.#parents[place] = parent;
    this.#moves[place] = move;
    this.#slots[slot] = this.#size;
    if (2 * this.#size >= this.#slots.length) this.#grow();
    return true;
  }

  /** The moves that lead from the first key to the one at `place`. */
  pathTo(place: number): number[] {
    const path: number[] = [];
    for (; place > 0; place = this.#parents[place]!) path.push(this.#moves[place]!);
    return path.reverse();
  }

  #slot(high: number, low: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = low & mask;; slot = (slot + 1) & mask) {
      const place = this.#slots[slot]! - 1;
      if (place < 0 || (this.#low[place] === low && this.#high[place] === high)) return slot;
    }
  }

  #grow(): void {
    const capacity = 2 * this.#slots.length;
    this.#slots = new Uint32Array(capacity);
    this.#high = larger(this.#high, new Uint32Array(capacity / 2));
    this.#low = larger(this.#low, new Uint32Array(capacity / 2));
    this.#parents = larger(this.#parents, new Uint32Array(capacity / 2));
    this.#moves = larger(this.#moves, new Uint8Array(capacity / 2));
    for (let place = 0; place < this.#size; place++) {
      this.#slots[this.#slot(this.#high[place]!, this.#low[place]!)] = place + 1;
    }
  }
}

function larger<Numbers extends Uint32Array | Uint8Array>(old: Numbers, made: Numbers): Numbers {
  made.set(old);
  return made;
}

/** 64 bits of a string, mixed as in cyrb53. */
function hash(key: string): [number, number] {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  const mixedHigh = Math.imul(high ^ (high >>> 16), 2246822507) ^
    Math.imul(low ^ (low >>> 13), 3266489909);
  const mixedLow = Math.imul(low ^ (low >>> 16), 2246822507) ^
    Math.imul(mixedHigh ^ (mixedHigh >>> 13), 3266489909);
  return [mixedHigh >>> 0, mixedLow >>> 0];
}

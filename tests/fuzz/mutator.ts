/**
 * Makes inputs out of inputs: what a hostile or broken peer would make of valid ones.
 *
 * Every input stands in the middle of a larger buffer with poison around it, so that whoever reads
 * outside of it reads nonsense, and whoever writes is found out.
 */

import type { SeededRandom } from "../session/fixtures.ts";
import { Violation } from "./target.ts";

const MARGIN = 64;
const POISON = 0xa5;
/** Limits of the protocol and their neighbours, and what numbers are wrong by. */
const BYTES = [0, 1, 2, 4, 16, 19, 32, 33, 0x0a, 0x0d, 0x5d, 0x7f, 0x80, 0xc0, 0xed, 0xf4, 0xff];
const WORDS = [0, 1, 3, 18, 19, 20, 53, 4_096, 4_097, 16_384, 16_400, 16_401, 0x7fff, 0xffff];

/** Mutates the inputs of a corpus. */
export class Mutator {
  readonly #random: SeededRandom;
  readonly #corpus: readonly Uint8Array[];
  readonly #maxLength: number;
  readonly #memory: Uint8Array;
  /** What #memory holds, kept apart. */
  readonly #copy: Uint8Array;
  #length = 0;

  constructor(random: SeededRandom, corpus: readonly Uint8Array[], maxLength: number) {
    this.#random = random;
    this.#corpus = corpus;
    this.#maxLength = maxLength;
    this.#memory = new Uint8Array(maxLength + 2 * MARGIN).fill(POISON);
    this.#copy = new Uint8Array(maxLength);
  }

  /** The next input, in memory that the one after it takes over. */
  next(): Uint8Array {
    const base = this.#corpus[this.#below(this.#corpus.length)]!;
    this.#length = Math.min(base.length, this.#maxLength);
    this.#copy.set(base.subarray(0, this.#length));
    if (this.#below(32) === 0) this.#scramble();
    for (let count = this.#below(5); count > 0; count--) this.#mutate();
    return this.place(this.#copy.subarray(0, this.#length));
  }

  /** `input` between poison. */
  place(input: Uint8Array): Uint8Array {
    this.#length = input.length;
    this.#copy.set(input);
    this.#memory.set(input, MARGIN);
    this.#memory.fill(POISON, MARGIN + input.length, MARGIN + input.length + MARGIN);
    return this.#memory.subarray(MARGIN, MARGIN + input.length);
  }

  /** Checks that the input is what it was, and the poison around it too. */
  verify(): void {
    const memory = this.#memory;
    const end = MARGIN + this.#length;
    for (let i = 0; i < MARGIN; i++) {
      if (memory[i] !== POISON || memory[end + i] !== POISON) {
        throw new Violation("memory outside of the input was written to");
      }
    }
    for (let i = 0; i < this.#length; i++) {
      if (memory[MARGIN + i] !== this.#copy[i]) throw new Violation("the input was written to");
    }
  }

  #mutate(): void {
    switch (this.#below(10)) {
      case 0:
        return this.#set(1 << this.#below(8), true);
      case 1:
        return this.#set(BYTES[this.#below(BYTES.length)]!, false);
      case 2:
        return this.#set(this.#below(256), false);
      case 3:
        return this.#setWord(WORDS[this.#below(WORDS.length)]!);
      case 4:
        // A length that ends where the input ends, or next to it.
        return this.#setWord(undefined);
      case 5:
        this.#length = this.#below(this.#length + 1);
        return;
      case 6:
        return this.#extend(1 + this.#below(16));
      case 7:
        return this.#insert(this.#slice(this.#copy.subarray(0, this.#length)));
      case 8:
        return this.#insert(this.#slice(this.#corpus[this.#below(this.#corpus.length)]!));
      case 9:
        return this.#remove();
    }
  }

  #set(value: number, flip: boolean): void {
    if (this.#length === 0) return;
    const at = this.#below(this.#length);
    this.#copy[at] = flip ? this.#copy[at]! ^ value : value;
  }

  #setWord(word: number | undefined): void {
    if (this.#length < 2) return;
    const at = this.#below(this.#length - 1);
    const value = word ?? Math.max(0, this.#length - at - 4 + this.#below(5));
    this.#copy[at] = value >>> 8;
    this.#copy[at + 1] = value & 0xff;
  }

  #scramble(): void {
    this.#length = this.#below(Math.min(this.#maxLength, 64) + 1);
    for (let i = 0; i < this.#length; i++) this.#copy[i] = this.#below(256);
  }

  #extend(count: number): void {
    const end = Math.min(this.#length + count, this.#maxLength);
    const value = this.#below(2) === 0 ? 0 : this.#below(256);
    this.#copy.fill(value, this.#length, end);
    this.#length = end;
  }

  /** Some of `bytes`, by value. */
  #slice(bytes: Uint8Array): Uint8Array {
    const start = this.#below(bytes.length + 1);
    return bytes.slice(start, start + 1 + this.#below(this.#below(4) === 0 ? bytes.length : 16));
  }

  #insert(bytes: Uint8Array): void {
    const at = this.#below(this.#length + 1);
    const room = bytes.subarray(0, this.#maxLength - this.#length);
    this.#copy.copyWithin(at + room.length, at, this.#length);
    this.#copy.set(room, at);
    this.#length += room.length;
  }

  #remove(): void {
    const start = this.#below(this.#length + 1);
    const end = Math.min(this.#length, start + 1 + this.#below(16));
    this.#copy.copyWithin(start, end, this.#length);
    this.#length -= end - start;
  }

  #below(end: number): number {
    return Math.floor(this.#random.next() * end);
  }
}

/**
 * Bytes read as choices: how an input becomes a sequence of operations.
 *
 * A mutation of the bytes is then a mutation of the sequence. Past the end every choice is the
 * first one, so any bytes are a sequence.
 */

/** Takes choices from `bytes`, one after the other. */
export class Choices {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether there is anything left to choose by. */
  get left(): boolean {
    return this.#offset < this.#bytes.length;
  }

  /** A number from 0 to 255. */
  byte(): number {
    return this.#bytes[this.#offset++] ?? 0;
  }

  /** A number from 0 to 65,535. */
  u16(): number {
    return this.byte() << 8 | this.byte();
  }

  /** A number from 0 to `end` - 1; `end` is at most 256. */
  below(end: number): number {
    return this.byte() % end;
  }

  /** One of `options`. */
  pick<T>(options: readonly T[]): T {
    return options[this.below(options.length)]!;
  }

  /** All bytes that are left. */
  rest(): Uint8Array {
    const rest = this.#bytes.subarray(this.#offset);
    this.#offset = this.#bytes.length;
    return rest;
  }
}

/** `stream` cut into pieces as `choices` say: none of them empty, at most 32 of them. */
export function cut(stream: Uint8Array, choices: Choices): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let start = 0;
  for (let count = choices.below(32); count > 0 && start < stream.length; count--) {
    const size = choices.byte();
    const end = start + (size < 0xc0 ? 1 + size % 32 : 1 + size * size);
    pieces.push(stream.slice(start, end));
    start = end;
  }
  if (start < stream.length) pieces.push(stream.slice(start));
  return pieces;
}

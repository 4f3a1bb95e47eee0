/**
 * Virtual time, and a transport that loses, doubles, delays and reorders what is sent over it.
 *
 * Nothing here waits: {@linkcode VirtualClock.run} jumps from one due action to the next.
 */

import type { SeededRandom } from "./fixtures.ts";

interface Due {
  readonly at: number;
  readonly order: number;
  /** Undefined once it is called off. */
  action: (() => void) | undefined;
}

/** A clock that moves only when it is told to. */
export class VirtualClock {
  #now = 0;
  #order = 0;
  /** A binary heap: what is due first is first. */
  readonly #due: Due[] = [];

  /** Milliseconds since the clock was made. */
  get now(): number {
    return this.#now;
  }

  /** Runs `action` after `delay` milliseconds, unless what is returned is called before. */
  after(delay: number, action: () => void): () => void {
    const due: Due = { at: this.#now + delay, order: this.#order++, action };
    this.#add(due);
    return () => due.action = undefined;
  }

  /** Carries out all that is due until nothing is, or until `end`; then it is `end`. */
  run(end = Infinity): void {
    while (this.step(end));
  }

  /** Carries out what is due next; false where nothing is until `end`, which it is then. */
  step(end = Infinity): boolean {
    for (let next = this.#due[0]; next !== undefined && next.at <= end; next = this.#due[0]) {
      this.#removeFirst();
      if (next.action === undefined) continue;
      this.#now = next.at;
      next.action();
      return true;
    }
    if (end !== Infinity) this.#now = end;
    return false;
  }

  #add(due: Due): void {
    let at = this.#due.length;
    this.#due.push(due);
    for (let up = (at - 1) >> 1; at > 0 && comesBefore(due, this.#due[up]!); up = (at - 1) >> 1) {
      this.#due[at] = this.#due[up]!;
      at = up;
    }
    this.#due[at] = due;
  }

  #removeFirst(): void {
    const last = this.#due.pop()!;
    const { length } = this.#due;
    if (length === 0) return;
    let at = 0;
    for (let down = 1; down < length; down = 2 * at + 1) {
      const right = down + 1;
      if (right < length && comesBefore(this.#due[right]!, this.#due[down]!)) down = right;
      if (comesBefore(last, this.#due[down]!)) break;
      this.#due[at] = this.#due[down]!;
      at = down;
    }
    this.#due[at] = last;
  }
}

/** Equal times keep the order in which they were asked for. */
function comesBefore(one: Due, other: Due): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** How a transport treats one direction. */
export interface Weather {
  /** Chance that a datagram is lost. */
  readonly loss: number;
  /** Chance that a datagram which is not lost arrives twice. */
  readonly duplication: number;
  /** Each copy takes this long, from and to, in milliseconds: wider than a gap, it reorders. */
  readonly delay: readonly [number, number];
}

/** One direction of a transport: what arrives, arrives at `deliver`. */
export class LossyPath<T> {
  /** How many were sent, and how many were lost. */
  sent = 0;
  lost = 0;

  constructor(
    readonly clock: VirtualClock,
    readonly random: SeededRandom,
    readonly weather: Weather,
    readonly deliver: (datagram: T) => void,
  ) {}

  send(datagram: T): void {
    const { loss, duplication, delay } = this.weather;
    this.sent++;
    if (this.random.chance(loss)) {
      this.lost++;
      return;
    }
    const copies = this.random.chance(duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.clock.after(this.random.between(...delay), () => this.deliver(datagram));
    }
  }
}

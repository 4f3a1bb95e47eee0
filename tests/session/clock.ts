/**
 * Virtual time, and a transport that loses, doubles, delays and reorders what is sent over it.
 *
 * Nothing here waits: {@linkcode VirtualClock.run} jumps from one due action to the next.
 */

import type { SeededRandom } from "./fixtures.ts";

interface Due {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
}

/** A clock that moves only when it is told to. */
export class VirtualClock {
  #now = 0;
  #order = 0;
  readonly #due = new Map<number, Due>();

  /** Milliseconds since the clock was made. */
  get now(): number {
    return this.#now;
  }

  /** Runs `action` after `delay` milliseconds, unless what is returned is called before. */
  after(delay: number, action: () => void): () => void {
    const order = this.#order++;
    this.#due.set(order, { at: this.#now + delay, order, action });
    return () => this.#due.delete(order);
  }

  /** Carries out all that is due until nothing is, or until `end`; then it is `end`. */
  run(end = Infinity): void {
    for (let next = this.#first(end); next !== undefined; next = this.#first(end)) {
      this.#due.delete(next.order);
      this.#now = next.at;
      next.action();
    }
    if (end !== Infinity) this.#now = end;
  }

  /** Equal times keep the order in which they were asked for. */
  #first(end: number): Due | undefined {
    let first: Due | undefined;
    for (const due of this.#due.values()) {
      if (due.at <= end && (first === undefined || due.at < first.at)) first = due;
    }
    return first;
  }
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

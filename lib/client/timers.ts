/** The client's timers, by name: of each there is one, and setting it again starts it anew. */

import type { Timer } from "../session/mod.ts";

/** Timers that tell `expired` which of them it was. */
export class Timers {
  readonly #expired: (timer: Timer) => void;
  readonly #running = new Map<Timer, ReturnType<typeof setTimeout>>();

  constructor(expired: (timer: Timer) => void) {
    this.#expired = expired;
  }

  /** @param delay in milliseconds */
  set(timer: Timer, delay: number): void {
    this.clear(timer);
    this.#running.set(timer, setTimeout(() => this.#expired(timer), delay));
  }

  clear(timer: Timer): void {
    clearTimeout(this.#running.get(timer));
    this.#running.delete(timer);
  }
}

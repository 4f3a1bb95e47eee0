/** The client's timers, by name: of each there is one, and setting it again starts it anew. */

import type { Timer } from "../session/mod.ts";

/** Timers that tell `expired` which of them it was. */
export class Timers {
  readonly #expired: (timer: Timer) => void;
  readonly #running = new Map<Timer, { id: ReturnType<typeof setTimeout>; end: number }>();

  constructor(expired: (timer: Timer) => void) {
    this.#expired = expired;
  }

  /** @param delay in milliseconds */
  set(timer: Timer, delay: number): void {
    this.clear(timer);
    const id = setTimeout(() => {
      this.#running.delete(timer);
      this.#expired(timer);
    }, delay);
    this.#running.set(timer, { id, end: performance.now() + delay });
  }

  clear(timer: Timer): void {
    clearTimeout(this.#running.get(timer)?.id);
    this.#running.delete(timer);
  }

  /** How long `timer` will still run, in milliseconds; undefined when it does not. */
  left(timer: Timer): number | undefined {
    const running = this.#running.get(timer);
    return running && Math.max(0, running.end - performance.now());
  }
}

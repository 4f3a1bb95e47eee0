/** Global timers, clock and chance in a test's hands, for code that waits long and by chance. */

import { VirtualClock } from "../session/clock.ts";

/** Until it is disposed of, time passes only in {@linkcode FakeTime.pass}. */
export class FakeTime implements Disposable {
  /** What Math.random() says. */
  chance = 0;
  readonly #clock = new VirtualClock();
  readonly #restore: (() => void)[] = [];
  readonly #realTimer = globalThis.setTimeout;

  constructor() {
    const running = new Map<number, () => void>();
    let last = 0;
    this.#replace(performance, "now", () => this.#clock.now);
    this.#replace(Math, "random", () => this.chance);
    this.#replace(globalThis, "clearTimeout", (id: number) => running.get(id)?.());
    this.#replace(globalThis, "setTimeout", (action: () => void, delay = 0) => {
      running.set(++last, this.#clock.after(delay, action));
      return last;
    });
  }

  /** Lets `ms` milliseconds pass, and whatever follows from that. */
  async pass(ms: number): Promise<void> {
    const end = this.#clock.now + ms;
    do await this.#settle(); while (this.#clock.step(end));
  }

  [Symbol.dispose](): void {
    for (const restore of this.#restore) restore();
  }

  #settle(): Promise<void> {
    return new Promise((resolve) => void this.#realTimer.call(globalThis, resolve, 0));
  }

  #replace(object: object, name: string, value: unknown): void {
    const before = Object.getOwnPropertyDescriptor(object, name);
    Object.defineProperty(object, name, { value, configurable: true, writable: true });
    this.#restore.push(() => {
      if (before === undefined) Reflect.deleteProperty(object, name);
      else Object.defineProperty(object, name, before);
    });
  }
}

/**
 * A world in one process: virtual time, seeded chance, and processes whose code runs one event at
 * a time.
 *
 * Code under test is the real code, whole. What it takes from outside (sockets, clocks, timers,
 * random bytes) is replaced by this world's own (globals.ts), so a seed is a history that repeats.
 */

import { VirtualClock } from "../../session/clock.ts";
import { SeededRandom } from "../../session/fixtures.ts";
import { Network } from "./network.ts";

/** When the worlds begin, in milliseconds since 1970-01-01 UTC. */
const BEGINNING = 1_700_000_000_000;

/** A process on a host. Killed, it does nothing any more: its timers and answers never come. */
export class Process {
  alive = true;
  /** Its timers that are running, by what they are known by. */
  readonly timers = new Map<number, () => void>();
  readonly #random: SeededRandom;

  constructor(readonly name: string, readonly host: string, seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** At least 0, below 1. */
  readonly chance = (): number => this.#random.next();

  fillRandomly(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(this.#random.next() * 256);
  }
}

/** Everything that is the case. */
export class World implements Disposable {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly network: Network;
  readonly #turn = new MessageChannel();
  #turned: () => void = () => {};
  #current: Process | undefined;
  #processes = 0;
  #lastTimer = 0;
  /** What the wall clock is ahead of the time that has passed, in milliseconds. */
  wallClockError = 0;
  /** Called after each event, when nothing more follows from it at once. */
  afterEvent: () => void = () => {};

  constructor(readonly seed: number) {
    this.random = new SeededRandom(seed);
    this.network = new Network(this);
    this.#turn.port1.onmessage = () => this.#turned();
  }

  /** A new process on `host`, with chance of its own. */
  start(name: string, host: string): Process {
    this.network.boot(host);
    return new Process(name, host, Math.imul(this.seed, 0x9e3779b1) + ++this.#processes);
  }

  /** Whose code is running. */
  get current(): Process {
    if (this.#current === undefined) throw new Error("nobody's code is running");
    return this.#current;
  }

  /** Milliseconds since 1970-01-01 UTC, as the hosts' clocks have it. */
  get date(): number {
    return Math.floor(BEGINNING + this.clock.now + this.wallClockError);
  }

  /** Lets `process` do something after `delay` milliseconds, if it still lives. */
  after(delay: number, process: Process, action: () => void): () => void {
    return this.clock.after(delay, () => this.wake(process, action));
  }

  /** Lets `process` do something, if it still lives; only for what the clock has called. */
  wake(process: Process, action: () => void): void {
    if (!process.alive) return;
    this.#current = process;
    action();
  }

  /** Lets `process` do something now, and all that follows from it at once. */
  async act(process: Process, action: () => void): Promise<void> {
    this.#current = process;
    action();
    await this.#settle();
  }

  /** Lets `length` milliseconds pass. */
  async pass(length: number): Promise<void> {
    const end = this.clock.now + length;
    while (this.clock.step(end)) {
      if (this.#current !== undefined) await this.#settle();
    }
  }

  /** A timer of the process whose code is running; what it is known by. */
  setTimer(delay: number, repeats: boolean, action: () => void): number {
    const { current } = this;
    const id = ++this.#lastTimer;
    const begin = (): void => {
      const stop = this.after(Math.max(delay, 1), current, () => {
        if (repeats) begin();
        else current.timers.delete(id);
        action();
      });
      current.timers.set(id, stop);
    };
    begin();
    return id;
  }

  clearTimer(id: number): void {
    const { timers } = this.current;
    timers.get(id)?.();
    timers.delete(id);
  }

  /** The process ends at once: killed, its connections break; with its host, they fall silent. */
  kill(process: Process, how: "killed" | "power cut"): void {
    process.alive = false;
    for (const stop of process.timers.values()) stop();
    process.timers.clear();
    this.network.kill(process, how);
  }

  [Symbol.dispose](): void {
    this.#turn.port1.close();
    this.#turn.port2.close();
  }

  /** Until no promise of the code that ran has anything left to do. */
  async #settle(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turned = resolve;
    // The port is to be waiting by then, or the message would arrive before the promises are done.
    await null;
    await null;
    this.#turn.port2.postMessage(undefined);
    await promise;
    this.#current = undefined;
    this.afterEvent();
  }
}

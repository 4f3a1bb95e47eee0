/**
 * The ways in which pairs are made to chat, and what of it arrives.
 *
 * What is outstanding is sent and not yet delivered, which every protocol can tell; receipts are
 * the protocols' own business. Which server it is, and what it costs, is not known here.
 */

import type { Pair } from "./pair.ts";

/** Messages between pairs, for as long as it is not stopped. */
export interface Load {
  /** Messages delivered so far. */
  readonly delivered: number;
  /** How long each of them took, in milliseconds, where that is measured. */
  readonly latencies?: readonly number[];
  start(): void;
  /** Sends no more, and resolves when all that was sent has arrived. */
  stop(): Promise<void>;
}

/** How long a server may sit on the last messages before it is sent one more, in milliseconds. */
const NUDGE = 300;

/** Every pair keeps so many messages on their way. */
export class Saturation implements Load {
  readonly #pairs: readonly Pair[];
  readonly #coalesce: boolean;
  /** Messages of each pair that have yet to arrive. */
  readonly #onTheWay: number[];
  readonly #drained = Promise.withResolvers<void>();
  #running = true;
  delivered = 0;

  /** @param coalesce what was delivered at once is sent anew at once, in as few records as it takes */
  constructor(pairs: readonly Pair[], outstanding: number, coalesce: boolean) {
    this.#pairs = pairs;
    this.#onTheWay = pairs.map(() => outstanding);
    this.#coalesce = coalesce;
  }

  start(): void {
    for (const [i, pair] of this.#pairs.entries()) {
      pair.onDelivered = (count): void => this.#arrived(pair, i, count);
      pair.send(this.#onTheWay[i]!, this.#coalesce);
    }
  }

  async stop(): Promise<void> {
    this.#running = false;
    // ngIRCd leaves lines that it has decrypted lying until the next packet comes.
    const nudging = setInterval(() => this.#nudge(), NUDGE);
    try {
      await this.#drained.promise;
    } finally {
      clearInterval(nudging);
    }
  }

  #arrived(pair: Pair, index: number, count: number): void {
    this.delivered += count;
    if (this.#running) return pair.send(count, this.#coalesce);
    this.#onTheWay[index]! -= count;
    if (this.#onTheWay.every((messages) => messages === 0)) this.#drained.resolve();
  }

  #nudge(): void {
    for (const [i, pair] of this.#pairs.entries()) {
      if (this.#onTheWay[i] === 0) continue;
      this.#onTheWay[i]!++;
      pair.send(1, this.#coalesce);
    }
  }
}

/** One message at a time, and how long each takes from one client to the other. */
export class PingPong implements Load {
  readonly #pairs: readonly Pair[];
  readonly #drained: PromiseWithResolvers<void>[] = [];
  #running = true;
  readonly latencies: number[] = [];

  constructor(pairs: readonly Pair[]) {
    this.#pairs = pairs;
  }

  get delivered(): number {
    return this.latencies.length;
  }

  start(): void {
    for (const pair of this.#pairs) this.#play(pair);
  }

  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#drained.map(({ promise }) => promise));
  }

  #play(pair: Pair): void {
    const drained = Promise.withResolvers<void>();
    this.#drained.push(drained);
    let sentAt = performance.now();
    pair.onDelivered = (): void => {
      const now = performance.now();
      this.latencies.push(now - sentAt);
      if (!this.#running) return drained.resolve();
      sentAt = now;
      pair.send(1, true);
    };
    pair.send(1, true);
  }
}

/** So many messages a second over all pairs in turn, whether or not earlier ones have arrived. */
export class Paced implements Load {
  readonly #pairs: readonly Pair[];
  readonly #perSecond: number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #sent = 0;
  #drained: PromiseWithResolvers<void> | undefined;
  readonly latencies: number[] = [];

  constructor(pairs: readonly Pair[], perSecond: number) {
    this.#pairs = pairs;
    this.#perSecond = perSecond;
  }

  get delivered(): number {
    return this.latencies.length;
  }

  start(): void {
    const sentAt = this.#pairs.map((pair): number[] => {
      const times: number[] = [];
      pair.onDelivered = (count): void => this.#arrived(times.splice(0, count));
      return times;
    });
    const begun = performance.now();
    this.#timer = setInterval(() => {
      const target = (performance.now() - begun) * this.#perSecond / 1_000;
      for (; this.#sent < target; this.#sent++) {
        const turn = this.#sent % this.#pairs.length;
        sentAt[turn]!.push(performance.now());
        this.#pairs[turn]!.send(1, true);
      }
    }, 1);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#drained = Promise.withResolvers();
    this.#arrived([]);
    await this.#drained.promise;
  }

  #arrived(sentAt: readonly number[]): void {
    const now = performance.now();
    for (const time of sentAt) this.latencies.push(now - time);
    if (this.delivered === this.#sent) this.#drained?.resolve();
  }
}

/** Counts what is dropped, so that a flood fills a counter and not the log. */

import { HistoryError } from "../history/mod.ts";
import type { Dropped, Observer } from "./events.ts";

/** How often a kind that goes on is told again, in milliseconds. */
const SUMMARY_INTERVAL = 60_000;

interface Tally {
  total: number;
  untold: number;
  toldAt: number;
  why: string | undefined;
}

/** Tells the first drop of each kind at once, and the rest once a minute. */
export class Drops {
  readonly #tallies = new Map<Dropped, Tally>();

  constructor(readonly observer: Observer) {}

  /**
   * One more of `what`; `error` is told as the reason if it is the history's, whose sentences quote
   * nobody.
   */
  add(what: Dropped, now: number, error?: unknown): void {
    let tally = this.#tallies.get(what);
    if (tally === undefined) {
      tally = { total: 0, untold: 0, toldAt: -Infinity, why: undefined };
      this.#tallies.set(what, tally);
    }
    tally.total++;
    tally.untold++;
    tally.why = error instanceof HistoryError ? error.message : undefined;
    this.#tell(what, tally, now);
  }

  /** Tells what has been dropped since it was last told. */
  tick(now: number): void {
    for (const [what, tally] of this.#tallies) this.#tell(what, tally, now);
  }

  /** How many of `what` there were in all. */
  total(what: Dropped): number {
    return this.#tallies.get(what)?.total ?? 0;
  }

  #tell(what: Dropped, tally: Tally, now: number): void {
    if (tally.untold === 0 || now - tally.toldAt < SUMMARY_INTERVAL) return;
    const { untold: count, why } = tally;
    this.observer.note?.({ type: "dropped", what, count, ...(why === undefined ? {} : { why }) });
    tally.untold = 0;
    tally.toldAt = now;
  }
}

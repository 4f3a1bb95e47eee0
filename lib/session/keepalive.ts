/** When a silent peer is asked for a sign of life, and when it is given up. */

import type { KeepaliveLimits } from "./limits.ts";

/** What a silence calls for. */
export type Verdict = "alive" | "ping" | "dead";

/** The silence of one peer (docs/protocol.md, clause 12.2). Times are those of one clock, in ms. */
export class Silence {
  #heardAt: number;
  #pingedAt = -Infinity;

  /** @param now when the peer was first heard */
  constructor(now: number) {
    this.#heardAt = now;
  }

  /** The peer was heard. */
  end(now: number): void {
    this.#heardAt = now;
  }

  /**
   * What to do at `now`. "ping" is said once for every `pingAfter` of silence, and whoever asked is
   * taken to do it.
   */
  judge(now: number, { pingAfter, deadAfter }: KeepaliveLimits): Verdict {
    if (now - this.#heardAt >= deadAfter) return "dead";
    if (now - Math.max(this.#heardAt, this.#pingedAt) < pingAfter) return "alive";
    this.#pingedAt = now;
    return "ping";
  }
}

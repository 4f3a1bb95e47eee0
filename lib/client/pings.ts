/**
 * Round trips under way: which PING was sent when, and who waits for its PONG.
 *
 * Token 0 is not one of them: it belongs to the keepalive (docs/protocol.md, clause 12.2). It sends
 * nothing itself.
 */

import { NoAnswerError } from "./errors.ts";

interface RoundTrip {
  readonly sentAt: number;
  readonly settled: PromiseWithResolvers<number>;
}

const MAX_TOKEN = 0xffff_ffff;

/** The round trips of one client. Times are those of one clock, in ms. */
export class Pings {
  #token = 0;
  readonly #underWay = new Map<number, RoundTrip>();

  /** The token of the next PING, to be sent at `now`, and how long it will have been under way. */
  begin(now: number): { token: number; took: Promise<number> } {
    this.#token = this.#token % MAX_TOKEN + 1;
    const settled = Promise.withResolvers<number>();
    this.#underWay.set(this.#token, { sentAt: now, settled });
    return { token: this.#token, took: settled.promise };
  }

  /** A PONG came. One that answers nothing is none of our business. */
  pong(token: number, now: number): void {
    const trip = this.#underWay.get(token);
    this.#underWay.delete(token);
    trip?.settled.resolve(now - trip.sentAt);
  }

  /** No PONG will come any more. */
  end(): void {
    for (const { settled } of this.#underWay.values()) {
      settled.reject(new NoAnswerError("the connection ended before the answer came"));
    }
    this.#underWay.clear();
  }
}

/**
 * Session-IDs that never repeat, not even after a crash.
 *
 * The history sets them aside by the hundred, before they are used, so that starting a chat need
 * not wait for the disk.
 */

import type { SessionId } from "../codec/mod.ts";
import type { History } from "../history/mod.ts";
import type { Drops } from "./drops.ts";

const BLOCK = 1_000;

/** A supply of session-IDs. */
export class SessionIds {
  readonly #history: History;
  readonly #drops: Drops;
  #next: SessionId;
  #end: SessionId;
  #refilling = false;

  private constructor(history: History, drops: Drops, first: SessionId) {
    this.#history = history;
    this.#drops = drops;
    this.#next = first;
    this.#end = first + BLOCK;
  }

  /** @throws {HistoryError} */
  static async open(history: History, drops: Drops): Promise<SessionIds> {
    return new SessionIds(history, drops, await history.reserveSessionIds(BLOCK));
  }

  /** One that was never given out; undefined while the history cannot set more aside. */
  next(): SessionId | undefined {
    if (this.#end - this.#next < BLOCK / 2) void this.#refill();
    return this.#next < this.#end ? this.#next++ : undefined;
  }

  /** Blocks are set aside in order and by nobody else, so a new one continues the last. */
  async #refill(): Promise<void> {
    if (this.#refilling) return;
    this.#refilling = true;
    try {
      const first = await this.#history.reserveSessionIds(BLOCK);
      if (first !== this.#end) this.#next = first;
      this.#end = first + BLOCK;
    } catch (error) {
      // The next chat asks again; what is left serves until then.
      this.#drops.add("requests for more session-IDs", performance.now(), error);
    } finally {
      this.#refilling = false;
    }
  }
}

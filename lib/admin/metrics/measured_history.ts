/**
 * A history whose commits are measured: how long each takes, what it stores, whether it fails.
 *
 * It does what the history behind it does, and changes nothing of that. What becomes of what it
 * measures is not known here.
 */

import type { ClientId, SessionId } from "../../codec/mod.ts";
import type { Entry, History, StoredMessage } from "../../history/mod.ts";

/** Who hears of commits. Both are called synchronously and must not throw. */
export interface CommitMeter {
  stored(commit: { messages: number; textBytes: number; seconds: number }): void;
  failed(error: unknown): void;
}

/** Does what `history` does, and tells `meter` of each commit. */
export class MeasuredHistory implements History {
  constructor(readonly history: History, readonly meter: CommitMeter) {}

  async commit(entries: readonly Entry[]): Promise<void> {
    const begin = performance.now();
    try {
      await this.history.commit(entries);
    } catch (error) {
      this.meter.failed(error);
      throw error;
    }
    const seconds = (performance.now() - begin) / 1_000;
    let [messages, textBytes] = [0, 0];
    for (const { texts } of entries) {
      messages += texts.length;
      for (const text of texts) textBytes += text.length;
    }
    this.meter.stored({ messages, textBytes, seconds });
  }

  lastPosition(a: ClientId, b: ClientId): Promise<number> {
    return this.history.lastPosition(a, b);
  }

  read(
    a: ClientId,
    b: ClientId,
    first: number,
    last: number,
    maxBytes: number,
  ): Promise<StoredMessage[]> {
    return this.history.read(a, b, first, last, maxBytes);
  }

  reserveSessionIds(count: number): Promise<SessionId> {
    return this.history.reserveSessionIds(count);
  }

  close(): Promise<void> {
    return this.history.close();
  }
}

/** Histories that do what a test needs: fail, take their time, and count what is asked of them. */

import { type ClientId, textFromString } from "../../lib/codec/mod.ts";
import {
  type Entry,
  HistoryError,
  MemoryHistory,
  type StoredMessage,
} from "../../lib/history/mod.ts";
import { Inbox } from "./waiting.ts";

/** A commit that was asked for and is held up until the test settles it. */
export interface HeldCommit {
  readonly entries: readonly Entry[];
  /** Stores the entries. */
  store(): void;
  /** Fails, and stores nothing. */
  fail(): void;
}

/** A history whose every commit the test settles. */
export class HeldHistory extends MemoryHistory {
  /** Commits, in the order in which they were asked for. */
  readonly commits = new Inbox<HeldCommit>();

  override commit(entries: readonly Entry[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.commits.put({
      entries,
      store: () => resolve(super.commit(entries)),
      fail: () => reject(new HistoryError("the disk is full")),
    });
    return promise;
  }

  /** The next commit that nobody has taken. */
  next(): Promise<HeldCommit> {
    return this.commits.take("a commit", () => true);
  }
}

/** A history that counts the pages read of it, and can be made unreadable. */
export class ReadHistory extends MemoryHistory {
  pages = 0;
  largestPage = 0;
  /** Reads from this position on fail. */
  unreadableFrom = Infinity;

  override async read(
    a: ClientId,
    b: ClientId,
    first: number,
    last: number,
    maxBytes: number,
  ): Promise<StoredMessage[]> {
    if (first >= this.unreadableFrom) throw new HistoryError("the disk is gone");
    const page = await super.read(a, b, first, last, maxBytes);
    this.pages++;
    this.largestPage = Math.max(this.largestPage, page.length);
    return page;
  }
}

/** Stores `count` messages from `from` to `to`, in session 1, with the texts that `text` makes. */
export async function prefill(
  history: MemoryHistory,
  from: ClientId,
  to: ClientId,
  count: number,
  text: (number: number) => string,
): Promise<void> {
  const entries = Array.from({ length: count }, (_, i): Entry => ({
    sessionId: 1,
    from,
    to,
    number: i + 1,
    at: 1_700_000_000_000 + i,
    texts: [textFromString(text(i + 1))],
  }));
  await MemoryHistory.prototype.commit.call(history, entries);
}

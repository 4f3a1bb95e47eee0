/**
 * A history in memory, for tests and for whoever embeds a server that need not remember.
 *
 * It keeps the promises of `History` but one: nothing survives the process. Knows no files.
 */

import type { ClientId, SessionId, Text } from "../codec/mod.ts";
import { type Entry, type History, HistoryError, type StoredMessage } from "./history.ts";
import { takePage } from "./page.ts";
import { pairOf } from "./pair.ts";

/** The in-memory twin of the history that {@linkcode openHistory} opens. */
export class MemoryHistory implements History {
  readonly #messages = new Map<string, StoredMessage[]>();
  #nextSessionId: SessionId = 1;
  #closed = false;

  commit(entries: readonly Entry[]): Promise<void> {
    return this.#attempt(() => {
      for (const entry of entries) this.#append(entry);
    });
  }

  lastPosition(a: ClientId, b: ClientId): Promise<number> {
    return this.#attempt(() => this.#between(a, b).length);
  }

  read(
    a: ClientId,
    b: ClientId,
    first: number,
    last: number,
    maxBytes: number,
  ): Promise<StoredMessage[]> {
    return this.#attempt(() => {
      const wanted = this.#between(a, b).slice(Math.max(first, 1) - 1, Math.max(last, 0));
      return takePage(wanted, maxBytes);
    });
  }

  reserveSessionIds(count: number): Promise<SessionId> {
    return this.#attempt(() => {
      const first = this.#nextSessionId;
      this.#nextSessionId += count;
      return first;
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  #append({ sessionId, from, to, number: first, at, texts }: Entry): void {
    const messages = this.#between(from, to);
    for (const [i, text] of texts.entries()) {
      const [position, number] = [messages.length + 1, first + i];
      const kept = text.slice() as Text;
      messages.push({ position, sessionId, number, at, sender: from, text: kept });
    }
    this.#messages.set(pairOf(from, to).key, messages);
  }

  #between(a: ClientId, b: ClientId): StoredMessage[] {
    return this.#messages.get(pairOf(a, b).key) ?? [];
  }

  #attempt<T>(action: () => T): Promise<T> {
    return new Promise((resolve) => {
      if (this.#closed) throw new HistoryError("the history in memory was closed; open a new one");
      resolve(action());
    });
  }
}

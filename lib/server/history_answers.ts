/**
 * Answers HISTORY_REQs (docs/protocol.md, clause 11): page by page, at the reader's pace.
 *
 * One request of a connection is answered after the other. A page is read only when the one before
 * it has been taken, so memory holds a page, however long the history.
 */

import type { ClientId, HistoryOutcome, HistoryReq } from "../codec/mod.ts";
import type { History } from "../history/mod.ts";
import type { ServerLimits } from "../session/mod.ts";
import type { Connection } from "./connection.ts";
import type { Drops } from "./drops.ts";
import { reportDefect } from "./events.ts";

/** Messages read at a time, however short: what surrounds their texts takes memory as well. */
const MAX_PAGE = 1_024;

/** The requests of one connection, the first of which is being answered. */
interface Answering {
  readonly queue: HistoryReq[];
  readonly done: Promise<void>;
}

/** Answers the requests of all connections. */
export class HistoryAnswers {
  readonly #history: History;
  readonly #limits: ServerLimits;
  readonly #drops: Drops;
  readonly #answering = new Map<Connection, Answering>();

  constructor(history: History, limits: ServerLimits, drops: Drops) {
    this.#history = history;
    this.#limits = limits;
    this.#drops = drops;
  }

  /**
   * Answers `request` of `clientId` when those before it are answered.
   *
   * @returns false when too many are waiting
   */
  add(connection: Connection, clientId: ClientId, request: HistoryReq): boolean {
    const queue = this.#answering.get(connection)?.queue;
    if (queue === undefined) {
      this.#begin(connection, clientId, [request]);
      return true;
    }
    if (queue.length >= this.#limits.maxHistoryRequests) return false;
    queue.push(request);
    return true;
  }

  /** Resolves when every request of `connection` is answered, or it is closed. */
  async given(connection: Connection): Promise<void> {
    await this.#answering.get(connection)?.done;
  }

  #begin(connection: Connection, clientId: ClientId, queue: HistoryReq[]): void {
    const done = this.#answerAll(connection, clientId, queue)
      .catch((error) => reportDefect(this.#drops.observer, error));
    this.#answering.set(connection, { queue, done });
  }

  async #answerAll(connection: Connection, clientId: ClientId, queue: HistoryReq[]): Promise<void> {
    try {
      for (let request = queue[0]; request !== undefined; request = queue[0]) {
        const outcome = await this.#answer(connection, clientId, request);
        connection.send({ type: "HISTORY_END", clientId: request.clientId, outcome });
        connection.flush();
        queue.shift();
      }
    } finally {
      // At once: a request that came in between would wait in a queue that nobody looks at.
      this.#answering.delete(connection);
    }
  }

  async #answer(
    connection: Connection,
    self: ClientId,
    { clientId: other, last, before }: HistoryReq,
  ): Promise<HistoryOutcome> {
    const { historyPageBytes } = this.#limits;
    try {
      const newest = await this.#history.lastPosition(self, other);
      const end = before === 0 ? newest : Math.min(newest, before - 1);
      let next = last === 0 ? 1 : Math.max(1, end - last + 1);
      while (next <= end && connection.link.open) {
        const last = Math.min(end, next + MAX_PAGE - 1);
        const page = await this.#history.read(self, other, next, last, historyPageBytes);
        for (const message of page) connection.send({ type: "HISTORY_RESP", ...message });
        connection.flush();
        await connection.link.drained();
        const lastRead = page.at(-1);
        if (lastRead === undefined) {
          next = await this.#oldest(self, other, last + 1, end);
          continue;
        }
        next = lastRead.position + 1;
      }
      return "complete";
    } catch (error) {
      this.#drops.add("histories that somebody asked for", performance.now(), error);
      return "unavailable";
    }
  }

  /** The first position from `first` to `end` that has not been pruned; beyond `end` if all have. */
  async #oldest(self: ClientId, other: ClientId, first: number, end: number): Promise<number> {
    const [oldest] = await this.#history.read(self, other, first, end, 0);
    return oldest?.position ?? end + 1;
  }
}

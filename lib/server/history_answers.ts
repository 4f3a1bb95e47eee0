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
import { type Observer, reportDefect } from "./events.ts";

/** Messages read at a time, however short: what surrounds their texts takes memory as well. */
const MAX_PAGE = 1_024;

/** Answers the requests of all connections. */
export class HistoryAnswers {
  readonly #history: History;
  readonly #limits: ServerLimits;
  readonly #observer: Observer;
  readonly #waiting = new WeakMap<Connection, HistoryReq[]>();
  readonly #answering = new Set<Promise<void>>();

  constructor(history: History, limits: ServerLimits, observer: Observer) {
    this.#history = history;
    this.#limits = limits;
    this.#observer = observer;
  }

  /**
   * Answers `request` of `clientId` when those before it are answered.
   *
   * @returns false when too many are waiting
   */
  add(connection: Connection, clientId: ClientId, request: HistoryReq): boolean {
    const waiting = this.#waiting.get(connection);
    if (waiting === undefined) {
      const queue = [request];
      this.#waiting.set(connection, queue);
      const answering = this.#answerAll(connection, clientId, queue)
        .catch((error) => reportDefect(this.#observer, error))
        .finally(() => this.#answering.delete(answering));
      this.#answering.add(answering);
      return true;
    }
    if (waiting.length >= this.#limits.maxHistoryRequests) return false;
    waiting.push(request);
    return true;
  }

  /** Resolves when nothing is being answered any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#answering);
  }

  async #answerAll(connection: Connection, clientId: ClientId, queue: HistoryReq[]): Promise<void> {
    for (let request = queue[0]; request !== undefined; request = queue[0]) {
      const outcome = await this.#answer(connection, clientId, request);
      connection.send({ type: "HISTORY_END", clientId: request.clientId, outcome });
      connection.flush();
      queue.shift();
    }
    this.#waiting.delete(connection);
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
        if (lastRead === undefined) break;
        next = lastRead.position + 1;
      }
      return "complete";
    } catch {
      return "unavailable";
    }
  }
}

/**
 * The chat half of the server: turns the switchboard, asks the directory, carries outputs out.
 *
 * This is the one loop that the house is built around: event, step, actions, and only then, after
 * the commit, anything that leaves the server.
 */

import type { ClientId, ClosingReason } from "../codec/mod.ts";
import type { History } from "../history/mod.ts";
import {
  type ConnectionId,
  LocalDirectory,
  type Output,
  type ServerLimits,
  Switchboard,
  type SwitchboardEvent,
} from "../session/mod.ts";
import type { Connection } from "./connection.ts";
import type { Drops } from "./drops.ts";
import { env } from "./env.ts";
import { type Observer, reportDefect } from "./events.ts";
import { HistoryAnswers } from "./history_answers.ts";
import type { SessionIds } from "./session_ids.ts";
import { type PlainOutput, Turns } from "./turns.ts";

/** What an exchange is made of. */
export interface ExchangeOptions {
  readonly history: History;
  readonly sessionIds: SessionIds;
  readonly limits: ServerLimits;
  readonly observer: Observer;
  readonly drops: Drops;
}

/** All connected clients and what goes between them. */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #switchboard: Switchboard;
  readonly #directory: LocalDirectory;
  readonly #answers: HistoryAnswers;
  readonly #connections = new Map<ConnectionId, Connection>();
  /** Connections with something to write at the end of the turn. */
  readonly #touched = new Set<Connection>();
  /** Connections on their way down, and when they are. */
  readonly #finishing = new Map<Connection, Promise<void>>();
  #stopping = false;
  /** Carries outputs out once what stands before them is durable. */
  readonly turns: Turns;

  constructor(options: ExchangeOptions) {
    const { history, sessionIds, limits, observer, drops } = options;
    this.#options = options;
    this.#switchboard = new Switchboard(limits);
    this.#directory = new LocalDirectory(() => sessionIds.next());
    this.#answers = new HistoryAnswers(history, limits, drops);
    this.turns = new Turns(history, {
      carryOut: (output) => this.#carryOut(output),
      endTurn: () => this.#endTurn(),
      commitFailed: (error) =>
        drops.add("commits of messages, all of them refused", performance.now(), error),
      defect: (error) => reportDefect(observer, error),
    });
  }

  /** How many clients are connected. */
  get size(): number {
    return this.#switchboard.size;
  }

  /** How many chats there are. */
  get chats(): number {
    return this.#directory.chats;
  }

  /** `connection` has shown the cookie of `clientId`. */
  connect(connection: Connection, clientId: ClientId): void {
    this.#connections.set(connection.id, connection);
    this.handle({ type: "connected", connection: connection.id, clientId });
  }

  /** Logs everybody off. */
  stop(): void {
    this.#stopping = true;
    this.handle({ type: "shutting down" });
    for (const connection of this.#finishing.keys()) void connection.finish();
  }

  /** Resolves when all outputs are carried out, and nothing of a closed connection is left. */
  async settled(): Promise<void> {
    await this.turns.settled();
    await Promise.all(this.#finishing.values());
  }

  /** Whatever happens comes through here. */
  handle(event: SwitchboardEvent): void {
    for (const action of this.#switchboard.handle(event, env())) {
      if (action.type === "ask directory") {
        const answer = this.#directory.handle(action.request);
        if (answer !== undefined) this.handle(answer);
      } else {
        this.turns.add(action);
      }
    }
  }

  #carryOut(output: PlainOutput): void {
    if (output.type === "note") return this.#options.observer.note?.(output.note);
    const connection = this.#connections.get(output.connection);
    if (connection === undefined) return;
    switch (output.type) {
      case "send":
        connection.send(output.run);
        this.#touched.add(connection);
        break;
      case "answer history":
        this.#answerHistory(connection, output);
        break;
      case "close":
        this.#connections.delete(connection.id);
        this.#touched.delete(connection);
        this.#finishing.set(
          connection,
          this.#finish(connection, output.reason).finally(() => this.#finishing.delete(connection)),
        );
        break;
    }
  }

  /**
   * A client that has ended its stream to log off still gets its answers (clause 12.5), unless the
   * server stops.
   */
  async #finish(connection: Connection, reason: ClosingReason | undefined): Promise<void> {
    if (reason !== undefined) {
      connection.send({ type: "CLOSING", reason });
    } else if (connection.link.ended && !this.#stopping) {
      connection.flush();
      const { deadAfter } = this.#options.limits.keepalive;
      const deadline = setTimeout(() => connection.link.close(), deadAfter);
      await this.#answers.given(connection);
      clearTimeout(deadline);
    }
    await connection.finish();
  }

  #answerHistory(
    connection: Connection,
    { clientId, request }: Extract<Output, { type: "answer history" }>,
  ): void {
    if (this.#answers.add(connection, clientId, request)) return;
    const { id } = connection;
    this.handle({ type: "misbehaved", connection: id, message: "too many HISTORY_REQs at once" });
  }

  #endTurn(): void {
    for (const connection of this.#touched) {
      const { link } = connection;
      if (link.closed) continue;
      connection.flush();
      if (link.queued > this.#options.limits.maxQueuedBytes) {
        this.#options.drops.add("readers that were too slow", performance.now());
        link.close();
      }
    }
    this.#touched.clear();
  }
}

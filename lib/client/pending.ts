/**
 * What a client's user is waiting for: promises, and the notices that settle them.
 *
 * It only listens. Every promise is settled by the end of the connection at the latest.
 */

import type { ClientId, HistoryResp, SessionId } from "../codec/mod.ts";
import type { LogOffReason, Notice } from "../session/mod.ts";
import { NoAnswerError, NotDeliveredError } from "./errors.ts";

interface Unconfirmed {
  readonly sessionId: SessionId;
  readonly number: number;
  readonly settled: PromiseWithResolvers<void>;
}

interface Request {
  readonly clientId: ClientId;
  readonly settled: PromiseWithResolvers<boolean>;
}

interface HistoryRequest {
  readonly receive: (message: HistoryResp) => void;
  readonly settled: PromiseWithResolvers<void>;
}

/** The answers that are still to come. */
export class Pending {
  /** In the order in which they were sent. */
  #messages: Unconfirmed[] = [];
  #request: Request | undefined;
  readonly #histories: HistoryRequest[] = [];
  #room: PromiseWithResolvers<void> | undefined;

  constructor(readonly maxUnconfirmed: number) {}

  /** Messages sent and not yet confirmed or refused. */
  get unconfirmed(): number {
    return this.#messages.length;
  }

  /** Histories asked for whose end is still to come. */
  get histories(): number {
    return this.#histories.length;
  }

  /** Resolves when another message may be sent. */
  async room(): Promise<void> {
    while (this.unconfirmed >= this.maxUnconfirmed) {
      this.#room ??= Promise.withResolvers();
      await this.#room.promise;
    }
  }

  /** Resolves when no message is unconfirmed any more. */
  async confirmed(): Promise<void> {
    while (this.unconfirmed > 0) {
      await Promise.allSettled(this.#messages.map(({ settled }) => settled.promise));
    }
  }

  /** The same, or `patience` milliseconds later. */
  async confirmedWithin(patience: number): Promise<void> {
    const enough = Promise.withResolvers<void>();
    const timer = setTimeout(enough.resolve, patience);
    await Promise.race([this.confirmed(), enough.promise]);
    clearTimeout(timer);
  }

  /** Resolves when the message is stored; rejects with a {@linkcode NotDeliveredError}. */
  message(sessionId: SessionId, number: number): Promise<void> {
    const settled = Promise.withResolvers<void>();
    this.#messages.push({ sessionId, number, settled });
    return settled.promise;
  }

  /** Resolves with whether the chat that was asked for began. */
  request(clientId: ClientId): Promise<boolean> {
    const settled = Promise.withResolvers<boolean>();
    this.#request = { clientId, settled };
    return settled.promise;
  }

  /** Resolves when the last message was received; rejects with a {@linkcode NoAnswerError}. */
  history(receive: (message: HistoryResp) => void): Promise<void> {
    const settled = Promise.withResolvers<void>();
    this.#histories.push({ receive, settled });
    return settled.promise;
  }

  /** Settles what `notice` answers. */
  notice(notice: Notice): void {
    switch (notice.type) {
      case "stored":
        this.#settleMessages((message) =>
          message.sessionId === notice.sessionId && message.number <= notice.number
        );
        break;
      case "refused":
        this.#settleMessages(
          (message) => message.sessionId === notice.sessionId && message.number === notice.number,
          new NotDeliveredError(notice.reason),
        );
        break;
      case "chat started":
        if (notice.peer === this.#request?.clientId) this.#settleRequest(true);
        break;
      case "unreachable":
        this.#settleRequest(false);
        break;
      case "history message":
        this.#histories[0]?.receive(notice.message);
        break;
      case "history end":
        this.#settleHistory(notice.outcome === "complete");
        break;
      case "logged off":
        this.#settleAll(notice.why);
        break;
    }
  }

  #settleMessages(which: (message: Unconfirmed) => boolean, error?: Error): void {
    this.#messages = this.#messages.filter((message) => {
      if (!which(message)) return true;
      if (error === undefined) message.settled.resolve();
      else message.settled.reject(error);
      return false;
    });
    this.#room?.resolve();
    this.#room = undefined;
  }

  #settleRequest(started: boolean): void {
    this.#request?.settled.resolve(started);
    this.#request = undefined;
  }

  #settleHistory(complete: boolean): void {
    const request = this.#histories.shift();
    if (complete) request?.settled.resolve();
    else request?.settled.reject(new NoAnswerError("the server cannot read the history just now"));
  }

  #settleAll(why: LogOffReason): void {
    this.#settleMessages(() => true, new NotDeliveredError(why));
    this.#settleRequest(false);
    for (const { settled } of this.#histories.splice(0)) {
      settled.reject(new NoAnswerError("the connection ended before the whole history came"));
    }
  }
}

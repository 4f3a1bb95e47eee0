/**
 * Logs a client on again when its connection was lost or its server shut down.
 *
 * It waits ever longer, and by chance, so that the clients of a server that comes back do not all
 * come at once (exponential backoff with full jitter). What was unfinished is not its business: the
 * chat has ended, and whoever sent a message was told what became of it.
 */

import type { LogOffReason, LogOnFailure, Notice } from "../session/mod.ts";
import type { ChatClient } from "./chat_client.ts";
import { LogOnError, NotPossibleError } from "./errors.ts";

/** The longest first wait, in ms: 1 s on average, about what a server takes to start again. */
export const FIRST_WAIT = 2_000;

/** No wait is longer, in ms: a person who comes back to a server that is back waits a minute at most. */
export const LONGEST_WAIT = 60_000;

/**
 * How long to wait before a try, in ms: anything up to a bound that doubles with each try.
 *
 * @param tries how many there were already
 * @param chance at least 0, below 1
 */
function waitBefore(tries: number, chance: number): number {
  return chance * Math.min(FIRST_WAIT * 2 ** tries, LONGEST_WAIT);
}

/**
 * How long to wait when the server asks for a pause, in ms: half of the longest wait at least, so
 * that what it counts has drained.
 */
function pause(chance: number): number {
  return LONGEST_WAIT * (1 + chance) / 2;
}

/** Whether logging on again may help after this end of a connection: it was nobody's wish. */
function isWorthReturning(why: LogOffReason): boolean {
  return why === "connection lost" || why === "shutting_down";
}

/** Whether trying again may help after this failure: time heals all but a wrong secret. */
function isWorthRetrying(why: LogOnFailure): boolean {
  return why !== "refused" && why !== "given up";
}

/** What a {@linkcode Reconnector} may be told. */
export interface ReconnectorOptions {
  /**
   * Also return when the activity timer or the server logged the client off because nothing
   * happened: for a bot, which waits for others. By default it does not.
   */
  readonly whenIdle?: boolean;
  /** In `delay` ms it is tried again; `error` says why the last try failed, if there was one. */
  readonly onWait?: (delay: number, error?: LogOnError) => void;
  /** The server refused, and will go on doing so: nothing is tried any more. */
  readonly onGiveUp?: (error: LogOnError) => void;
}

/**
 * Keeps one client logged on.
 *
 * @example A client that comes back
 * ```ts
 * import { ChatClient, parseClientId, Reconnector } from "./mod.ts";
 *
 * const client = new ChatClient({
 *   server: { host: "127.0.0.1", port: 4390 },
 *   clientId: parseClientId("alice"),
 *   secret: new TextEncoder().encode("her secret"),
 *   onNotice: (notice) => reconnector.notice(notice),
 * });
 * const reconnector = new Reconnector(client);
 * ```
 */
export class Reconnector implements Disposable {
  readonly #client: Pick<ChatClient, "logOn">;
  readonly #options: ReconnectorOptions;
  #tries = 0;
  #connectedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The log-on under way; a cancelled one is not this one. */
  #logOn: Promise<void> | undefined;

  constructor(client: Pick<ChatClient, "logOn">, options: ReconnectorOptions = {}) {
    this.#client = client;
    this.#options = options;
  }

  /** Whether it waits for its next try, or tries. */
  get active(): boolean {
    return this.#timer !== undefined || this.#logOn !== undefined;
  }

  /** To be told everything that the client's `onNotice` hears. */
  notice(notice: Notice): void {
    if (notice.type === "connected") {
      this.cancel();
      this.#connectedAt = performance.now();
    }
    if (notice.type === "logged off") {
      this.cancel();
      if (this.#returns(notice.why)) this.#begin();
    }
  }

  /**
   * Ends the waiting, for now: the next connection that is lost is made again. A log-on under way is
   * the client's to give up ({@linkcode ChatClient.logOff}).
   */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#logOn = undefined;
  }

  [Symbol.dispose](): void {
    this.cancel();
  }

  #returns(why: LogOffReason): boolean {
    const idle = why === "activity timer" || why === "idle";
    return isWorthReturning(why) || (idle && this.#options.whenIdle === true);
  }

  /** A connection that broke at once says that the server is not well yet: the waits go on. */
  #begin(): void {
    if (performance.now() - this.#connectedAt >= LONGEST_WAIT) this.#tries = 0;
    this.#wait();
  }

  #wait(error?: LogOnError): void {
    const chance = Math.random();
    const delay = error?.why === "try later" ? pause(chance) : waitBefore(this.#tries++, chance);
    this.#timer = setTimeout(() => void this.#try(), delay);
    this.#options.onWait?.(delay, error);
  }

  async #try(): Promise<void> {
    this.#timer = undefined;
    const logOn = this.#logOn = this.#client.logOn();
    const error = await logOn.catch((error: unknown) => error);
    if (this.#logOn !== logOn) return;
    this.#logOn = undefined;
    // Whoever logs on themselves is not disturbed.
    if (error === undefined || error instanceof NotPossibleError) return;
    if (!(error instanceof LogOnError)) throw error;
    if (isWorthRetrying(error.why)) this.#wait(error);
    else if (error.why === "refused") this.#options.onGiveUp?.(error);
  }
}

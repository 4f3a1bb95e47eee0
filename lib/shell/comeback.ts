/**
 * A person's way back when the connection is lost: how long until the next log-on, and that it can
 * be called off.
 *
 * When to try again is the Reconnector's to know.
 */

import { type ChatClient, type LogOnError, type Notice, Reconnector } from "../client/mod.ts";

/** How often the time that is left is told, in ms. */
const TICK = 1_000;

/** Who hears of it. */
export interface ComebackListener {
  /** The seconds that are left have changed. */
  onTick(): void;
  /** It is not tried any more. */
  onGiveUp(error: LogOnError): void;
}

/** Logs a client on again, unless it is not to. */
export class Comeback {
  readonly #listener: ComebackListener;
  readonly #reconnector: Reconnector | undefined;
  #nextAt = 0;
  #ticker: ReturnType<typeof setInterval> | undefined;

  constructor(client: ChatClient, enabled: boolean, listener: ComebackListener) {
    this.#listener = listener;
    if (!enabled) return;
    this.#reconnector = new Reconnector(client, {
      onWait: (delay) => this.#wait(delay),
      onGiveUp: (error) => {
        this.#stopTicking();
        listener.onGiveUp(error);
      },
    });
  }

  /** Whether it waits for a log-on, or one of its own is under way. */
  get active(): boolean {
    return this.#reconnector?.active ?? false;
  }

  /** Whole seconds until the next log-on, while one is waited for. */
  get secondsLeft(): number | undefined {
    const left = this.#nextAt - performance.now();
    return this.active && left > 0 ? Math.ceil(left / 1_000) : undefined;
  }

  /** To be told everything that the client tells. */
  notice(notice: Notice): void {
    this.#reconnector?.notice(notice);
    if (!this.active) this.#stopTicking();
  }

  /** Gives up the waiting; a log-on under way is the client's to give up. */
  cancel(): void {
    this.#reconnector?.cancel();
    this.#stopTicking();
  }

  #wait(delay: number): void {
    this.#nextAt = performance.now() + delay;
    this.#stopTicking();
    this.#ticker = setInterval(() => this.#listener.onTick(), TICK);
    this.#listener.onTick();
  }

  #stopTicking(): void {
    clearInterval(this.#ticker);
    this.#ticker = undefined;
  }
}

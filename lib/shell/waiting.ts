/**
 * Lines that were typed ahead, and for which chat each of them was meant.
 *
 * A message, or "End chat", that is typed in a chat is for no other, even when its turn comes after
 * that chat is over and another has begun. Only behind a command that turns to another chat is it
 * for whatever chat there is then.
 */

import type { Typed } from "./command.ts";
import type { Session } from "./deliveries.ts";

/** A line whose turn has not come. */
export interface Waiting {
  readonly line: string;
  /** The chat that it was typed in, if it matters. */
  readonly session: Session | undefined;
  readonly turning: boolean;
}

/** The lines whose turn has not come. */
export class WaitingLines {
  readonly #lines = new Set<Waiting>();
  #turning = 0;

  get size(): number {
    return this.#lines.size;
  }

  /** Their texts, in the order in which they were typed. */
  get texts(): readonly string[] {
    return [...this.#lines].map(({ line }) => line);
  }

  /** The chat in which a line is typed now: `session`, unless another may come before its turn. */
  sessionFor(session: Session | undefined): Session | undefined {
    return this.#turning > 0 ? undefined : session;
  }

  /** Adds a line that means `kind`. */
  add(line: string, session: Session | undefined, kind: Typed["kind"]): Waiting {
    const waiting = { line, session, turning: TURNING.includes(kind) };
    this.#lines.add(waiting);
    if (waiting.turning) this.#turning++;
    return waiting;
  }

  /** The turn of `waiting` has come. */
  take(waiting: Waiting): void {
    this.#lines.delete(waiting);
    if (waiting.turning) this.#turning--;
  }
}

/** What may begin or end a chat. */
const TURNING: readonly Typed["kind"][] = ["logOn", "logOff", "chat", "endChat"];

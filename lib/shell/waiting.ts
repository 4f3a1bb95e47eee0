/**
 * Lines that were typed ahead, and for whom each line is: whoever it was begun for.
 *
 * A line that is begun in a chat is for that chat and no other, though that one may be over and
 * another have begun when it is entered, or when its turn comes. Only behind a command that begins
 * or ends a chat is it for the chat that the command asks for, or for nobody.
 */

import type { ClientId } from "../codec/mod.ts";
import type { Typed } from "./command.ts";
import type { Aim } from "./deliveries.ts";

/** How things were when a line was begun. */
export interface Begun {
  /** For whom it is; undefined for a line that can only be a command. */
  readonly aim: Aim | undefined;
  /** How many lines before it were known. */
  readonly known: number;
}

/** A line that was not obeyed yet. */
export interface Waiting {
  readonly line: string;
  readonly typed: Typed;
  /** For whom it is. */
  readonly aim: Aim | undefined;
}

/** The lines that were not obeyed yet. */
export class WaitingLines {
  readonly #lines = new Set<Waiting>();
  /** Those that begin or end a chat, also the one whose turn it is. */
  readonly #turning = new Set<Waiting>();
  #known = 0;

  /** How many are there whose turn has not come. */
  get size(): number {
    return this.#lines.size;
  }

  /** Their texts, in the order in which they were typed. */
  get texts(): readonly string[] {
    return [...this.#lines].map(({ line }) => line);
  }

  /** How things are for a line that is begun while the chat `active` is, if there is one. */
  begin(active: Aim | undefined): Begun {
    const last = [...this.#turning].at(-1);
    const aim = last === undefined ? active : expectedAfter(last.typed);
    return { aim, known: this.#known };
  }

  /** For whom a line is that is taken now: it may have been begun before those before it were taken. */
  aimOf(begun: Begun, active: Aim | undefined): Aim | undefined {
    return begun.known === this.#known ? begun.aim : this.begin(active).aim;
  }

  add(waiting: Waiting): void {
    this.#lines.add(waiting);
    this.#known++;
    if (TURNING.includes(waiting.typed.kind)) this.#turning.add(waiting);
  }

  /** The turn of `waiting` has come. */
  take(waiting: Waiting): void {
    this.#lines.delete(waiting);
  }

  /** `waiting` was obeyed. */
  done(waiting: Waiting): void {
    this.#turning.delete(waiting);
  }
}

/** What may begin or end a chat. */
const TURNING: readonly Typed["kind"][] = ["logOn", "logOff", "chat", "endChat"];

function expectedAfter(typed: Typed): { readonly peer: ClientId } | undefined {
  return typed.kind === "chat" ? { peer: typed.clientId } : undefined;
}

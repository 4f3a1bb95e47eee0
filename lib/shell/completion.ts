/**
 * Which lines Tab may make of what is typed: the commands that make sense now, with the client-IDs
 * that were met.
 *
 * It completes commands only, never a message.
 */

import type { ChatClient } from "../client/mod.ts";
import { COMMANDS } from "./help.ts";

/** So many client-IDs are remembered. */
const MAX_MET = 1_000;

/** The client-IDs that the user had to do with since the program began. */
export class Met {
  readonly #ids = new Set<string>();

  /** Those met last come last. */
  get ids(): readonly string[] {
    return [...this.#ids];
  }

  add(id: string): void {
    this.#ids.delete(id);
    this.#ids.add(id);
    if (this.#ids.size > MAX_MET) this.#ids.delete(this.ids[0]!);
  }
}

/** What completing depends on. */
export interface CompletionState {
  readonly state: ChatClient["state"];
  /** Something was not delivered. */
  readonly undelivered: boolean;
  readonly met: readonly string[];
}

/** The whole lines that begin with `typed`, but for the case of a command and surplus spaces. */
export function completions(typed: string, state: CompletionState): readonly string[] {
  const words = typed.trimStart().replace(/\s+/g, " ").toLowerCase();
  return COMMANDS.filter(({ name }) => makesSense(name, state)).flatMap(({ name, takes }) => {
    if (takes === undefined) return [name];
    const following = takes === "a command" ? COMMANDS.map(({ name }) => name) : state.met;
    const whole = following.map((word) => `${name} ${word}`).sort();
    if (words.startsWith(`${name.toLowerCase()} `)) return whole;
    return takes === "a command" ? [name] : [`${name} `];
  }).filter((line) => line.toLowerCase().startsWith(words));
}

function makesSense(name: string, { state, undelivered }: CompletionState): boolean {
  const chatting = state === "Active Chat";
  switch (name) {
    case "Log on":
      return state === "Offline";
    case "Chat":
      return state === "Connected";
    case "End chat":
      return chatting;
    case "History":
      return chatting || state === "Connected";
    case "Send again":
      return chatting && undelivered;
    case "Forget":
      return undelivered;
    case "Log off":
      return state !== "Offline";
    default:
      return true;
  }
}

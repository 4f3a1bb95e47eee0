/** What stands before the typed line: who one is, what the connection does, what is on its way. */

import type { ChatClient } from "../client/mod.ts";

/** What the prompt tells. */
export interface PromptState {
  readonly name: string;
  readonly state: ChatClient["state"];
  /** With whom a chat is active. */
  readonly peer: string | undefined;
  /** A log-on is under way, also one that has sent nothing yet. */
  readonly connecting: boolean;
  /** Seconds until the next log-on, when one is waited for. */
  readonly reconnectIn: number | undefined;
  /** Something that takes its time. */
  readonly busy: string | undefined;
}

/** Messages and lines whose time has not come. */
export interface Counts {
  /** Messages that the server has not confirmed. */
  readonly onTheirWay: number;
  /** Lines that were typed ahead. */
  readonly waiting: number;
}

/** The prompt, such as `alice to bob (2 on their way)> `. */
export function promptOf(state: PromptState, counts?: Counts): string {
  const { name, peer, busy } = state;
  const notes = [
    ...connectionNote(state),
    ...(busy === undefined ? [] : [busy]),
    ...(counts?.onTheirWay ? [`${counts.onTheirWay} on their way`] : []),
    ...(counts?.waiting ? [`${counts.waiting} waiting`] : []),
  ];
  const to = peer === undefined ? "" : ` to ${peer}`;
  return `${name}${to}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}> `;
}

function connectionNote({ state, connecting, reconnectIn }: PromptState): string[] {
  switch (state) {
    case "Connected":
    case "Active Chat":
      return [];
    case "Wait for CHAT_STARTED":
      return ["waiting for an answer"];
    case "Offline":
      if (reconnectIn !== undefined) return [`reconnecting in ${reconnectIn} s`];
      return [connecting ? "connecting" : "offline"];
    default:
      return ["connecting"];
  }
}

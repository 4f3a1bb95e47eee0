/** What a world may forget of its programs: see key.ts for why nothing to come depends on it. */

import type { SessionId } from "../../lib/codec/mod.ts";
import type { Process } from "./state.ts";

/** A program without what leads nowhere any more; nothing where it is over at both ends. */
export function withoutTheGone(process: Process): Process[] {
  const isOffline = process.state.name === "Offline";
  if (isOffline && !process.held) return [];
  const { held, up, down, unanswered } = process;
  return [{
    ...process,
    up: held ? up : [],
    down: isOffline ? [] : down,
    unanswered: isOffline ? [] : unanswered,
  }];
}

/** Whether any program is in that chat, or has anything about it on its way. */
export function isKnownTo(processes: readonly Process[], sessionId: SessionId): boolean {
  const names = (item: object): boolean =>
    (item as { sessionId?: SessionId }).sessionId === sessionId;
  return processes.some(({ state, up, down, unanswered }) =>
    names(state) || up.some(names) || down.some(names) || unanswered.some(names)
  );
}

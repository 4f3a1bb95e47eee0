/**
 * Runs: messages that follow each other, taken as one.
 *
 * Whoever is in a hurry sends many CHATs at once that differ in nothing but number and text. They
 * are handled in one step and stored as one piece, which costs hardly more than a single one. On
 * the wire each of them stays a frame of its own.
 */

import type { Chat, Frame, Refusal, Refused, SessionId } from "./message.ts";
import type { Text } from "./text.ts";

/** CHATs of one session. `number` is that of the first; the others follow by one. */
export interface ChatRun {
  readonly type: "CHAT";
  readonly sessionId: SessionId;
  readonly number: number;
  readonly texts: readonly Text[];
}

/** REFUSEDs of one session, for `count` messages from `number` on. */
export interface RefusedRun {
  readonly type: "REFUSED";
  readonly sessionId: SessionId;
  readonly number: number;
  readonly count: number;
  readonly reason: Refusal;
}

/** Frames that are taken as one; most are alone. */
export type Run = Exclude<Frame, Chat | Refused> | ChatRun | RefusedRun;

/** `frames` in their order, up to `longest` CHATs that follow each other as one run. */
export function runsOf(frames: Iterable<Frame>, longest = Infinity): Run[] {
  const runs: Run[] = [];
  let open: ChatRun & { texts: Text[] } | undefined;
  for (const frame of frames) {
    if (frame.type !== "CHAT") {
      open = undefined;
      runs.push(frame.type === "REFUSED" ? { ...frame, count: 1 } : frame);
      continue;
    }
    const { type, sessionId, number, text } = frame;
    const length = open?.texts.length ?? longest;
    if (length < longest && open?.sessionId === sessionId && open.number + length === number) {
      open.texts.push(text);
    } else runs.push(open = { type, sessionId, number, texts: [text] });
  }
  return runs;
}

/** The frames that `run` stands for. */
export function* framesOf(run: Run): Generator<Frame, void> {
  if (run.type === "CHAT") {
    const { type, sessionId, texts } = run;
    let { number } = run;
    for (const text of texts) yield { type, sessionId, number: number++, text };
  } else if (run.type === "REFUSED") {
    const { type, sessionId, number, count, reason } = run;
    for (let i = 0; i < count; i++) yield { type, sessionId, number: number + i, reason };
  } else yield run;
}

/** How many frames `run` stands for. */
export function lengthOf(run: Run): number {
  if (run.type === "CHAT") return run.texts.length;
  return run.type === "REFUSED" ? run.count : 1;
}

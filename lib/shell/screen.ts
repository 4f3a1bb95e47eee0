/**
 * What a person reads: notices as lines, with the assignment's words where it gives them.
 *
 * Whatever came from others is made safe for a terminal here and in the transcript, which tells
 * messages.
 */

import { type HistoryResp, textToString } from "../codec/mod.ts";
import type { LogOffReason, Notice } from "../client/mod.ts";
import { visible } from "../terminal/mod.ts";

/** The line for a notice; undefined for one that is told in another way, as messages are. */
export function lineFor(notice: Notice): string | undefined {
  switch (notice.type) {
    case "connected":
      return "Connected";
    case "logged off":
      return LOGGED_OFF[notice.why];
    case "chat started":
      return `Chat started with ${notice.peer}`;
    case "chat ended":
      return `Chat ended with ${notice.peer}`;
    case "unreachable":
      return `Correspondent unreachable: ${notice.clientId}`;
    default:
      return undefined;
  }
}

/** A line of the history, as the assignment has it: `<session_id> <from: sender> message`. */
export function historyLine({ sessionId, sender, text }: HistoryResp): string {
  return `<${sessionId}> <from: ${sender}> ${visible(textToString(text))}`;
}

const LOGGED_OFF: Readonly<Record<LogOffReason, string>> = {
  asked: "Logged off",
  "activity timer": "Logged off: nothing happened for too long",
  "connection lost": "Connection lost",
  logged_on_elsewhere: "Logged off: you logged on from somewhere else",
  idle: "Logged off by the server: nothing happened for too long",
  revoked: "Logged off by the server: your secret was changed or removed",
  shutting_down: "Logged off: the server is shutting down",
  protocol_error: "Logged off by the server: it did not understand this client",
};

/**
 * What a person reads: notices as lines, with the assignment's words where it gives them.
 *
 * Whatever came from others is made safe for a terminal here, and nowhere else.
 */

import { type HistoryResp, type Text, textToString } from "../codec/mod.ts";
import type { LogOffReason, Notice } from "../client/mod.ts";
import { visible } from "../terminal/mod.ts";

/** The line for a notice; undefined for one that is told in another way. */
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
    case "message":
      return `${notice.from}: ${readable(notice.text)}`;
    default:
      return undefined;
  }
}

/** A line of the history, as the assignment has it: `<session_id> <from: sender> message`. */
export function historyLine({ sessionId, sender, text }: HistoryResp): string {
  return `<${sessionId}> <from: ${sender}> ${readable(text)}`;
}

/** What the client can be told. */
export const HELP = `Commands, in any case:
  Log on             log on to the server
  Chat ID            start a chat with ID
  End chat           end the chat
  History ID         show all past messages with ID
  History ID N       show the last N of them
  Log off            log off
  Help               show this
  Quit               log off and leave
In a chat, any other line is sent as a message. To send a line that is a command, put a \\ before it.`;

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

function readable(text: Text): string {
  return visible(textToString(text));
}

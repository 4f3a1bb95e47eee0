/**
 * What a typed line means: a command, a chat message, or a mistake to explain.
 *
 * Commands are read without regard to case and surplus spaces, client-IDs exactly. While a chat is
 * active a line is a message unless the whole of it has exactly a command's form; a backslash before
 * such a line is taken off and makes it a message. Whether a command
 * makes sense now is not known here.
 */

import { type ClientId, isClientId, MAX_CLIENT_ID } from "../codec/mod.ts";
import { visible } from "../terminal/mod.ts";

/** A well-formed command. `last` asks for so many messages only: 1 to 2^32 - 1. */
export type Command =
  | { readonly kind: "logOn" | "logOff" | "endChat" | "help" | "quit" }
  | { readonly kind: "chat"; readonly clientId: ClientId }
  | { readonly kind: "history"; readonly clientId: ClientId; readonly last?: number };

/** What was typed. A `message` is never empty; an `explanation` says what to type instead. */
export type Typed =
  | Command
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "nothing" }
  | { readonly kind: "mistake"; readonly explanation: string };

const MAX_LAST = 0xffff_ffff;

/** The meaning of `line`, typed while a chat is active (`chatting`) or not. */
export function parseLine(line: string, chatting: boolean): Typed {
  const typed = parseCommand(line);
  if (!chatting || (typed.kind !== "mistake" && typed.kind !== "nothing")) return typed;
  if (line === "") return { kind: "nothing" };
  return { kind: "message", text: isEscapedCommand(line) ? line.slice(1) : line };
}

/** Backslashes, then exactly a command: one of them is there to make it a message. */
function isEscapedCommand(line: string): boolean {
  const { kind } = parseCommand(line.replace(/^\\+/, ""));
  return line.startsWith("\\") && kind !== "mistake" && kind !== "nothing";
}

function parseCommand(line: string): Command | Extract<Typed, { kind: "nothing" | "mistake" }> {
  const words = line.split(/\s+/).filter((word) => word !== "");
  const [verb, ...rest] = words;
  switch (words.join(" ").toLowerCase()) {
    case "":
      return { kind: "nothing" };
    case "log on":
      return { kind: "logOn" };
    case "log off":
      return { kind: "logOff" };
    case "end chat":
      return { kind: "endChat" };
    case "help":
      return { kind: "help" };
    case "quit":
      return { kind: "quit" };
  }
  switch (verb!.toLowerCase()) {
    case "log":
      return mistake('Type "Log on" or "Log off".');
    case "end":
      return mistake('To end a chat, type "End chat".');
    case "chat":
      return parseChat(rest);
    case "history":
      return parseHistory(rest);
    default:
      return mistake(
        'Not in a chat, and this is no command. Type "Chat" and a client-ID to start a chat, or "Help".',
      );
  }
}

function parseChat([clientId, ...rest]: string[]): ReturnType<typeof parseCommand> {
  if (clientId === undefined || rest.length > 0) {
    return mistake('To start a chat, type "Chat" and one client-ID, such as "Chat bob".');
  }
  return isClientId(clientId) ? { kind: "chat", clientId } : malformed(clientId);
}

function parseHistory([clientId, count, ...rest]: string[]): ReturnType<typeof parseCommand> {
  if (clientId === undefined || rest.length > 0) {
    return mistake(
      'To see past messages, type "History" and a client-ID, such as "History bob", or "History bob 20" for the last 20.',
    );
  }
  if (!isClientId(clientId)) return malformed(clientId);
  if (count === undefined) return { kind: "history", clientId };
  const last = /^\d+$/.test(count) ? Number(count) : 0;
  if (last < 1 || last > MAX_LAST) {
    return mistake(
      `After the client-ID, type how many messages to see (1 to ${MAX_LAST}), or nothing to see all.`,
    );
  }
  return { kind: "history", clientId, last };
}

function malformed(word: string): ReturnType<typeof mistake> {
  return mistake(
    `"${
      visible(word)
    }" is not a client-ID: type 1 to ${MAX_CLIENT_ID} characters of A-Z a-z 0-9 _ -.`,
  );
}

function mistake(explanation: string): Extract<Typed, { kind: "mistake" }> {
  return { kind: "mistake", explanation };
}

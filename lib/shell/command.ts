/**
 * What a typed line means: a command, a chat message, or a mistake to explain.
 *
 * Commands are read without regard to case and surplus spaces, client-IDs exactly. While a chat is
 * active a line is a message unless the whole of it has exactly a command's form; a backslash before
 * such a line is taken off and makes it a message. Whether a command makes sense now is not known
 * here.
 */

import { type ClientId, isClientId, MAX_CLIENT_ID } from "../codec/mod.ts";
import { visible } from "../terminal/mod.ts";
import { type CommandHelp, COMMANDS } from "./help.ts";
import { nearest } from "./nearest.ts";

/** A well-formed command. */
export type Command =
  | { readonly kind: PlainKind | PersonsKind }
  | { readonly kind: "helpAbout"; readonly command: CommandHelp }
  | { readonly kind: "chat"; readonly clientId: ClientId }
  | {
    readonly kind: "history";
    readonly clientId: ClientId;
    /** Only so many: 1 to 2^32 - 1. */
    readonly last?: number;
    /** Where to write them, instead of showing them. */
    readonly file?: string;
  };

/** What was typed. A `message` is never empty; an `explanation` says what to type instead. */
export type Typed =
  | Command
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "nothing" }
  | { readonly kind: "mistake"; readonly explanation: string };

type PlainKind = "logOn" | "logOff" | "endChat" | "help" | "quit";
type PersonsKind = "status" | "sendAgain" | "forget" | "remember";

const MAX_LAST = 0xffff_ffff;

const PLAIN: ReadonlyMap<string, PlainKind> = new Map([
  ["log on", "logOn"],
  ["log off", "logOff"],
  ["end chat", "endChat"],
  ["help", "help"],
  ["quit", "quit"],
]);

const FOR_PERSONS: ReadonlyMap<string, PersonsKind> = new Map([
  ["status", "status"],
  ["send again", "sendAgain"],
  ["forget", "forget"],
  ["remember", "remember"],
]);

const NO_COMMAND =
  'Not in a chat, and this is no command. Type "Chat" and a client-ID to start a chat, or "Help".';

/** `>` and the rest of the line, after what asks for a history. A script redirects its output. */
const INTO_FILE = /^(?<asked>\s*history\s.*?)\s>(?<file>.*)$/is;

/**
 * The meaning of `line`, typed while a chat is active (`chatting`) or not, by a person at a
 * terminal, who knows some more commands, or by a script.
 */
export function parseLine(line: string, chatting: boolean, atTerminal = false): Typed {
  const typed = parseCommand(line, atTerminal);
  if (!chatting || !isNoCommand(typed)) return typed;
  return asText(isEscapedCommand(line, atTerminal) ? line.slice(1) : line);
}

/** The meaning of a line that is no command, whatever it says. */
export function asText(line: string): Typed {
  return line === "" ? { kind: "nothing" } : { kind: "message", text: line };
}

/** Backslashes, then exactly a command: one of them is there to make it a message. */
function isEscapedCommand(line: string, atTerminal: boolean): boolean {
  return line.startsWith("\\") && !isNoCommand(parseCommand(line.replace(/^\\+/, ""), atTerminal));
}

type NoCommand = Extract<Typed, { kind: "nothing" | "mistake" }>;

function isNoCommand(typed: Typed): typed is NoCommand {
  return typed.kind === "nothing" || typed.kind === "mistake";
}

function parseCommand(line: string, atTerminal: boolean): Command | NoCommand {
  const { asked, file } = (atTerminal ? INTO_FILE.exec(line)?.groups : undefined) ?? {};
  const words = (asked ?? line).split(/\s+/).filter((word) => word !== "");
  const [verb, ...rest] = words;
  if (verb === undefined) return { kind: "nothing" };
  const whole = words.join(" ").toLowerCase();
  const kind = PLAIN.get(whole) ?? (atTerminal ? FOR_PERSONS.get(whole) : undefined);
  if (kind !== undefined) return { kind };
  switch (verb.toLowerCase()) {
    case "log":
      return mistake('Type "Log on" or "Log off".');
    case "end":
      return mistake('To end a chat, type "End chat".');
    case "chat":
      return parseChat(rest);
    case "history":
      return parseHistory(rest, file?.trim(), atTerminal);
  }
  if (!atTerminal) return mistake(NO_COMMAND);
  if (verb.toLowerCase() === "help") return parseHelp(rest.join(" "));
  const meant = meantBy(words);
  return mistake(
    meant === undefined
      ? NO_COMMAND
      : `"${visible(words.join(" "))}" is no command. Did you mean "${meant}"?`,
  );
}

function parseChat([clientId, ...rest]: string[]): Command | NoCommand {
  if (clientId === undefined || rest.length > 0) {
    return mistake('To start a chat, type "Chat" and one client-ID, such as "Chat bob".');
  }
  return isClientId(clientId) ? { kind: "chat", clientId } : malformed(clientId);
}

function parseHistory(
  [clientId, count, ...rest]: string[],
  file: string | undefined,
  atTerminal: boolean,
): Command | NoCommand {
  if (clientId === undefined || rest.length > 0 || file === "") {
    const intoFile = atTerminal
      ? '. To have them in a new file, type "History bob > bob.txt".'
      : ". To have them in a file, redirect the output.";
    return mistake(
      'To see past messages, type "History" and a client-ID, such as "History bob", or ' +
        `"History bob 20" for the last 20${intoFile}`,
    );
  }
  if (!isClientId(clientId)) return malformed(clientId);
  const to = file === undefined ? {} : { file };
  if (count === undefined) return { kind: "history", clientId, ...to };
  const last = /^\d+$/.test(count) ? Number(count) : 0;
  if (last < 1 || last > MAX_LAST) {
    return mistake(
      `After the client-ID, type how many messages to see (1 to ${MAX_LAST}), or nothing to see all.`,
    );
  }
  return { kind: "history", clientId, last, ...to };
}

function parseHelp(name: string): Command | NoCommand {
  const command = COMMANDS.find((command) => command.name.toLowerCase() === name.toLowerCase());
  if (command !== undefined) return { kind: "helpAbout", command };
  return mistake('For help, type "Help", or "Help" and a command, such as "Help History".');
}

/** A command with the rest of what was typed, where a command is near. */
function meantBy(words: readonly string[]): string | undefined {
  const whole = nearest(words.join(" "), COMMANDS.map(({ name }) => name));
  if (whole !== undefined) return whole;
  const [verb, clientId, ...rest] = words;
  if (clientId === undefined || !isClientId(clientId) || rest.length > 0) return undefined;
  const name = nearest(verb!, ["Chat", "History"]);
  return name === undefined ? undefined : `${name} ${clientId}`;
}

function malformed(word: string): NoCommand {
  return mistake(
    `"${
      visible(word)
    }" is not a client-ID: type 1 to ${MAX_CLIENT_ID} characters of A-Z a-z 0-9 _ -.`,
  );
}

function mistake(explanation: string): NoCommand {
  return { kind: "mistake", explanation };
}

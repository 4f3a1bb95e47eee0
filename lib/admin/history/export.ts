/** `history export`: what two clients said to each other, line by line. */

import { type ClientId, isClientId, textToString } from "../../codec/mod.ts";
import { Archive, type StoredMessage } from "../../history/mod.ts";
import { readNumber, sayLines, UsageError, visible } from "../../terminal/mod.ts";
import { AdminError, withHelp } from "../out.ts";
import { historyFileOf, readSettings } from "../settings.ts";
import { MOMENT_HELP, PLACE, PLACE_HELP, readFormat, readMoment } from "./options.ts";

const HELP = `Writes what two clients said to each other to standard output, oldest first.

Usage: parley-server history export ID ID [flags]

  --format FORMAT           text: "<session-ID> <from: sender> message", made safe to look at;
                            json: an object on each line, with position, session, number, time,
                            from, to and text (default text)
  --since WHEN              only what was said since; ${MOMENT_HELP}
  --last COUNT              only the newest so many
${PLACE_HELP}

For example:

  parley-server history export alice bob --last 100
  parley-server history export alice bob --format json --since 2026-01-01 > alice-bob.jsonl`;

/** Turns a message between the first ID and the second into a line. */
type Line = (message: StoredMessage, a: ClientId, b: ClientId) => string;

const LINES: Readonly<Record<"text" | "json", Line>> = { text: textLine, json: jsonLine };

/** Runs `history export ...`. */
export const exportHistory = withHelp(HELP, (args) => {
  const { settings, own, words } = readSettings(args, {
    settings: PLACE,
    own: ["format", "since", "last"],
  });
  const [a, b] = pairOf(words);
  const line = LINES[readFormat(own.format)];
  const since = own.since === undefined ? 0 : readMoment("since", own.since, Date.now());
  const max = Number.MAX_SAFE_INTEGER;
  const count = readNumber("--last", own.last, { min: 1, max, otherwise: max });

  using archive = Archive.open(historyFileOf(settings));
  const messages = archive.messages(a, b, count);
  if (messages === undefined) {
    throw new AdminError(
      `${a} and ${b} have no history in ${archive.path}; \`history stats\` names the pairs that do`,
    );
  }
  sayLines(linesOf(messages, since, (message) => line(message, a, b)));
  return Promise.resolve(0);
});

function* linesOf(
  messages: Iterable<StoredMessage>,
  since: number,
  line: (message: StoredMessage) => string,
): Generator<string, void> {
  for (const message of messages) {
    if (message.at >= since) yield line(message);
  }
}

/** The line of `message` in the assignment's form, for people. */
export function textLine({ sessionId, sender, text }: StoredMessage): string {
  return `<${sessionId}> <from: ${sender}> ${visible(textToString(text))}`;
}

/** The line of `message` for programs; its text is whole, and yet a terminal stays as it was. */
export function jsonLine(message: StoredMessage, a: ClientId, b: ClientId): string {
  const { position, sessionId: session, number, at, sender: from, text } = message;
  const to = from === a ? b : a;
  const time = new Date(at).toISOString();
  return escapeHidden(
    JSON.stringify({ position, session, number, time, from, to, text: textToString(text) }),
  );
}

/** JSON may spell any character by its number. */
function escapeHidden(json: string): string {
  return json.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (hidden) => hidden.split("").map(codeUnit).join(""),
  );
}

function codeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function pairOf(words: readonly string[]): [ClientId, ClientId] {
  const [a, b, ...others] = words;
  if (a === undefined || b === undefined || others.length > 0) {
    throw new UsageError("history export takes the IDs of two clients");
  }
  if (!isClientId(a)) throw new UsageError(`"${visible(a)}" is not a client-ID`);
  if (!isClientId(b)) throw new UsageError(`"${visible(b)}" is not a client-ID`);
  return [a, b];
}

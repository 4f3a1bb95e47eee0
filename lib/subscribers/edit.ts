/**
 * Adds, removes and rotates subscribers in the text of their file, and leaves all else as it is:
 * comments, order, blank lines, line ends, and the way each entry is written.
 *
 * Every edit is checked: the parser must read exactly the subscribers that are wanted, or nothing
 * is changed. Knows no files but by their name.
 */

import type { ClientId } from "../codec/mod.ts";
import { layout, type Piece } from "./layout.ts";
import { parseSubscribers, type Subscribers } from "./subscribers.ts";

/** An edit cannot be made; the message says why and what to do. */
export class EditError extends Error {
  override readonly name = "EditError";
}

/** A file's text, and its name for errors. */
export interface SubscribersText {
  readonly file: string;
  readonly toml: string;
}

/** What a new file begins with. */
export const NEW_FILE =
  `# The subscribers of this Parley server, and the secret of each: let nobody else read this.
`;

const NOTHING_BUT_COMMENTS = /^\ufeff?(?:\s|#[^\n]*(?:\n|$))*$/;
const decoder = new TextDecoder();

/**
 * The text with `id` added at its end.
 *
 * @throws {EditError} when it is there already
 * @throws {SubscribersError} when the text is not sound
 */
export function addSubscriber(text: SubscribersText, id: ClientId, secret: string): string {
  const { file, toml } = text;
  const secrets = secretsIn(text);
  if (secrets.has(id)) {
    throw new EditError(
      `${id} is in ${file} already. For another secret: parley-server subscriber rotate ${id}`,
    );
  }
  const newline = /\r?\n/.exec(toml)?.[0] ?? "\n";
  const endOfLine = toml === "" || toml.endsWith("\n") ? "" : newline;
  const blankLine = toml === "" || /\n[ \t]*\r?\n$/.test(toml) ? "" : newline;
  const entry = `[${id}]${newline}secret = ${JSON.stringify(secret)}${newline}`;
  return checked(text, toml + endOfLine + blankLine + entry, secrets.set(id, secret));
}

/**
 * The text with another secret for `id`.
 *
 * @throws {EditError} when it is not there, or is written in a way that is not understood
 * @throws {SubscribersError} when the text is not sound
 */
export function rotateSubscriber(text: SubscribersText, id: ClientId, secret: string): string {
  const { toml } = text;
  const secrets = knowing(text, id);
  const { pieces } = piecesOf(text, id);
  const span = pieces.find((piece) => piece.subscriber === id && piece.secret)?.secret;
  if (span === undefined) throw byHand(text, id);
  const edited = toml.slice(0, span.start) + JSON.stringify(secret) + toml.slice(span.end);
  return checked(text, edited, secrets.set(id, secret), id);
}

/**
 * The text without `id`. Lines of comment in its entry, and those directly above it, go with it;
 * but a block of comment that begins the file is about all of it, and stays.
 *
 * @throws {EditError} when it is not there, is the only one, or is written in a way that is not
 *   understood
 * @throws {SubscribersError} when the text is not sound
 */
export function removeSubscriber(text: SubscribersText, id: ClientId): string {
  const { file, toml } = text;
  const secrets = knowing(text, id);
  if (secrets.size === 1) {
    throw new EditError(
      `${id} is the only subscriber in ${file}, and a server needs one. Add another first`,
    );
  }
  const { pieces, first, last } = piecesOf(text, id);
  const [start, end] = withSurroundings(pieces, first, last);
  const from = pieces[start]!.start;
  const to = pieces[end - 1]!.end;
  secrets.delete(id);
  return checked(text, toml.slice(0, from) + toml.slice(to), secrets, id);
}

/** Which pieces go with those from `first` to `last`: from the first returned up to the second. */
function withSurroundings(
  pieces: readonly Piece[],
  first: number,
  last: number,
): [start: number, end: number] {
  const is = (index: number, kind: Piece["kind"]): boolean => pieces[index]?.kind === kind;
  let start = first;
  while (is(start - 1, "comment")) start--;
  if (start === 0) start = first;
  const end = last + 1;
  let next = end;
  while (is(next, "blank")) next++;
  // Blank lines on one side are enough.
  if (next < pieces.length) return [start, start === 0 || is(start - 1, "blank") ? next : end];
  while (is(start - 1, "blank")) start--;
  return [start, end];
}

/** Where the entry of `id` begins and ends. */
function piecesOf(
  text: SubscribersText,
  id: ClientId,
): { pieces: readonly Piece[]; first: number; last: number } {
  const { pieces, complete } = layout(text.toml);
  if (!complete) throw byHand(text, id);
  const own = (piece: Piece): boolean => piece.subscriber === id;
  return { pieces, first: pieces.findIndex(own), last: pieces.findLastIndex(own) };
}

function knowing(text: SubscribersText, id: ClientId): Map<string, string> {
  const secrets = secretsIn(text);
  if (secrets.has(id)) return secrets;
  throw new EditError(
    `${id} is not in ${text.file}. To see who is: parley-server subscriber list`,
  );
}

function secretsIn({ file, toml }: SubscribersText): Map<string, string> {
  return NOTHING_BUT_COMMENTS.test(toml) ? new Map() : secretsOf(parseSubscribers(toml, file));
}

function secretsOf(subscribers: Subscribers): Map<string, string> {
  return new Map(subscribers.ids().map((id) => [id, decoder.decode(subscribers.secretOf(id))]));
}

/** `edited`, if it lists exactly `wanted`. */
function checked(
  text: SubscribersText,
  edited: string,
  wanted: ReadonlyMap<string, string>,
  id?: ClientId,
): string {
  if (!lists(edited, wanted)) throw byHand(text, id);
  return edited;
}

function lists(toml: string, wanted: ReadonlyMap<string, string>): boolean {
  try {
    const found = secretsOf(parseSubscribers(toml, ""));
    return found.size === wanted.size && [...found].every(([id, s]) => wanted.get(id) === s);
  } catch {
    return false;
  }
}

function byHand({ file, toml }: SubscribersText, id: ClientId | undefined): EditError {
  const { pieces, complete } = layout(toml);
  const at = pieces.find(({ subscriber }) => id !== undefined && subscriber === id)?.start ??
    (complete ? toml.length : pieces.at(-1)?.end ?? 0);
  const line = toml.slice(0, at).split("\n").length;
  return new EditError(
    `${file}:${line}: this is written in a way that is not edited automatically. ` +
      "Edit the file by hand; nothing was changed",
  );
}

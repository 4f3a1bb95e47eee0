/**
 * The list of subscribers and their secret keys K_A, read from `subscribers.toml`.
 *
 * A file is taken whole or not at all: one bad entry rejects it, and the error tells every one.
 * Nothing here knows what a secret is used for.
 */

import { parse, TomlError } from "smol-toml";
import type { ClientId } from "../codec/mod.ts";
import { diagnose } from "./diagnose.ts";
import { type Entry, flaws, FORM, type SubscriberRules } from "./entry.ts";
import { type Problem, SubscribersError } from "./error.ts";
import { isSampleSecret } from "./sample.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Who may log on, and with which secret. Only {@linkcode parseSubscribers} makes one. */
export class Subscribers {
  readonly #secrets: ReadonlyMap<ClientId, Uint8Array>;
  readonly #sampleIds: readonly ClientId[];

  constructor(entries: readonly (readonly [ClientId, Entry])[]) {
    this.#secrets = new Map(entries.map(([id, { secret }]) => [id, encoder.encode(secret)]));
    this.#sampleIds = entries.filter(([, { secret }]) => isSampleSecret(secret)).map(([id]) => id);
  }

  /** How many subscribers there are; at least one. */
  get size(): number {
    return this.#secrets.size;
  }

  /** Their client-IDs, in the order of the file. */
  ids(): ClientId[] {
    return [...this.#secrets.keys()];
  }

  /** K_A of `id`: its secret's UTF-8 bytes as they stand in the file, 16 to 1024 of them. */
  secretOf(id: ClientId): Uint8Array | undefined {
    return this.#secrets.get(id);
  }

  /** Those who have a sample secret, which is no secret. */
  sampleIds(): readonly ClientId[] {
    return this.#sampleIds;
  }
}

/**
 * The subscribers that the text `toml` lists. `file` is its name, for errors.
 *
 * @throws {SubscribersError}
 */
export function parseSubscribers(
  toml: string,
  file: string,
  rules: SubscriberRules = {},
): Subscribers {
  let entries: [string, unknown][];
  try {
    entries = Object.entries(parse(toml));
  } catch (error) {
    // No cause: the parser's own message quotes the line, and so the secret.
    if (error instanceof TomlError) throw new SubscribersError(file, diagnose(toml, rules));
    throw error;
  }
  if (entries.length === 0) {
    throw new SubscribersError(file, [{ what: "there are no subscribers", remedy: FORM }]);
  }
  if (!isSound(entries, rules)) throw new SubscribersError(file, diagnose(toml, rules));
  return new Subscribers(entries);
}

/**
 * The subscribers that the file at `path` lists.
 *
 * @throws {SubscribersError} also when the file cannot be read
 */
export async function loadSubscribers(
  path: string,
  rules: SubscriberRules = {},
): Promise<Subscribers> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    throw new SubscribersError(path, [unreadable(error)], { cause: error });
  }
  return parseSubscribers(decode(bytes, path), path, rules);
}

function isSound(
  entries: [string, unknown][],
  rules: SubscriberRules,
): entries is [ClientId, Entry][] {
  return entries.every(([id, entry]) => flaws(id, entry, rules).length === 0);
}

function unreadable(error: unknown): Problem {
  if (error instanceof Deno.errors.NotFound) {
    return {
      what: "there is no such file",
      remedy: "create it with: parley-server subscriber add ID, or name another",
    };
  }
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return { what: "the file may not be read", remedy: "let the server's user read it" };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { what: `the file cannot be read (${reason})`, remedy: "name a TOML file" };
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    const what = "this is not UTF-8";
    const remedy = "save the file as UTF-8";
    throw new SubscribersError(file, [{ line: firstBadLine(bytes), what, remedy }]);
  }
}

/** No character of UTF-8 but the newline holds the byte 0x0a, so lines can be tried one by one. */
function firstBadLine(bytes: Uint8Array): number {
  for (let line = 1, start = 0;; line++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    if (newline < 0) return line;
    start = newline + 1;
  }
}

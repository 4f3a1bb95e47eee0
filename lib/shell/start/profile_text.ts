/**
 * What a profile says: a server, a client-ID and perhaps a secret, as TOML.
 *
 * It is read strictly. Errors tell file and line, and never quote a line, which may hold the secret.
 * Where profiles are kept is not known here.
 */

import { parse, stringify, TomlError } from "smol-toml";
import { type ClientId, isClientId, MAX_CLIENT_ID } from "../../codec/mod.ts";
import { MAX_SECRET, MIN_SECRET } from "../../subscribers/mod.ts";
import { UsageError } from "../../terminal/mod.ts";
import type { Endpoint } from "../../transport/mod.ts";
import { StartError } from "./out.ts";
import { formatServer, readServer } from "./server_address.ts";

/** Whom to log on as, and where. */
export interface Profile {
  readonly server: Endpoint;
  readonly id: ClientId;
  /** K_A, if the profile keeps it: 16 to 1024 bytes of UTF-8. */
  readonly secret?: string | undefined;
}

/** What a client-ID, and the name of a profile, is made of. */
export const ID_FORM = `1 to ${MAX_CLIENT_ID} characters of A-Z a-z 0-9 _ -`;

const KEYS = ["server", "id", "secret"];

/**
 * The profile that `text` is; `file` is its name, for errors.
 *
 * @throws {StartError}
 */
export function parseProfile(text: string, file: string): Profile {
  const entries = parsed(text, file);
  const fail = (key: string, problem: string): never => {
    throw new StartError(`${file}:${lineOf(key, text)}: ${problem}`);
  };
  for (const key of Object.keys(entries)) {
    if (!KEYS.includes(key)) fail(key, `there is no key "${key}"; remove it`);
  }
  const valueOf = (key: string, example: string): string => {
    const value = entries[key];
    return typeof value === "string" ? value : fail(key, `write ${key} = "${example}"`);
  };
  const id = valueOf("id", "alice");
  if (!isClientId(id)) return fail("id", `the id is not a client-ID: ${ID_FORM}`);
  const address = valueOf("server", "HOST:PORT");
  let server: Endpoint;
  try {
    server = readServer("server", address);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return fail("server", error.message);
  }
  if (entries["secret"] === undefined) return { server, id };
  const secret = valueOf("secret", "...");
  const flaw = flawOfSecret(secret);
  if (flaw !== undefined) fail("secret", `${flaw}; without this line the client asks for it`);
  return { server, id, secret };
}

/** The text of `profile`, which {@linkcode parseProfile} reads. */
export function formatProfile({ server, id, secret }: Profile): string {
  const kept = secret === undefined ? {} : { secret };
  return stringify({ server: formatServer(server), id, ...kept });
}

/** Why no subscriber can have this secret; undefined if one can. */
export function flawOfSecret(secret: string): string | undefined {
  const { length } = new TextEncoder().encode(secret);
  if (length >= MIN_SECRET && length <= MAX_SECRET) return undefined;
  return `a secret has ${MIN_SECRET} to ${MAX_SECRET} bytes, this one ${length}`;
}

function parsed(text: string, file: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The rest of the parser's message quotes the file.
    const reason = error.message.split("\n", 1)[0]!.replace("Invalid TOML document: ", "");
    throw new StartError(`${file}:${error.line}: this is not TOML (${reason})`);
  }
}

/** Where `key` stands; the last line, for one that does not. */
function lineOf(key: string, text: string): number {
  const lines = text.trimEnd().split("\n");
  const at = lines.findIndex((line) => line.replace(/["'[\]\s]/g, "").split("=", 1)[0] === key);
  return at < 0 ? lines.length : at + 1;
}

/**
 * One entry of the file: what a subscriber's table must be.
 *
 * Every rule for an entry stands here, with its remedy. Where the entry stands in the file is not
 * known here.
 */

import { isClientId, MAX_CLIENT_ID } from "../codec/mod.ts";
import { type Problem, quoted } from "./error.ts";
import { isSampleSecret } from "./sample.ts";

/** A secret has at least this many bytes of UTF-8. */
export const MIN_SECRET = 16;
/** A secret has at most this many bytes of UTF-8. */
export const MAX_SECRET = 1024;

/** How to write a subscriber, for remedies. */
export const FORM = 'write [id] on a line, and secret = "..." on the line below';

/** What the file says about a subscriber, once {@linkcode flaws} has found nothing. */
export interface Entry {
  readonly secret: string;
}

/** What is asked of a file beyond its form. */
export interface SubscriberRules {
  /** A sample secret is a problem too: the server is not for this machine alone. */
  readonly refuseSamples?: boolean;
}

/** A problem of one entry. `key` is the key it is about, when it is not the entry as a whole. */
export type Flaw = Pick<Problem, "what" | "remedy"> & { readonly key?: string };

const encoder = new TextEncoder();

/** Everything that is wrong with the entry `value` of subscriber `id`. */
export function flaws(id: string, value: unknown, rules: SubscriberRules): Flaw[] {
  const found: Flaw[] = [];
  if (!isClientId(id)) {
    found.push({
      what: "this is not a client-ID",
      remedy: `use 1 to ${MAX_CLIENT_ID} characters of A-Z a-z 0-9 _ -`,
    });
  }
  if (!isTable(value)) return [...found, { what: "this is not a table", remedy: FORM }];
  for (const key of Object.keys(value)) {
    if (key !== "secret") {
      found.push({
        key,
        what: `unknown key ${quoted(key)}`,
        remedy: 'remove it, or rename it to "secret", the only key there is',
      });
    }
  }
  const flaw = secretFlaw(value["secret"], rules);
  return flaw === undefined ? found : [...found, { key: "secret", ...flaw }];
}

function secretFlaw(secret: unknown, { refuseSamples }: SubscriberRules): Flaw | undefined {
  if (secret === undefined) {
    return { what: "the secret is missing", remedy: 'add secret = "..." below the [id]' };
  }
  if (typeof secret !== "string") {
    return { what: "the secret is not a string", remedy: 'put it in quotes: secret = "..."' };
  }
  const { length } = encoder.encode(secret);
  const remedy = "make a new one, for example with: openssl rand -hex 32";
  if (length === 0) return { what: "the secret is empty", remedy };
  if (length < MIN_SECRET) return { what: `the secret has fewer than ${MIN_SECRET} bytes`, remedy };
  if (length > MAX_SECRET) return { what: `the secret has more than ${MAX_SECRET} bytes`, remedy };
  if (refuseSamples && isSampleSecret(secret)) {
    return {
      what: "this is a sample secret, which everybody knows",
      remedy: "rotate it with: parley-server subscriber rotate ID, or listen on 127.0.0.1 only",
    };
  }
  return undefined;
}

/** Arrays and dates of TOML are objects too, but no tables. */
function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}

/** Client-IDs: 1 to 32 of `A-Z a-z 0-9 _ -`, compared exactly (docs/protocol.md, clause 2.1). */

import { MAX_CLIENT_ID } from "./constants.ts";
import { CodecError } from "./error.ts";

/** A well-formed client-ID. Only {@linkcode parseClientId} makes one. */
export type ClientId = string & { readonly __clientId: true };

const PATTERN = new RegExp(`^[A-Za-z0-9_-]{1,${MAX_CLIENT_ID}}$`);

/** Whether `text` is a well-formed client-ID. */
export function isClientId(text: string): text is ClientId {
  return PATTERN.test(text);
}

/**
 * The client-ID that `text` spells.
 *
 * @throws {CodecError} `bad_client_id`
 */
export function parseClientId(text: string): ClientId {
  if (!isClientId(text)) throw new CodecError("bad_client_id");
  return text;
}

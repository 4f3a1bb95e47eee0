/**
 * The sample subscribers that `subscribers.toml` comes with.
 *
 * Their secrets are published, so they prove nothing: the server takes them on loopback only.
 * A test holds the file to this list.
 */

import { type ClientId, parseClientId } from "../codec/mod.ts";

const SAMPLE_PREFIX = "sample-secret";

/** The client-IDs of the sample: ten, enough for five pairs at once. */
export const SAMPLE_IDS: readonly ClientId[] = [
  "alice",
  "bob",
  "carol",
  "dave",
  "erin",
  "frank",
  "grace",
  "heidi",
  "ivan",
  "judy",
].map(parseClientId);

/** The secret of `id` in the sample. */
export function sampleSecret(id: ClientId): string {
  return `${SAMPLE_PREFIX}-of-${id}`;
}

/** Whether `secret` is one of the sample, or still looks like one: it begins the same way. */
export function isSampleSecret(secret: string): boolean {
  return secret.startsWith(SAMPLE_PREFIX);
}

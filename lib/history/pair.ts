/**
 * The two clients of a conversation, in one order whoever speaks, so that both find it.
 *
 * Knows nothing of where their messages are kept.
 */

import type { ClientId } from "../codec/mod.ts";

/** Two clients, the lesser ID first. `key` tells pairs apart. */
export interface Pair {
  readonly key: string;
  readonly a: ClientId;
  readonly b: ClientId;
}

/** The pair of `one` and `other`, in whichever order they come. */
export function pairOf(one: ClientId, other: ClientId): Pair {
  const [a, b] = one < other ? [one, other] : [other, one];
  return { key: `${a} ${b}`, a, b };
}

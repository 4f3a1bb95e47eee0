/**
 * The two clients of a conversation, in one order whoever speaks, so that both find it.
 *
 * Knows nothing of where their messages are kept.
 */

import type { ClientId } from "../codec/mod.ts";
import type { Entry } from "./history.ts";

/** Two clients, the lesser ID first. `key` tells pairs apart. */
export interface Pair {
  readonly key: string;
  readonly a: ClientId;
  readonly b: ClientId;
}

/** Entries of one pair, in order. */
export interface Group {
  readonly pair: Pair;
  readonly entries: Entry[];
}

/** The pair of `one` and `other`, in whichever order they come. */
export function pairOf(one: ClientId, other: ClientId): Pair {
  const [a, b] = one < other ? [one, other] : [other, one];
  return { key: `${a} ${b}`, a, b };
}

/** `entries` sorted out by pair; those of a pair keep their order. */
export function groupByPair(entries: readonly Entry[]): Group[] {
  const groups = new Map<string, Group>();
  for (const entry of entries) {
    const pair = pairOf(entry.from, entry.to);
    const group = groups.get(pair.key);
    if (group === undefined) groups.set(pair.key, { pair, entries: [entry] });
    else group.entries.push(entry);
  }
  return [...groups.values()];
}

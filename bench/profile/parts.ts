/**
 * A profile, summed up by part of the house: where the processor was, and on whose behalf.
 *
 * What the runtime and libraries do counts for the file of lib/ that asked for it; where nobody did,
 * it is the event loop's own.
 */

import type { Profile, ProfileNode } from "./inspector.ts";

/** Names that V8 gives to what is no function. */
const SPECIAL: Readonly<Record<string, string>> = {
  "(garbage collector)": "garbage collection",
  "(program)": "runtime",
  "(root)": "runtime",
};

const IDLE = "(idle)";

/** Microseconds of each part, the most first. Being idle is no part. */
export function sumByPart({ nodes, samples, timeDeltas }: Profile): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((c) => [c, id])));
  const parts = new Map<number, string>();
  const sums = new Map<string, number>();
  for (const [i, id] of samples.entries()) {
    const node = byId.get(id)!;
    if (node.callFrame.functionName === IDLE) continue;
    const chain = (): ProfileNode[] => chainOf(id, byId, parents);
    const part = parts.get(id) ?? partOf(chain());
    parts.set(id, part);
    sums.set(part, (sums.get(part) ?? 0) + timeDeltas[i]!);
  }
  return new Map([...sums].toSorted(([, a], [, b]) => b - a));
}

/** The part that a function counts for, given it and all that called it. */
export function partOf(chain: readonly Pick<ProfileNode, "callFrame">[]): string {
  const { functionName, url } = chain[0]!.callFrame;
  const special = SPECIAL[functionName];
  if (special !== undefined) return special;
  if (/^wasm:|libsodium/.test(url)) return "crypto";
  const folder = chain.map(({ callFrame }) => /\/lib\/(\w+)\/[^/]*\.ts$/.exec(callFrame.url)?.[1])
    .find((found) => found !== undefined);
  if (folder === undefined) return "runtime";
  if (url !== "") return folder;
  // Without a place in any file, it is native.
  if (folder === "history") return "history: SQLite and the disk";
  return /^op_(read|write|net)/.test(functionName) ? `${folder}: system calls` : folder;
}

function chainOf(
  id: number,
  byId: ReadonlyMap<number, ProfileNode>,
  parents: ReadonlyMap<number, number>,
): ProfileNode[] {
  const chain: ProfileNode[] = [];
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
    chain.push(byId.get(at)!);
  }
  return chain;
}

/** When a peer that has gone silent is asked for a sign of life, and when it is given up. */

import type { KeepaliveLimits } from "./limits.ts";

/** What a silence calls for. */
export type Verdict = "alive" | "ping" | "dead";

/**
 * What to do about a peer that was last heard `silence` milliseconds ago. Asked every few seconds,
 * it says "ping" until the peer answers or is dead.
 */
export function judgeSilence(silence: number, limits: KeepaliveLimits): Verdict {
  if (silence >= limits.deadAfter) return "dead";
  return silence >= limits.pingAfter ? "ping" : "alive";
}

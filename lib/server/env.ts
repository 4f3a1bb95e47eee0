/** Where the server's machines get time and chance from. */

import type { Env } from "../session/mod.ts";

/** Time and chance of this very moment. */
export function env(): Env {
  return { now: performance.now(), date: Date.now(), random: randomBytes };
}

/** Fresh bytes that nobody can predict. */
function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

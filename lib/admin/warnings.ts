/** What works, and an admin should put right all the same. */

import { readableByOthers, type Subscribers } from "../server/mod.ts";
import type { AdminNote } from "./notes.ts";

/** Warnings about `subscribers` and the file that they are from. */
export async function warningsOf(subscribers: Subscribers, file: string): Promise<AdminNote[]> {
  const hasSecrets = subscribers.size > subscribers.sampleIds().length;
  return hasSecrets && await readableByOthers(file)
    ? [{ type: "subscribers readable by others", file }]
    : [];
}

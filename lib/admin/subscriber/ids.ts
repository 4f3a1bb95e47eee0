/** The client-IDs on a command line. */

import { type ClientId, isClientId, MAX_CLIENT_ID } from "../../codec/mod.ts";
import { UsageError, visible } from "../../terminal/mod.ts";
import { AdminError } from "../out.ts";

/**
 * The client-IDs that `words` are, in their order.
 *
 * @param command for errors
 * @throws {UsageError} when there are none
 * @throws {AdminError} for one that cannot be a client-ID
 */
export function readIds(words: readonly string[], command: string): ClientId[] {
  if (words.length === 0) throw new UsageError(`subscriber ${command} needs one ID or several`);
  const wrong = words.find((word) => !isClientId(word));
  if (wrong !== undefined) {
    throw new AdminError(
      `"${
        visible(wrong)
      }" cannot be a client-ID; use 1 to ${MAX_CLIENT_ID} characters of A-Z a-z 0-9 _ -`,
    );
  }
  return [...new Set(words.filter(isClientId))];
}

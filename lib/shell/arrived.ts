/**
 * Finds out in the history which messages arrived whose RECEIPT did not (docs/protocol.md, clause
 * 10.12).
 *
 * It reads backwards, and no further than to the first of them.
 */

import type { ClientId, HistoryResp } from "../codec/mod.ts";
import type { ChatClient } from "../client/mod.ts";
import type { Own } from "./outbox.ts";

/** Messages asked for at a time. */
const PAGE = 256;

/**
 * When the server stored which of `sent`, all to `peer`, by {@linkcode keyOf}.
 *
 * @param self the sender
 * @throws {NotPossibleError} unless connected
 * @throws {NoAnswerError} (rejects)
 */
export async function findArrived(
  client: Pick<ChatClient, "history">,
  self: string,
  peer: ClientId,
  sent: readonly Own[],
): Promise<Map<string, number>> {
  const wanted = new Set(sent.map(keyOf));
  // Later sessions have higher numbers, also after the server was started anew.
  const first = Math.min(...sent.map(({ sessionId }) => sessionId));
  const found = new Map<string, number>();
  for (let before = 0;;) {
    const page: HistoryResp[] = [];
    await client.history(peer, (message) => page.push(message), { last: PAGE, before });
    for (const { sender, sessionId, number, at } of page) {
      const key = keyOf({ sessionId, number });
      if (sender === self && wanted.has(key)) found.set(key, at);
    }
    const oldest = page[0];
    if (oldest === undefined || oldest.sessionId < first || found.size === wanted.size) break;
    if (oldest.position === 1) break;
    before = oldest.position;
  }
  return found;
}

/** What tells one message of a sender from all others. */
export function keyOf({ sessionId, number }: Pick<Own, "sessionId" | "number">): string {
  return `${sessionId}/${number}`;
}

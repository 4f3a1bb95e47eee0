/** How much of a history one answer holds: the rule that every implementation of it shares. */

import type { StoredMessage } from "./history.ts";

/**
 * The first of `messages`: as many as have `maxBytes` of text together, but at least one if there
 * is one. No more of them than needed is asked for.
 */
export function takePage(messages: Iterable<StoredMessage>, maxBytes: number): StoredMessage[] {
  const page: StoredMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    bytes += message.text.length;
    if (page.length > 0 && bytes > maxBytes) break;
    page.push(message);
  }
  return page;
}

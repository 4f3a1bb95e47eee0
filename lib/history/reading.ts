/** The messages of a pair, read row by row: how the server and an admin's commands read a file. */

import { type Batch, unpackBatch } from "./batch.ts";
import type { StoredMessage } from "./history.ts";
import type { Statements } from "./statements.ts";
import type { Tail } from "./tail_cache.ts";

/**
 * The messages of a pair with positions `first` to `last`, oldest first: those of its rows, then
 * those of `unfolded` that are beyond. Only one row at a time is in memory, and none is held open
 * between two.
 *
 * @param unfolded what was not folded into rows at some time before, in its order
 * @throws SQLite's errors, and those of {@linkcode unpackBatch}
 */
export function* readMessages(
  statements: Statements,
  { pair, id }: Omit<Tail, "last">,
  first: number,
  last: number,
  unfolded: Iterable<Batch>,
): Generator<StoredMessage, void> {
  let next = first;
  while (next <= last) {
    const batch = statements.findBatch(id, next);
    if (batch === undefined) break;
    yield* unpackBatch(pair, batch, next, last);
    next = batch.last + 1;
  }
  for (const batch of unfolded) {
    if (batch.last < next) continue;
    yield* unpackBatch(pair, batch, next, last);
    next = batch.last + 1;
  }
}

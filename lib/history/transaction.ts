/** Transactions: all of it, or nothing. */

import type { DatabaseSync } from "node:sqlite";

/** Does `action` in a transaction of `db` that may write. */
export function transaction<T>(db: DatabaseSync, action: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = action();
    db.exec("COMMIT");
    return result;
  } catch (cause) {
    try {
      db.exec("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself, as it does after some errors of the disk.
    }
    throw cause;
  }
}

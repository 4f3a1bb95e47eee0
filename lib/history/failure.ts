/**
 * What went wrong with the history's file, told so that a person knows what to do.
 *
 * SQLite gives most of its errors the same code on every Deno, so its sentences are what tells
 * them apart; they have stayed the same for many years.
 */

import { CodecError } from "../codec/mod.ts";
import { HistoryError } from "./history.ts";

const DAMAGED = "The file is damaged: keep a copy, then restore a backup or try `sqlite3 .recover`";
const ACCESS = "Let the user who runs the server read and write the file and its folder";

const ADVICE: readonly (readonly [sentence: string, advice: string])[] = [
  ["disk is full", "Free some space on its disk"],
  ["readonly database", ACCESS],
  ["unable to open", ACCESS],
  ["disk I/O error", "Look after its disk"],
  ["Input/output error", "Look after its disk"],
  ["No space left", "Free some space on its disk"],
  ["is locked", "Another program is writing to it: let that program finish"],
  ["is not a database", "Name another file, or move this one away"],
  ["malformed", DAMAGED],
  ["no such", DAMAGED],
  ["failed to prepare", DAMAGED],
];

/** A row of the journal is not what was stored. */
export class DamagedRow extends Error {
  /** @param id the row's, in the table `journal` */
  constructor(readonly id: number) {
    super(`row ${id} of its journal is not what was stored`);
  }
}

/** The HistoryError for `cause`, met when the history tried to `attempt` something with `path`. */
export function historyError(attempt: string, path: string, cause: unknown): HistoryError {
  if (cause instanceof HistoryError) return cause;
  // JSON's own errors quote what they stumble over, which may be what somebody said.
  if (cause instanceof SyntaxError) {
    return new HistoryError(`cannot ${attempt} ${path}: a row is not what was stored. ${DAMAGED}.`);
  }
  if (cause instanceof DamagedRow) {
    return new HistoryError(
      `cannot ${attempt} ${path}: ${cause.message}. The file is damaged: keep a copy, then restore ` +
        "a backup, or do without the messages of that one row: " +
        `sqlite3 ${path} "DELETE FROM journal WHERE id = ${cause.id}".`,
    );
  }
  const what = cause instanceof Error ? cause.message : String(cause);
  return new HistoryError(`cannot ${attempt} ${path}: ${what}. ${adviceFor(cause, what)}.`, {
    cause,
  });
}

function adviceFor(cause: unknown, what: string): string {
  if (cause instanceof Deno.errors.NotFound) return "Create its folder first";
  if (cause instanceof Deno.errors.NotADirectory) return "Name a file in a folder";
  if (cause instanceof Deno.errors.PermissionDenied) return ACCESS;
  if (cause instanceof CodecError) return DAMAGED;
  const known = ADVICE.find(([sentence]) => what.includes(sentence));
  return known?.[1] ?? "Restart the server, and report it if it happens again";
}

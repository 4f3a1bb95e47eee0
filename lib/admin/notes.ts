/**
 * What the server program tells beside what the server itself tells (ServerNote): reloads of the
 * subscribers, and what an admin should put right.
 *
 * Never a secret, and no list is longer than a line or two.
 */

import type { ClientId } from "../server/mod.ts";

/** A line for the log. */
export type AdminNote =
  /** An edit is in force. */
  | {
    readonly type: "subscribers reloaded";
    readonly file: string;
    readonly total: number;
    readonly added: readonly ClientId[];
    readonly removed: readonly ClientId[];
    /** Those whose secret changed. */
    readonly rotated: readonly ClientId[];
  }
  /** An edit is not in force: what was loaded last still is. */
  | {
    readonly type: "subscribers not reloaded";
    readonly file: string;
    /** One sentence each, with file, line and remedy. */
    readonly problems: readonly string[];
  }
  /** Others than the user whose file it is may read the secrets in it. */
  | { readonly type: "subscribers readable by others"; readonly file: string };

/** As many of a list are named. */
const MAX_NAMED = 10;

/** The sentence for a note; a line more for each problem of a file. */
export function adminLine(note: AdminNote): string {
  switch (note.type) {
    case "subscribers reloaded":
      return `reloaded ${note.file}: ${changes(note)}`;
    case "subscribers not reloaded":
      return [
        `did not reload ${note.file}; what it held before stays in force until this is put right:`,
        ...shortened(note.problems, "problems"),
      ].join("\n  ");
    case "subscribers readable by others":
      return `others may read the secrets in ${note.file}: chmod 600 ${note.file}`;
  }
}

function changes(
  { total, added, removed, rotated }: AdminNote & { readonly type: "subscribers reloaded" },
): string {
  const counts = [
    `${total} ${total === 1 ? "subscriber" : "subscribers"}`,
    `${added.length} added`,
    `${removed.length} removed${named(removed)}`,
    `${rotated.length} with a new secret${named(rotated)}`,
  ];
  return counts.join(", ");
}

function named(ids: readonly ClientId[]): string {
  return ids.length === 0 ? "" : ` (${shortened(ids, "clients").join(", ")})`;
}

function shortened(list: readonly string[], of: string): readonly string[] {
  const left = list.length - MAX_NAMED;
  return left <= 0 ? list : [...list.slice(0, MAX_NAMED), `and ${left} more ${of}`];
}

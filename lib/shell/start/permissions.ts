/**
 * Least privilege: what the client program gives up, for good, once it has read what it needs.
 *
 * The network remains: Deno cannot narrow it at run time.
 */

/** What the client program is started with, besides the network. */
export type Permission = "env" | "read" | "write";

/** Gives up permissions. What was given up cannot be had again. */
export function giveUp(...names: readonly Permission[]): void {
  for (const name of names) Deno.permissions.revokeSync({ name });
}

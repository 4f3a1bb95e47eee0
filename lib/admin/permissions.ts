/**
 * Least privilege: what the server program gives up once it serves.
 *
 * Its files and sockets are open then, and SQLite writes through its own; what it goes on to need
 * is to read the subscribers anew, and its sockets.
 */

/** What a server that serves has no use for; only the first two does its task in deno.json grant. */
const UNNEEDED = ["env", "write", "run", "ffi", "sys", "import"] as const;

/** Gives up, for good, all permissions but to read files and to use the network. */
export async function dropPermissions(): Promise<void> {
  for (const name of UNNEEDED) await Deno.permissions.revoke({ name });
}

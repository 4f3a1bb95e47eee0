/** Names and addresses of hosts. */

import { lookup } from "node:dns";
import { promisify } from "node:util";

/** Not that of node:dns/promises, with which Deno 2.5 warns on standard error. */
const lookUp = promisify(lookup);

/**
 * The first address of `host`, as the system's resolver has it, IPv4 before IPv6: "localhost" is to
 * be where a server listens by default. An address stays what it is.
 *
 * @throws when there is no such host
 */
export async function resolveHost(host: string): Promise<string> {
  const { address } = await lookUp(host, { verbatim: false });
  return address;
}

/** Whether `host` is this machine, and cannot be reached from any other. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

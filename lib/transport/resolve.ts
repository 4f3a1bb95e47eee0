/** Names of hosts to addresses. */

import { lookup } from "node:dns/promises";

/**
 * The first address of `host`, as the system's resolver has it; an address stays what it is.
 *
 * @throws when there is no such host
 */
export async function resolveHost(host: string): Promise<string> {
  const { address } = await lookup(host);
  return address;
}

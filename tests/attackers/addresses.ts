/**
 * Addresses of this machine's loopback network, to come from many of them at once.
 *
 * Only Linux and Windows answer for all of 127.0.0.0/8 without being told to; elsewhere there is
 * 127.0.0.1 alone, and a flood comes from many ports of it instead.
 */

/** Whether there are more loopback addresses than 127.0.0.1. */
export const manyAddresses = Deno.build.os === "linux" || Deno.build.os === "windows";

/** The address number `index`, from 0: never 127.0.0.1 where there are others. */
export function loopbackAddress(index: number): string {
  if (!manyAddresses) return "127.0.0.1";
  return `127.${1 + index % 200}.${Math.floor(index / 200) % 250}.${2 + index % 251}`;
}

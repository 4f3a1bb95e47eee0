/** Whom an address belongs to, as far as an address tells. */

/**
 * What counts as one host: an IPv4 address, or the first 64 bits of an IPv6 one, as whoever has one
 * of its addresses has them all (RFC 6177). An IPv4 address that is written as an IPv6 one
 * (`::ffff:192.0.2.1`) is the IPv4 address.
 *
 * @param address as the system writes it: IPv6 in its shortest form (RFC 5952)
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  if (address.includes(".")) return address.slice(address.lastIndexOf(":") + 1);
  const [head = "", tail] = address.split("::");
  const front = head === "" ? [] : head.split(":");
  if (tail === undefined) return front.slice(0, 4).join(":");
  const back = tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => "0");
  return [...front, ...zeros, ...back].slice(0, 4).join(":");
}

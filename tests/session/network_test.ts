import { assertEquals } from "@std/assert";
import { networkOf } from "../../lib/session/network.ts";

const CASES: readonly (readonly [address: string, network: string])[] = [
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8:1:2::1", "2001:db8:1:2"],
  ["2001:db8:1:2::", "2001:db8:1:2"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["2001:db8::2:3:4:5", "2001:db8:0:0"],
  ["2001:db8:0:1:2:3:4:5", "2001:db8:0:1"],
  ["::1", "0:0:0:0"],
  ["::", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
];

Deno.test("networkOf() is an IPv4 address whole, and the first 64 bits of an IPv6 one", () => {
  assertEquals(CASES.map(([address]) => [address, networkOf(address)]), CASES);
});

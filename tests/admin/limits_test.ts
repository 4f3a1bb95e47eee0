/** The server's rates, from the settings to the server's limits. */

import { assertEquals, assertThrows } from "@std/assert";
import { limitsOf, readServerSettings } from "../../lib/admin/settings.ts";
import { SERVER_LIMITS, type ServerLimits } from "../../lib/session/mod.ts";
import { UsageError } from "../../lib/terminal/mod.ts";

function limits(...args: string[]): Partial<ServerLimits> {
  return limitsOf(readServerSettings(args).settings);
}

Deno.test("limitsOf() is what a server uses anyway where nothing is set", () => {
  const { idleTimeout, datagrams, refusedLogOns, messages } = SERVER_LIMITS;
  assertEquals(limits(), { idleTimeout, datagrams, refusedLogOns, messages });
});

Deno.test("limitsOf() gives each rate its burst", () => {
  const set = limits("--datagram-rate=20", "--log-on-rate=1", "--message-rate=300");
  assertEquals(set, {
    idleTimeout: SERVER_LIMITS.idleTimeout,
    datagrams: { ...SERVER_LIMITS.datagrams, perSecond: 20, burst: 100 },
    refusedLogOns: { ...SERVER_LIMITS.refusedLogOns, perSecond: 1, burst: 20 },
    messages: { perSecond: 300, burst: 600 },
  });
});

Deno.test("a rate that nobody could log on or chat with is refused", () => {
  for (const flag of ["--datagram-rate=9", "--log-on-rate=0", "--message-rate=249"]) {
    assertThrows(() => limits(flag), UsageError, flag.split("=")[0]);
  }
});

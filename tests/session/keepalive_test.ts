/** When silence calls for a PING, and when for giving up. */

import { assert, assertEquals } from "@std/assert";
import { CLIENT_LIMITS, judgeSilence, SERVER_LIMITS } from "../../lib/session/mod.ts";

const LIMITS = { pingAfter: 30, deadAfter: 90 };

Deno.test("judgeSilence() says alive, then ping, then dead, each from its limit on", () => {
  const verdicts = [0, 29, 30, 89, 90, 1_000].map((silence) => judgeSilence(silence, LIMITS));
  assertEquals(verdicts, ["alive", "alive", "ping", "ping", "dead", "dead"]);
});

Deno.test("the limits of both ends leave time for an answer between ping and dead", () => {
  for (const { keepalive } of [CLIENT_LIMITS, SERVER_LIMITS]) {
    assertEquals(judgeSilence(keepalive.pingAfter, keepalive), "ping");
    assertEquals(judgeSilence(2 * keepalive.pingAfter, keepalive), "ping");
    assertEquals(judgeSilence(keepalive.deadAfter, keepalive), "dead");
  }
});

Deno.test("the server waits for a client's own activity timer before it logs the client off", () => {
  assert(SERVER_LIMITS.idleTimeout > CLIENT_LIMITS.activityTimeout);
});

Deno.test("a login lives for at least two epochs, so no RESPONSE is ever judged twice", () => {
  assert(SERVER_LIMITS.loginLifetime >= 2 * SERVER_LIMITS.epochLifetime);
});

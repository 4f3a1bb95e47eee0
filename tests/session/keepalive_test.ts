/** When silence calls for a PING, and when for giving up. */

import { assert, assertEquals } from "@std/assert";
import { CLIENT_LIMITS, SERVER_LIMITS, Silence } from "../../lib/session/mod.ts";

const LIMITS = { pingAfter: 30, deadAfter: 90 };

Deno.test("Silence.judge() asks for one PING in each stretch of silence, then gives up", () => {
  const silence = new Silence(100);
  const verdicts = [0, 29, 30, 31, 59, 60, 89, 90, 1_000]
    .map((after) => silence.judge(100 + after, LIMITS));
  const dead = ["dead", "dead"];
  assertEquals(verdicts, [
    "alive",
    "alive",
    "ping",
    "alive",
    "alive",
    "ping",
    "alive",
    ...dead,
  ]);
});

Deno.test("Silence.judge() begins anew when the peer is heard", () => {
  const silence = new Silence(0);
  assertEquals(silence.judge(30, LIMITS), "ping");
  silence.end(50);
  assertEquals([79, 80, 139, 140].map((now) => silence.judge(now, LIMITS)), [
    "alive",
    "ping",
    "ping",
    "dead",
  ]);
});

Deno.test("the limits of both ends leave time for an answer between ping and dead", () => {
  for (const { keepalive } of [CLIENT_LIMITS, SERVER_LIMITS]) {
    const silence = new Silence(0);
    assertEquals(silence.judge(keepalive.pingAfter, keepalive), "ping");
    assertEquals(silence.judge(2 * keepalive.pingAfter, keepalive), "ping");
    assertEquals(silence.judge(keepalive.deadAfter, keepalive), "dead");
  }
});

Deno.test("the server waits for a client's own activity timer before it logs the client off", () => {
  assert(SERVER_LIMITS.idleTimeout > CLIENT_LIMITS.activityTimeout);
});

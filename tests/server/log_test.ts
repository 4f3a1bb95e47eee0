/** The lines of the server's log. */

import { assertEquals } from "@std/assert";
import { logLine, type ServerNote } from "../../lib/server/mod.ts";
import { ALICE, BOB } from "./rig.ts";

const LINES: { readonly [T in ServerNote["type"]]: [Extract<ServerNote, { type: T }>, string] } = {
  "log-on refused": [
    { type: "log-on refused", clientId: ALICE, address: "192.0.2.1:5", why: "wrong RES" },
    "refused a log-on as alice from 192.0.2.1:5: wrong RES",
  ],
  "log-on accepted": [
    { type: "log-on accepted", clientId: ALICE, address: "192.0.2.1:5" },
    "accepted a log-on as alice from 192.0.2.1:5",
  ],
  "connected": [{ type: "connected", clientId: ALICE }, "alice is connected"],
  "disconnected": [
    { type: "disconnected", clientId: ALICE, why: "logged_on_elsewhere" },
    "alice is disconnected: logged on elsewhere",
  ],
  "chat started": [
    { type: "chat started", sessionId: 7, between: [ALICE, BOB] },
    "chat 7 started between alice and bob",
  ],
  "chat ended": [{ type: "chat ended", sessionId: 7 }, "chat 7 ended"],
  "protocol error": [
    { type: "protocol error", clientId: ALICE, message: "CONNECTED from a client" },
    "alice broke the protocol: CONNECTED from a client; told once",
  ],
  "dropped": [
    { type: "dropped", what: "readers that were too slow", count: 3 },
    "dropped 3 readers that were too slow",
  ],
  "internal error": [
    { type: "internal error", message: "the stack of it" },
    "a defect of the server: the stack of it",
  ],
};

for (const [type, [note, line]] of Object.entries(LINES)) {
  Deno.test(`logLine() has a sentence for "${type}"`, () => {
    assertEquals(logLine(note), line);
  });
}

Deno.test("logLine() tells why something was dropped, where that is known", () => {
  const what = "histories that somebody asked for";
  assertEquals(
    logLine({ type: "dropped", what, count: 1, why: "the disk is gone" }),
    `dropped 1 ${what}: the disk is gone`,
  );
});

Deno.test("logLine() does not say that a pause was dropped", () => {
  const what = "pauses for clients that send too fast";
  assertEquals(logLine({ type: "dropped", what, count: 3 }), `made 3 ${what}`);
});

/**
 * Nothing secret reaches a log: all that a server logs while much happens to it, and all that its
 * two pages say, is searched.
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { encodeBase64 } from "@std/encoding/base64";
import { concatBytes, toHex } from "../hex.ts";
import { Forbidden } from "./forbidden.ts";
import { play } from "./secret_run.ts";

/** What a run must have logged, so that there was something to search. */
const EVENTS = [
  "accepted a log-on",
  "wrong RES",
  "unknown client-ID",
  "is connected",
  "is disconnected",
  "revoked",
  "shutting down",
  " started between ",
  " ended",
  "broke the protocol",
  "datagrams that are not Parley's",
  "connections that did not CONNECT",
  "connections with damaged records",
  "commits of messages",
  "histories that somebody asked for",
  "a defect of the server: RangeError",
  "did not reload",
  "with a new secret",
];

Deno.test("the search finds a secret however it is written", () => {
  const forbidden = new Forbidden();
  const text = 'hello "bob"';
  forbidden.text("the text", text);
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  forbidden.bytes("the key", bytes);
  const base64 = (...parts: Uint8Array[]): string => encodeBase64(concatBytes(...parts));
  for (
    const leak of [
      `said ${text}`,
      JSON.stringify({ text }),
      JSON.stringify(new TextEncoder().encode(text)),
      base64(new TextEncoder().encode(`x${text}y`)),
      toHex(bytes),
      toHex(bytes.subarray(0, 20)).toUpperCase(),
      `${bytes}`,
      JSON.stringify({ bytes }),
      ...[0, 1, 2, 3].map((length) => base64(new Uint8Array(length), bytes, new Uint8Array(9))),
      base64(bytes).replaceAll("+", "-").replaceAll("/", "_"),
      Deno.inspect(bytes.subarray(20)).replaceAll(/\s+/g, " "),
    ]
  ) {
    assertNotEquals(forbidden.foundIn(`${leak} and more`), [], leak);
  }
  assertEquals(forbidden.foundIn(toHex(crypto.getRandomValues(new Uint8Array(1_000)))), []);
});

for (const format of ["text", "json"] as const) {
  for (const trace of [false, true]) {
    const how = `as ${format}${trace ? ", with --trace" : ""}`;
    Deno.test(`no secret, key, RES, cookie or text of a chat is logged ${how}`, async () => {
      const { forbidden, lines } = await play(format, trace);
      assert(forbidden.size > 1_000);
      assertEquals(forbidden.foundIn(lines.join("\n")), []);
      const told = lines.join("\n");
      for (const event of EVENTS) assert(told.includes(event), `the log has no "${event}"`);
      assertEquals(told.includes("HISTORY_RESP("), trace);
    });
  }
}

/** Messages as a person reads them: what is shown, and above all what is not. */

import { assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { describe, type Message, textFromString } from "../../lib/codec/mod.ts";
import { datagram, FRAME, frame } from "./arbitraries.ts";
import { toHex } from "../hex.ts";
import { DATAGRAM_FIXTURES, FRAME_FIXTURES } from "./fixtures.ts";

const message: fc.Arbitrary<Message> = fc.oneof(datagram, frame);
const SECRET_FIELDS = ["res", "cookie", "clientKey", "serverKey", "sealed"];

Deno.test("describe() names every message and shows its public fields", () => {
  const lines = [...DATAGRAM_FIXTURES, ...FRAME_FIXTURES].map(({ message }) => describe(message));
  assertEquals(lines, [
    "HELLO(alice)",
    `CHALLENGE(rand ${"10".repeat(32)})`,
    "RESPONSE(alice, Res not shown)",
    "AUTH_SUCCESS(encrypted rand_cookie and port_number)",
    "AUTH_FAIL(try_later)",
    "CONNECT(rand_cookie not shown)",
    "CONNECTED",
    "CHAT_REQUEST(Bob_2-x)",
    "CHAT_STARTED(session-ID 8727936253625863, Bob_2-x)",
    "UNREACHABLE(Bob_2-x)",
    "END_REQUEST(session-ID 8727936253625863)",
    "END_NOTIF(session-ID 8727936253625863)",
    "CHAT(session-ID 8727936253625863, number 16909060, 6 bytes)",
    "HISTORY_REQ(Bob_2-x, last 20, before 258)",
    "HISTORY_RESP(session-ID 8727936253625863, Bob_2-x, position 4294967298, 6 bytes)",
    "RECEIPT(session-ID 8727936253625863, number 9)",
    "REFUSED(session-ID 8727936253625863, number 9, out_of_order)",
    "HISTORY_END(Bob_2-x, unavailable)",
    "PING",
    "PONG",
    "CLOSING(shutting_down)",
  ]);
});

Deno.test("describe() begins with the message's name and is one printable line", () => {
  fc.assert(fc.property(message, (message) => {
    const line = describe(message);
    assertStringIncludes(line, message.type);
    assertEquals(line.replaceAll(/[^\x20-\x7e]/g, ""), line);
  }));
});

Deno.test("describe() says the same whatever RES, cookie, keys and text are", () => {
  fc.assert(fc.property(message, fc.nat({ max: 255 }), (message, byte) => {
    const secrets = [...SECRET_FIELDS, "text"].filter((field) => field in message);
    const other = Object.fromEntries(
      secrets.map((field) => [field, secretBytes(message, field).slice().fill(byte & 0x7f)]),
    );
    assertEquals(describe({ ...message, ...other } as Message), describe(message));
  }));
});

Deno.test("describe() shows no text", () => {
  fc.assert(fc.property(fc.oneof(FRAME.CHAT, FRAME.HISTORY_RESP), fc.nat(), (message, salt) => {
    const text = `“secret ${salt}”`;
    assertFalse(describe({ ...message, text: textFromString(text) }).includes(text));
  }));
});

Deno.test("describe() shows no secret in hexadecimal", () => {
  fc.assert(fc.property(message, (message) => {
    const line = describe(message).toLowerCase();
    for (const field of SECRET_FIELDS.filter((field) => field in message)) {
      assertFalse(line.includes(toHex(secretBytes(message, field))), field);
    }
  }));
});

function secretBytes(message: Message, field: string): Uint8Array {
  return (message as unknown as Record<string, Uint8Array>)[field]!;
}

/** Client-IDs: clause 2.1. */

import { assert, assertEquals, assertFalse } from "@std/assert";
import fc from "fast-check";
import { isClientId, parseClientId } from "../../lib/codec/mod.ts";
import { clientId } from "./arbitraries.ts";
import { assertRefuses } from "./refusal.ts";

Deno.test("parseClientId() returns what it was given", () => {
  fc.assert(fc.property(clientId, (id) => assertEquals(parseClientId(id), id)));
});

Deno.test("parseClientId() takes 1 to 32 characters and no more", () => {
  assertRefuses(() => parseClientId(""), "bad_client_id");
  assert(isClientId("x"));
  assert(isClientId("x".repeat(32)));
  assertRefuses(() => parseClientId("x".repeat(33)), "bad_client_id");
});

Deno.test("isClientId() takes exactly A-Z a-z 0-9 _ - out of all characters", () => {
  let taken = "";
  for (let code = 0; code <= 0xffff; code++) {
    const character = String.fromCharCode(code);
    if (isClientId(`a${character}b`)) taken += character;
  }
  assertEquals(taken, "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");
});

Deno.test("isClientId() refuses a newline, a space or a comma at either end", () => {
  for (const extra of ["\n", "\r\n", " ", ",", "\0"]) {
    assertFalse(isClientId(`alice${extra}`));
    assertFalse(isClientId(`${extra}alice`));
  }
});

/**
 * A3 and A8: clause 6.1. The expected values come from a shell:
 *
 *     { printf 5a5a… | xxd -r -p; printf %s 'schlüssel ✓'; } | sha256sum
 */

import { assertEquals, assertFalse, assertNotEquals } from "@std/assert";
import { a3, a8 } from "../../lib/crypto/mod.ts";
import { hex, toHex } from "../hex.ts";

const rand = hex("5a".repeat(32));
const secret = new TextEncoder().encode("schlüssel ✓");

Deno.test("a3() is SHA-256 of rand and K_A, as a shell computes it", () => {
  assertEquals(
    toHex(a3(rand, secret)),
    "7f6be2858eae96b3b06895b646417f45d568f42277dae81196a63a2abdad1783",
  );
});

Deno.test("a8() is SHA-512 of rand and K_A, as a shell computes it", () => {
  assertEquals(
    toHex(a8(rand, secret)),
    "d425d96c4058729b6c98d7aa143599d0f7f027c2ef0070e91197116bcb638a10" +
      "4d9b45f06dec0ff50bb7f2e3e6efeb27ea45031bf24a9429d6c5758b9102ab16",
  );
});

Deno.test("RES, which travels in clear, is no part of CK_A", () => {
  assertFalse(toHex(a8(rand, secret)).includes(toHex(a3(rand, secret))));
});

Deno.test("RES and CK_A are others for another rand and for another secret", () => {
  for (const algorithm of [a3, a8]) {
    const before = algorithm(rand, secret);
    assertNotEquals(algorithm(rand.with(31, 0), secret), before);
    assertNotEquals(algorithm(rand, secret.with(0, 0)), before);
    assertNotEquals(algorithm(rand, secret.subarray(1)), before);
  }
});

/** The key schedule: clause 6.2. The whole of it, with numbers, stands in tests/vectors/. */

import { assertEquals, assertNotEquals } from "@std/assert";
import { deriveKeys, hmacSha256, type LoginKeys } from "../../lib/crypto/mod.ts";
import { sha256 } from "../../lib/crypto/primitives.ts";
import { toHex } from "../hex.ts";

const encoder = new TextEncoder();
const hello = new Uint8Array(128).fill(1);
const challenge = new Uint8Array(86).fill(2);
const ck = new Uint8Array(64).fill(3);
const dh = new Uint8Array(32).fill(4);

Deno.test("deriveKeys() is Extract over CK_A and DH, then one Expand for each label", () => {
  const prk = hmacSha256(sha256(hello, challenge), ck, dh);
  const keys = deriveKeys(hello, challenge, ck, dh);
  assertEquals(parts(keys), [
    ...trafficKey("parley 1 AUTH_SUCCESS"),
    ...trafficKey("parley 1 client to server"),
    ...trafficKey("parley 1 server to client"),
    toHex(expand("parley 1 key-id", 16)),
  ]);

  function trafficKey(label: string): [key: string, iv: string] {
    const bytes = expand(label, 44);
    return [toHex(bytes.subarray(0, 32)), toHex(bytes.subarray(32))];
  }

  function expand(label: string, length: number): Uint8Array {
    const info = encoder.encode(label);
    const first = hmacSha256(prk, info, Uint8Array.of(1));
    const second = hmacSha256(prk, first, info, Uint8Array.of(2));
    return Uint8Array.of(...first, ...second).subarray(0, length);
  }
});

Deno.test("deriveKeys() gives keys of the right lengths, no two alike", () => {
  const keys = deriveKeys(hello, challenge, ck, dh);
  assertEquals(parts(keys).map((part) => part.length / 2), [32, 12, 32, 12, 32, 12, 16]);
  assertEquals(new Set(parts(keys).map((part) => part.slice(0, 24))).size, 7);
});

Deno.test("deriveKeys() depends on every byte of HELLO, CHALLENGE, CK_A and DH", () => {
  const inputs = [hello, challenge, ck, dh] as const;
  const before = parts(deriveKeys(...inputs));
  for (let which = 0; which < inputs.length; which++) {
    for (let at = 0; at < inputs[which]!.length; at++) {
      const changed = inputs.map((bytes, i) => i === which ? bytes.with(at, 0xff) : bytes);
      const after = parts(
        deriveKeys(...changed as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]),
      );
      for (const [i, part] of after.entries()) {
        assertNotEquals(part, before[i], `input ${which}, byte ${at}, part ${i}`);
      }
    }
  }
});

/** Every key, IV and key-id, in hexadecimal. */
function parts(keys: LoginKeys): string[] {
  const { authSuccess, clientToServer, serverToClient, keyId } = keys;
  return [
    ...[authSuccess, clientToServer, serverToClient].flatMap(({ key, iv }) => [key, iv]),
    keyId,
  ].map((bytes) => toHex(bytes));
}

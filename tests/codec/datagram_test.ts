/** Datagrams: clause 3. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type Datagram,
  DATAGRAM_HEADER,
  DATAGRAM_LENGTH,
  datagramHeader,
  decodeAdmission,
  decodeDatagram,
  encodeAdmission,
  encodeDatagram,
  MAX_DATAGRAM,
} from "../../lib/codec/mod.ts";
import { bytes, damaged, DATAGRAM, datagram } from "./arbitraries.ts";
import { hex } from "../hex.ts";
import { DATAGRAM_FIXTURES, type Fixture } from "./fixtures.ts";
import { assertRefuses, refusal } from "./refusal.ts";

for (const [type, arbitrary] of Object.entries(DATAGRAM)) {
  Deno.test(`decodeDatagram() undoes encodeDatagram() for ${type}`, () => {
    fc.assert(fc.property(arbitrary as fc.Arbitrary<Datagram>, (message) => {
      assertEquals(decodeDatagram(encodeDatagram(message)), message);
    }));
  });
}

for (const { message, bytes } of DATAGRAM_FIXTURES) {
  const { type } = message;

  Deno.test(`${type} has the bytes that docs/protocol.md gives it`, () => {
    assertEquals(encodeDatagram(message), bytes);
    assertEquals(decodeDatagram(bytes), message);
  });

  Deno.test(`decodeDatagram() refuses ${type} of any other length`, () => {
    for (let length = 0; length < bytes.length; length++) {
      assertRefuses(() => decodeDatagram(bytes.subarray(0, length)), "bad_length", `${length}`);
    }
    for (let extra = 1; bytes.length + extra <= MAX_DATAGRAM + 1; extra++) {
      const longer = new Uint8Array(bytes.length + extra);
      longer.set(bytes);
      assertRefuses(() => decodeDatagram(longer), "bad_length", `${longer.length}`);
    }
  });

  Deno.test(`decodeDatagram() refuses ${type} with another magic, version or type`, () => {
    for (let at = 0; at < 4; at++) assertRefuses(() => decode(at, 0x00), "bad_magic");
    for (const version of [0, 2, 255]) assertRefuses(() => decode(4, version), "bad_version");
    for (const code of [0, 6, 15, 64, 255]) assertRefuses(() => decode(5, code), "unknown_type");

    function decode(at: number, value: number): Datagram {
      const changed = bytes.slice();
      changed[at] = value;
      return decodeDatagram(changed);
    }
  });
}

Deno.test("each datagram has its one length, and none is longer than 512 bytes", () => {
  assertEquals(DATAGRAM_LENGTH, {
    HELLO: 128,
    CHALLENGE: 86,
    RESPONSE: 160,
    AUTH_SUCCESS: 56,
    AUTH_FAIL: 23,
  });
  fc.assert(fc.property(datagram, (message) => {
    const { length } = encodeDatagram(message);
    assertEquals(length, DATAGRAM_LENGTH[message.type]);
    assert(length <= MAX_DATAGRAM);
  }));
});

Deno.test("no reply is larger than its request", () => {
  assert(DATAGRAM_LENGTH.CHALLENGE <= DATAGRAM_LENGTH.HELLO);
  assert(DATAGRAM_LENGTH.AUTH_FAIL <= DATAGRAM_LENGTH.HELLO);
  assert(DATAGRAM_LENGTH.AUTH_SUCCESS <= DATAGRAM_LENGTH.RESPONSE);
  assert(DATAGRAM_LENGTH.AUTH_FAIL <= DATAGRAM_LENGTH.RESPONSE);
});

Deno.test("decodeDatagram() refuses padding that is not zero, at every position", () => {
  for (const { message, bytes } of paddedFixtures()) {
    const fields = DATAGRAM_HEADER + (message.type === "HELLO" ? 32 : 96) + 1 + 5;
    for (let at = fields; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] = 1;
      assertRefuses(() => decodeDatagram(changed), "bad_padding", `${message.type} ${at}`);
    }
  }
});

Deno.test("decodeDatagram() refuses bad client-IDs in HELLO and RESPONSE", () => {
  for (const { message, bytes } of paddedFixtures()) {
    const at = DATAGRAM_HEADER + (message.type === "HELLO" ? 32 : 96);
    for (const length of [0, 33, 255]) {
      const changed = bytes.slice();
      changed[at] = length;
      assertRefuses(() => decodeDatagram(changed), "bad_client_id", `${message.type} ${length}`);
    }
    const changed = bytes.slice();
    changed[at + 1] = 0x20;
    assertRefuses(() => decodeDatagram(changed), "bad_client_id");
  }
});

Deno.test("HELLO and RESPONSE have room for the longest client-ID", () => {
  for (const { message, bytes } of paddedFixtures()) {
    const at = DATAGRAM_HEADER + (message.type === "HELLO" ? 32 : 96);
    const longest = bytes.slice();
    longest[at] = 32;
    longest.fill(0x7a, at + 1, at + 33);
    const decoded = decodeDatagram(longest);
    assertEquals(decoded, { ...message, clientId: "z".repeat(32) } as Datagram);
  }
});

Deno.test("decodeDatagram() throws nothing but CodecError, and what it takes has one encoding", () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: MAX_DATAGRAM }),
    damaged(datagram.map(encodeDatagram)),
    fc.tuple(datagram.map(encodeDatagram), fc.nat(), fc.nat({ max: 255 })).map(overwriteByte),
  );
  fc.assert(
    fc.property(hostile, (bytes) => {
      if (refusal(() => decodeDatagram(bytes)) !== undefined) return;
      assertEquals(encodeDatagram(decodeDatagram(bytes)), bytes);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("datagramHeader() is the first 22 bytes: magic, version, type and Nc", () => {
  const nc = hex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf");
  const header = hex("50524c59 01 01 a0a1a2a3a4a5a6a7a8a9aaabacadaeaf");
  assertEquals(datagramHeader({ type: "HELLO", nc }), header);
  for (const { bytes } of DATAGRAM_FIXTURES) {
    assertEquals(datagramHeader(decodeDatagram(bytes)), bytes.subarray(0, 22));
  }
});

Deno.test("decodeAdmission() undoes encodeAdmission(): cookie, then port", () => {
  const cookie = hex("000102030405060708090a0b0c0d0e0f");
  assertEquals(
    encodeAdmission({ cookie, port: 0x1234 }),
    hex("000102030405060708090a0b0c0d0e0f 1234"),
  );
  fc.assert(fc.property(bytes(16), fc.integer({ min: 1, max: 65535 }), (cookie, port) => {
    assertEquals(decodeAdmission(encodeAdmission({ cookie, port })), { cookie, port });
  }));
});

Deno.test("decodeAdmission() refuses port 0 and every length but 18", () => {
  assertRefuses(() => decodeAdmission(new Uint8Array(18)), "bad_number");
  for (let length = 0; length <= 40; length++) {
    if (length === 18) continue;
    assertRefuses(() => decodeAdmission(new Uint8Array(length).fill(1)), "bad_length");
  }
});

function paddedFixtures(): Fixture<Datagram>[] {
  return DATAGRAM_FIXTURES.filter(({ message }) =>
    message.type === "HELLO" || message.type === "RESPONSE"
  );
}

function overwriteByte([bytes, at, value]: [Uint8Array, number, number]): Uint8Array {
  const changed = bytes.slice();
  changed[at % bytes.length] = value;
  return changed;
}

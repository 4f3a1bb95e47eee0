/** The primitives against the published vectors of their specifications. */

import { assert, assertEquals, assertFalse } from "@std/assert";
import {
  equal,
  hkdfSha256,
  hmacSha256,
  sha256,
  sha512,
  x25519,
  x25519PublicKey,
} from "../../lib/crypto/primitives.ts";
import { hex, toHex } from "../hex.ts";

const encoder = new TextEncoder();

Deno.test("sha256() and sha512() give the digests of FIPS 180-4 for abc and for nothing", () => {
  const abc = encoder.encode("abc");
  assertEquals(
    toHex(sha256(abc)),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  assertEquals(
    toHex(sha256()),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
  assertEquals(
    toHex(sha512(abc)),
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
      "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
  );
});

Deno.test("sha256() and hmacSha256() take their input in parts, which may be views", () => {
  const whole = encoder.encode("xhello, worldx");
  const parts = [whole.subarray(1, 4), whole.subarray(4, 4), whole.subarray(4, 13)];
  const hello = encoder.encode("hello, world");
  assertEquals(sha256(...parts), sha256(hello));
  assertEquals(sha512(...parts), sha512(hello));
  assertEquals(hmacSha256(whole.subarray(1, 3), ...parts), hmacSha256(hello.slice(0, 2), hello));
});

/** RFC 4231, sections 4.2 to 4.8 (but 4.6, which truncates): key, data, HMAC-SHA-256. */
const HMAC_VECTORS: [section: string, key: string, data: string, mac: string][] = [
  [
    "4.2",
    "0b".repeat(20),
    "4869205468657265",
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  ],
  [
    "4.3",
    "4a656665",
    "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  ],
  [
    "4.4",
    "aa".repeat(20),
    "dd".repeat(50),
    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
  ],
  [
    "4.5",
    "0102030405060708090a0b0c0d0e0f10111213141516171819",
    "cd".repeat(50),
    "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  ],
  [
    "4.7",
    "aa".repeat(131),
    toHex(encoder.encode("Test Using Larger Than Block-Size Key - Hash Key First")),
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  ],
  [
    "4.8",
    "aa".repeat(131),
    toHex(encoder.encode(
      "This is a test using a larger than block-size key and a larger than block-size data. " +
        "The key needs to be hashed before being used by the HMAC algorithm.",
    )),
    "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
  ],
];

for (const [section, key, data, mac] of HMAC_VECTORS) {
  Deno.test(`hmacSha256() gives the HMAC of RFC 4231, section ${section}`, () => {
    assertEquals(toHex(hmacSha256(hex(key), hex(data))), mac);
  });
}

/** RFC 5869, appendix A: IKM, salt, info, OKM. */
const HKDF_VECTORS: [name: string, ikm: string, salt: string, info: string, okm: string][] = [
  [
    "A.1",
    "0b".repeat(22),
    "000102030405060708090a0b0c",
    "f0f1f2f3f4f5f6f7f8f9",
    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
  ],
  [
    "A.2",
    range(0x00, 0x4f),
    range(0x60, 0xaf),
    range(0xb0, 0xff),
    "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c" +
    "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71" +
    "cc30c58179ec3e87c14c01d5c1f3434f1d87",
  ],
  [
    "A.3",
    "0b".repeat(22),
    "",
    "",
    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
  ],
];

for (const [name, ikm, salt, info, okm] of HKDF_VECTORS) {
  Deno.test(`hkdfSha256() gives the OKM of RFC 5869, ${name}`, () => {
    const length = okm.length / 2;
    const output = hkdfSha256(hex(ikm), hex(salt), hex(info), length);
    assertEquals(toHex(output), okm);
  });
}

/** RFC 7748, section 5.2: scalar, u-coordinate, output. */
const X25519_VECTORS: [scalar: string, u: string, output: string][] = [
  [
    "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
    "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
    "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
  ],
  [
    "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
    "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
    "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
  ],
];

for (const [i, [scalar, u, output]] of X25519_VECTORS.entries()) {
  Deno.test(`x25519() gives output ${i + 1} of RFC 7748, section 5.2`, () => {
    assertEquals(hexOf(x25519(hex(scalar), hex(u))), output);
  });
}

Deno.test("x25519() gives the output of RFC 7748, section 5.2, after 1000 iterations", () => {
  let k = hex("09" + "00".repeat(31));
  let u = k;
  for (let i = 1; i <= 1000; i++) {
    [k, u] = [x25519(k, u)!, k];
    if (i === 1) {
      assertEquals(
        toHex(k),
        "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
      );
    }
  }
  assertEquals(toHex(k), "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
});

Deno.test("x25519() and x25519PublicKey() give the exchange of RFC 7748, section 6.1", () => {
  const alice = hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
  const bob = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
  const alicePublic = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
  const bobPublic = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
  const shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
  assertEquals(toHex(x25519PublicKey(alice)), alicePublic);
  assertEquals(toHex(x25519PublicKey(bob)), bobPublic);
  assertEquals(hexOf(x25519(alice, hex(bobPublic))), shared);
  assertEquals(hexOf(x25519(bob, hex(alicePublic))), shared);
});

/** Every u-coordinate of small order, in every form that fits into 32 bytes. */
const LOW_ORDER: [name: string, point: string][] = [
  ["0", "00".repeat(32)],
  ["1", "01" + "00".repeat(31)],
  ["a point of order 8", "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"],
  ["the other of order 8", "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"],
  ["p - 1", "ec" + "ff".repeat(30) + "7f"],
  ["p", "ed" + "ff".repeat(30) + "7f"],
  ["p + 1", "ee" + "ff".repeat(30) + "7f"],
];

for (const [name, point] of LOW_ORDER) {
  Deno.test(`x25519() refuses the low-order point ${name}, with the top bit clear or set`, () => {
    const publicKey = hex(point);
    assertEquals(x25519(sha256(encoder.encode("any secret key")), publicKey), undefined);
    publicKey[31]! |= 0x80;
    assertEquals(x25519(sha256(encoder.encode("any secret key")), publicKey), undefined);
  });
}

Deno.test("equal() compares contents and lengths", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  assert(equal(bytes, Uint8Array.of(0, 1, 2, 3).subarray(1)));
  assert(equal(new Uint8Array(0), new Uint8Array(0)));
  assertFalse(equal(bytes, Uint8Array.of(1, 2)));
  assertFalse(equal(bytes, Uint8Array.of(1, 2, 3, 0)));
  for (let i = 0; i < 3; i++) assertFalse(equal(bytes, bytes.with(i, 0x80)));
});

function hexOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && toHex(bytes);
}

/** The bytes from `first` to `last`, in hexadecimal. */
function range(first: number, last: number): string {
  return toHex(Uint8Array.from({ length: last - first + 1 }, (_, i) => first + i));
}

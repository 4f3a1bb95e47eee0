/**
 * From CK_A to the keys in use (docs/protocol.md, clause 6.2).
 *
 * CK_A alone is the same again whenever an old CHALLENGE is replayed, and stays readable for ever
 * to whoever learns K_A. So both ends' nonces and ephemeral X25519 keys go in as well.
 */

import { hkdfSha256, sha256 } from "./primitives.ts";

/** Key and IV of one direction of one purpose. */
export interface TrafficKey {
  /** ChaCha20-Poly1305 key, 32 bytes. */
  readonly key: Uint8Array;
  /** What the record counter is combined with to make a nonce, 12 bytes. */
  readonly iv: Uint8Array;
}

/** All that a login yields. */
export interface LoginKeys {
  readonly authSuccess: TrafficKey;
  readonly clientToServer: TrafficKey;
  readonly serverToClient: TrafficKey;
  /** Names these keys in clear at the start of the TCP connection, 16 bytes. */
  readonly keyId: Uint8Array;
}

const KEY = 32;
const IV = 12;
const KEY_ID = 16;
const encoder = new TextEncoder();

/**
 * The keys of a login.
 *
 * @param hello the HELLO datagram, as sent
 * @param challenge the CHALLENGE datagram, as sent
 * @param ck CK_A, 64 bytes
 * @param dh the X25519 shared secret, 32 bytes
 */
export function deriveKeys(
  hello: Uint8Array,
  challenge: Uint8Array,
  ck: Uint8Array,
  dh: Uint8Array,
): LoginKeys {
  const transcript = sha256(hello, challenge);
  const inputKey = new Uint8Array([...ck, ...dh]);
  const expand = (label: string, length: number): Uint8Array =>
    hkdfSha256(inputKey, transcript, encoder.encode(`parley 1 ${label}`), length);
  const trafficKey = (label: string): TrafficKey => {
    const bytes = expand(label, KEY + IV);
    return { key: bytes.subarray(0, KEY), iv: bytes.subarray(KEY) };
  };
  return {
    authSuccess: trafficKey("AUTH_SUCCESS"),
    clientToServer: trafficKey("client to server"),
    serverToClient: trafficKey("server to client"),
    keyId: expand("key-id", KEY_ID),
  };
}

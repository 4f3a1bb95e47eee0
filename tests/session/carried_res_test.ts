/**
 * A man in the middle that makes a client answer the challenge of the middle's own login: the
 * server takes the RES, and neither end's keys are the other's, or the middle's.
 */

import { assertEquals, assertNotEquals } from "@std/assert";
import { encodeDatagram, type Hello, type Response } from "../../lib/codec/mod.ts";
import { deriveKeys, x25519, x25519PublicKey } from "../../lib/crypto/mod.ts";
import { ClientRig } from "./client_rig.ts";
import { ALICE, clientContext, loginRandom, SeededRandom } from "./fixtures.ts";
import { LoginRig } from "./login_rig.ts";

Deno.test("a RES that is carried into another login is accepted there, and gains nothing", () => {
  const server = new LoginRig();
  const random = new SeededRandom(2);
  const client = new ClientRig(clientContext(ALICE));
  client.handle({ type: "user logs on", random: loginRandom(random) });
  const hello = client.datagrams[0] as Hello;

  const secretKey = random.bytes(32);
  const own: Hello = { ...hello, nc: random.bytes(16), clientKey: x25519PublicKey(secretKey) };
  const challenge = server.challenge(own);
  client.handle({ ...challenge, nc: hello.nc });
  const { res } = client.datagrams[1] as Response;
  const { nc, clientKey, clientId } = own;
  const { rand, serverKey } = challenge;
  const success = server.succeed({ type: "RESPONSE", nc, res, rand, clientKey, clientId });

  // To the client it is a forgery.
  for (const forged of [success, { ...success, nc: hello.nc }]) client.handle(forged);
  assertEquals(client.state.name, "Wait for AUTH_SUCCESS");

  // The middle has all that goes into the keys but CK_A; RES in its place makes others.
  const dh = x25519(secretKey, serverKey)!;
  for (const ck of [res, new Uint8Array([...res, ...res]), new Uint8Array(64)]) {
    const keys = deriveKeys(encodeDatagram(own), encodeDatagram(challenge), ck, dh);
    assertNotEquals(keys.keyId, server.grants[0]!.keys.keyId);
    assertNotEquals(keys.authSuccess, server.grants[0]!.keys.authSuccess);
  }
});

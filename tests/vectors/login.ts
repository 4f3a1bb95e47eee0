/**
 * One whole login with fixed inputs, step by step, computed by lib/.
 *
 * login.json holds the result as golden vectors and docs/protocol.md prints them; `deno task
 * vectors` writes both. independent.ts computes the same steps without lib/.
 */

import {
  ByteWriter,
  datagramHeader,
  encodeAdmission,
  encodeDatagram,
  encodeFrame,
  type Frame,
  parseClientId,
  recordHeader,
  textFromString,
} from "../../lib/codec/mod.ts";
import {
  a3,
  a8,
  deriveKeys,
  hmacSha256,
  Sealer,
  x25519,
  x25519PublicKey,
} from "../../lib/crypto/mod.ts";
import { sha256 } from "../../lib/crypto/primitives.ts";
import { concatBytes, hex, toHex } from "../hex.ts";

/** What is chosen or drawn at random in a login; bytes are in hexadecimal. */
export interface Inputs {
  readonly clientId: string;
  readonly secret: string;
  readonly nc: string;
  readonly clientSecretKey: string;
  readonly serverSecretKey: string;
  readonly rand: string;
  readonly cookie: string;
  readonly port: number;
  readonly peerId: string;
  readonly sessionId: number;
  readonly sentText: string;
  readonly receivedText: string;
}

/** Every step of the login, and how it comes about. */
export const STEPS = {
  clientKey: "client's public key = X25519(client's secret key, 9)",
  hello: "HELLO",
  serverKey: "server's public key = X25519(server's secret key, 9)",
  challenge: "CHALLENGE",
  res: "RES = SHA-256(rand ‖ K_A)",
  ck: "CK_A = SHA-512(rand ‖ K_A)",
  response: "RESPONSE",
  dh: "DH = X25519(secret key of one end, public key of the other)",
  th: "th = SHA-256(HELLO ‖ CHALLENGE)",
  prk: "PRK = HKDF-Extract(salt th, input CK_A ‖ DH)",
  authSuccessKey: "AUTH_SUCCESS key",
  authSuccessIv: "AUTH_SUCCESS IV",
  clientToServerKey: "client-to-server key",
  clientToServerIv: "client-to-server IV",
  serverToClientKey: "server-to-client key",
  serverToClientIv: "server-to-client IV",
  keyId: "key-id",
  admission: "plaintext of AUTH_SUCCESS: rand_cookie ‖ port_number",
  authSuccess: "AUTH_SUCCESS",
  clientFrames0: "client's frames, record 0: CONNECT",
  clientStream: "first bytes of the TCP connection, from the client: key-id ‖ record 0",
  serverFrames0: "server's frames, record 0: CONNECTED",
  serverRecord0: "server's record 0",
  serverFrames1: "server's frames, record 1: CHAT_STARTED, CHAT number 1",
  serverRecord1: "server's record 1",
  clientFrames1: "client's frames, record 1: CHAT number 1",
  clientRecord1: "client's record 1",
} as const;

/** A key of {@linkcode STEPS}. */
export type Step = keyof typeof STEPS;

/** The bytes of every step, in hexadecimal. */
export type Steps = Readonly<Record<Step, string>>;

/** The golden vectors. The secret keys are those of RFC 7748, section 6.1, and so is DH. */
export const INPUTS: Inputs = {
  clientId: "alice",
  secret: "correct horse battery staple",
  nc: "000102030405060708090a0b0c0d0e0f",
  clientSecretKey: "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
  serverSecretKey: "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
  rand: "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
  cookie: "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf",
  port: 4391,
  peerId: "bob",
  sessionId: 7,
  sentText: "Hello, Bob!",
  receivedText: "Grüße, Alice ✓",
};

/** The steps of the login, by lib/. */
export function loginSteps(inputs: Inputs): Steps {
  const clientSecretKey = hex(inputs.clientSecretKey);
  const serverSecretKey = hex(inputs.serverSecretKey);
  const [nc, rand, cookie] = [hex(inputs.nc), hex(inputs.rand), hex(inputs.cookie)];
  const secret = new TextEncoder().encode(inputs.secret);
  const clientId = parseClientId(inputs.clientId);
  const peerId = parseClientId(inputs.peerId);
  const { sessionId } = inputs;

  const clientKey = x25519PublicKey(clientSecretKey);
  const serverKey = x25519PublicKey(serverSecretKey);
  const hello = encodeDatagram({ type: "HELLO", nc, clientKey, clientId });
  const challenge = encodeDatagram({ type: "CHALLENGE", nc, rand, serverKey });
  const res = a3(rand, secret);
  const ck = a8(rand, secret);
  const response = encodeDatagram({ type: "RESPONSE", nc, res, rand, clientKey, clientId });
  const dh = x25519(clientSecretKey, serverKey)!;
  const th = sha256(hello, challenge);
  const keys = deriveKeys(hello, challenge, ck, dh);

  const admission = encodeAdmission({ cookie, port: inputs.port });
  const header = datagramHeader({ type: "AUTH_SUCCESS", nc });
  const sealed = new Sealer(keys.authSuccess).seal(header, admission);

  const clientFrames0 = frames({ type: "CONNECT", cookie });
  const serverFrames0 = frames({ type: "CONNECTED" });
  const serverFrames1 = frames(
    { type: "CHAT_STARTED", sessionId, clientId: peerId },
    { type: "CHAT", sessionId, number: 1, text: textFromString(inputs.receivedText) },
  );
  const clientFrames1 = frames(
    { type: "CHAT", sessionId, number: 1, text: textFromString(inputs.sentText) },
  );
  const client = new Sealer(keys.clientToServer);
  const server = new Sealer(keys.serverToClient);

  const steps: Record<Step, Uint8Array> = {
    clientKey,
    hello,
    serverKey,
    challenge,
    res,
    ck,
    response,
    dh,
    th,
    prk: hmacSha256(th, ck, dh),
    authSuccessKey: keys.authSuccess.key,
    authSuccessIv: keys.authSuccess.iv,
    clientToServerKey: keys.clientToServer.key,
    clientToServerIv: keys.clientToServer.iv,
    serverToClientKey: keys.serverToClient.key,
    serverToClientIv: keys.serverToClient.iv,
    keyId: keys.keyId,
    admission,
    authSuccess: encodeDatagram({ type: "AUTH_SUCCESS", nc, sealed }),
    clientFrames0,
    clientStream: concatBytes(keys.keyId, record(client, clientFrames0)),
    serverFrames0,
    serverRecord0: record(server, serverFrames0),
    serverFrames1,
    serverRecord1: record(server, serverFrames1),
    clientFrames1,
    clientRecord1: record(client, clientFrames1),
  };
  return Object.fromEntries(
    Object.entries(steps).map(([step, bytes]) => [step, toHex(bytes)]),
  ) as Steps;
}

function frames(...frames: Frame[]): Uint8Array {
  const writer = new ByteWriter();
  for (const frame of frames) encodeFrame(frame, writer);
  return writer.view();
}

function record(sealer: Sealer, plaintext: Uint8Array): Uint8Array {
  const header = recordHeader(plaintext.length);
  return concatBytes(header, sealer.seal(header, plaintext));
}

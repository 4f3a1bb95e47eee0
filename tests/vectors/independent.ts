/**
 * The same login a second time, written from docs/protocol.md alone: nothing here imports lib/.
 *
 * Hashes, HMAC and X25519 come from WebCrypto, HKDF is spelt out over HMAC, and
 * ChaCha20-Poly1305 is that of node:crypto, which Deno 2.5 lacks.
 */

import { createCipheriv, getCiphers } from "node:crypto";
import { concatBytes, hex, toHex } from "../hex.ts";
import type { Inputs, Step, Steps } from "./login.ts";

/** The steps that need ChaCha20-Poly1305. */
export type SealedStep =
  | "authSuccess"
  | "clientStream"
  | "clientRecord1"
  | "serverRecord0"
  | "serverRecord1";

/** Whether this Deno can compute the sealed steps here. */
export const canSeal: boolean = getCiphers().includes("chacha20-poly1305");

/** All steps but the sealed ones, from the inputs. */
export async function openSteps(inputs: Inputs): Promise<Omit<Steps, SealedStep>> {
  const { nc, rand, cookie } = inputs;
  const base = "09" + "00".repeat(31);
  const secret = toHex(new TextEncoder().encode(inputs.secret));
  const clientKey = await x25519(inputs.clientSecretKey, base);
  const serverKey = await x25519(inputs.serverSecretKey, base);
  const hello = padded(128, datagram(1, nc) + clientKey + id(inputs.clientId));
  const challenge = datagram(2, nc) + rand + serverKey;
  const res = await digest("SHA-256", rand + secret);
  const ck = await digest("SHA-512", rand + secret);
  const response = padded(160, datagram(3, nc) + res + rand + clientKey + id(inputs.clientId));
  const dh = await x25519(inputs.serverSecretKey, clientKey);
  const th = await digest("SHA-256", hello + challenge);
  const prk = await hmac(th, ck + dh);
  const authSuccess = await expand(prk, "parley 1 AUTH_SUCCESS", 44);
  const clientToServer = await expand(prk, "parley 1 client to server", 44);
  const serverToClient = await expand(prk, "parley 1 server to client", 44);
  const session = number(inputs.sessionId, 8);
  return {
    clientKey,
    hello,
    serverKey,
    challenge,
    res,
    ck,
    response,
    dh,
    th,
    prk,
    authSuccessKey: authSuccess.slice(0, 64),
    authSuccessIv: authSuccess.slice(64),
    clientToServerKey: clientToServer.slice(0, 64),
    clientToServerIv: clientToServer.slice(64),
    serverToClientKey: serverToClient.slice(0, 64),
    serverToClientIv: serverToClient.slice(64),
    keyId: await expand(prk, "parley 1 key-id", 16),
    admission: cookie + number(inputs.port, 2),
    clientFrames0: frame(6, cookie),
    serverFrames0: frame(7, ""),
    serverFrames1: frame(9, session + id(inputs.peerId)) +
      frame(13, session + number(1, 4) + utf8(inputs.receivedText)),
    clientFrames1: frame(13, session + number(1, 4) + utf8(inputs.sentText)),
  };
}

/** The sealed steps, from the keys, IVs and plaintexts of the others. */
export function sealedSteps(nc: string, steps: Omit<Steps, SealedStep>): Pick<Steps, SealedStep> {
  const header = datagram(4, nc);
  const record = (
    from: "clientToServer" | "serverToClient",
    count: number,
    plain: Step,
  ): string => {
    const plaintext = (steps as Steps)[plain];
    const length = number(plaintext.length / 2 + 16, 2);
    return length + seal(steps[`${from}Key`], steps[`${from}Iv`], count, length, plaintext);
  };
  return {
    authSuccess: header +
      seal(steps.authSuccessKey, steps.authSuccessIv, 0, header, steps.admission),
    clientStream: steps.keyId + record("clientToServer", 0, "clientFrames0"),
    serverRecord0: record("serverToClient", 0, "serverFrames0"),
    serverRecord1: record("serverToClient", 1, "serverFrames1"),
    clientRecord1: record("clientToServer", 1, "clientFrames1"),
  };
}

function datagram(type: number, nc: string): string {
  return "50524c59" + "01" + number(type, 1) + nc;
}

function frame(type: number, body: string): string {
  return number(type, 1) + number(body.length / 2, 2) + body;
}

function id(clientId: string): string {
  return number(clientId.length, 1) + utf8(clientId);
}

function utf8(text: string): string {
  return toHex(new TextEncoder().encode(text));
}

function number(value: number, length: number): string {
  return value.toString(16).padStart(2 * length, "0");
}

function padded(length: number, bytes: string): string {
  return bytes.padEnd(2 * length, "0");
}

async function digest(algorithm: "SHA-256" | "SHA-512", bytes: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest(algorithm, buffer(bytes))));
}

async function hmac(key: string, bytes: string): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", buffer(key), algorithm, false, ["sign"]);
  return toHex(new Uint8Array(await crypto.subtle.sign("HMAC", imported, buffer(bytes))));
}

/** HKDF-Expand (RFC 5869, section 2.3). */
async function expand(prk: string, label: string, length: number): Promise<string> {
  let output = "";
  let block = "";
  for (let i = 1; output.length < 2 * length; i++) {
    block = await hmac(prk, block + utf8(label) + number(i, 1));
    output += block;
  }
  return output.slice(0, 2 * length);
}

async function x25519(secretKey: string, publicKey: string): Promise<string> {
  const pkcs8 = buffer("302e020100300506032b656e04220420" + secretKey);
  const name = "X25519";
  const ours = await crypto.subtle.importKey("pkcs8", pkcs8, { name }, false, ["deriveBits"]);
  const theirs = await crypto.subtle.importKey("raw", buffer(publicKey), { name }, false, []);
  const shared = await crypto.subtle.deriveBits({ name, public: theirs }, ours, 256);
  return toHex(new Uint8Array(shared));
}

function seal(key: string, iv: string, count: number, associated: string, plain: string): string {
  const nonce = (BigInt(`0x${iv}`) ^ BigInt(count)).toString(16).padStart(24, "0");
  const options = { authTagLength: 16 };
  const cipher = createCipheriv("chacha20-poly1305", hex(key), hex(nonce), options);
  cipher.setAAD(hex(associated), { plaintextLength: plain.length / 2 });
  const sealed = concatBytes(cipher.update(hex(plain)), cipher.final());
  return toHex(concatBytes(sealed, cipher.getAuthTag()));
}

function buffer(bytes: string): ArrayBuffer {
  return hex(bytes).buffer as ArrayBuffer;
}

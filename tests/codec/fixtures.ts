/**
 * One message of every type beside its bytes, written by hand from docs/protocol.md.
 *
 * Round trips cannot see a field that moved at both ends; these can.
 */

import { type Datagram, type Frame, parseClientId, textFromString } from "../../lib/codec/mod.ts";
import { hex } from "../hex.ts";

/** A message and its bytes. */
export interface Fixture<M> {
  readonly message: M;
  readonly bytes: Uint8Array;
}

const nc = hex("a0a1a2a3 a4a5a6a7 a8a9aaab acadaeaf");
const rand = hex("10".repeat(32));
const res = hex("20".repeat(32));
const clientKey = hex("30".repeat(32));
const serverKey = hex("40".repeat(32));
const cookie = hex("c0c1c2c3 c4c5c6c7 c8c9cacb cccdcecf");
const alice = parseClientId("alice");
const bob = parseClientId("Bob_2-x");
const text = textFromString("hé✓");
const sessionId = 0x1f_0203_0405_0607;

const NC_HEX = "a0a1a2a3 a4a5a6a7 a8a9aaab acadaeaf";
const ALICE_HEX = "05 616c696365";
const BOB_HEX = "07 426f625f322d78";
const SESSION_HEX = "001f0203 04050607";

function fixture<M>(message: M, ...parts: string[]): Fixture<M> {
  return { message, bytes: hex(...parts) };
}

function datagram(code: string, message: Datagram, ...parts: string[]): Fixture<Datagram> {
  return fixture(message, "50524c59 01", code, NC_HEX, ...parts);
}

/** One datagram of each type. */
export const DATAGRAM_FIXTURES: readonly Fixture<Datagram>[] = [
  datagram(
    "01",
    { type: "HELLO", nc, clientKey, clientId: alice },
    "30".repeat(32),
    ALICE_HEX,
    "00".repeat(68),
  ),
  datagram(
    "02",
    { type: "CHALLENGE", nc, rand, serverKey },
    "10".repeat(32),
    "40".repeat(32),
  ),
  datagram(
    "03",
    { type: "RESPONSE", nc, res, rand, clientKey, clientId: alice },
    "20".repeat(32),
    "10".repeat(32),
    "30".repeat(32),
    ALICE_HEX,
    "00".repeat(36),
  ),
  datagram("04", { type: "AUTH_SUCCESS", nc, sealed: hex("5e".repeat(34)) }, "5e".repeat(34)),
  datagram("05", { type: "AUTH_FAIL", nc, reason: "try_later" }, "02"),
];

/** One frame of each type. */
export const FRAME_FIXTURES: readonly Fixture<Frame>[] = [
  fixture<Frame>({ type: "CONNECT", cookie }, "06 0010 c0c1c2c3 c4c5c6c7 c8c9cacb cccdcecf"),
  fixture<Frame>({ type: "CONNECTED" }, "07 0000"),
  fixture<Frame>({ type: "CHAT_REQUEST", clientId: bob }, "08 0008", BOB_HEX),
  fixture<Frame>(
    { type: "CHAT_STARTED", sessionId, clientId: bob },
    "09 0010",
    SESSION_HEX,
    BOB_HEX,
  ),
  fixture<Frame>({ type: "UNREACHABLE", clientId: bob }, "0a 0008", BOB_HEX),
  fixture<Frame>({ type: "END_REQUEST", sessionId }, "0b 0008", SESSION_HEX),
  fixture<Frame>({ type: "END_NOTIF", sessionId }, "0c 0008", SESSION_HEX),
  fixture<Frame>(
    { type: "CHAT", sessionId, number: 0x01020304, text },
    "0d 0012",
    SESSION_HEX,
    "01020304 68 c3a9 e29c93",
  ),
  fixture<Frame>(
    { type: "HISTORY_REQ", clientId: bob, last: 20, before: 0x102 },
    "0e 0014",
    BOB_HEX,
    "00000014 00000000 00000102",
  ),
  fixture<Frame>(
    {
      type: "HISTORY_RESP",
      sessionId,
      number: 3,
      position: 0x1_0000_0002,
      at: 1_700_000_000_123,
      sender: bob,
      text,
    },
    "0f 002a",
    SESSION_HEX,
    "00000003 00000001 00000002 0000018b cfe5687b",
    BOB_HEX,
    "68 c3a9 e29c93",
  ),
  fixture<Frame>({ type: "RECEIPT", sessionId, number: 9 }, "40 000c", SESSION_HEX, "00000009"),
  fixture<Frame>(
    { type: "REFUSED", sessionId, number: 9, reason: "out_of_order" },
    "41 000d",
    SESSION_HEX,
    "00000009 03",
  ),
  fixture<Frame>(
    { type: "HISTORY_END", clientId: bob, outcome: "unavailable" },
    "42 0009",
    BOB_HEX,
    "01",
  ),
  fixture<Frame>({ type: "PING", token: 0xfffefdfc }, "43 0004 fffefdfc"),
  fixture<Frame>({ type: "PONG", token: 0 }, "44 0004 00000000"),
  fixture<Frame>({ type: "CLOSING", reason: "shutting_down" }, "45 0001 04"),
];

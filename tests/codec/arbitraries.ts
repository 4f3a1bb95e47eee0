/**
 * Arbitrary messages of every type, and arbitrary ways to damage and to split bytes.
 *
 * Each table has one entry per type, which the compiler checks: a new message cannot be forgotten.
 */

import fc from "fast-check";
import {
  type ClientId,
  CLOSING_REASON,
  COOKIE_LENGTH,
  type Datagram,
  type Frame,
  HISTORY_OUTCOME,
  KEY_LENGTH,
  MAX_CLIENT_ID,
  MAX_SAFE,
  MAX_TEXT,
  type Message,
  NC_LENGTH,
  parseClientId,
  RAND_LENGTH,
  REFUSAL,
  RES_LENGTH,
  type Text,
  textFromString,
} from "../../lib/codec/mod.ts";

const ID_CHARACTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"];

/** Exactly `length` bytes. */
export function bytes(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

/** Any client-ID. */
export const clientId: fc.Arbitrary<ClientId> = fc
  .string({ unit: fc.constantFrom(...ID_CHARACTERS), minLength: 1, maxLength: MAX_CLIENT_ID })
  .map(parseClientId);

/** Any text: mostly short, of any characters, and now and then of the greatest length. */
export const text: fc.Arbitrary<Text> = fc.oneof(
  { weight: 9, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 100 }) },
  { weight: 1, arbitrary: fc.constantFrom("a".repeat(MAX_TEXT), "é".repeat(MAX_TEXT / 2)) },
).map(textFromString);

/** Any u64 that the protocol takes. */
export const u64: fc.Arbitrary<number> = fc.integer({ min: 0, max: MAX_SAFE });
/** Any session-ID, or another u64 that is not zero. */
export const positiveU64: fc.Arbitrary<number> = fc.integer({ min: 1, max: MAX_SAFE });
/** Any u32. */
export const u32: fc.Arbitrary<number> = fc.integer({ min: 0, max: 0xffff_ffff });
/** Any u32 that is not zero. */
export const positiveU32: fc.Arbitrary<number> = fc.integer({ min: 1, max: 0xffff_ffff });

type Table<M extends Message> = {
  readonly [T in M["type"]]: fc.Arbitrary<Extract<M, { type: T }>>;
};

/** Any datagram, by its type. */
export const DATAGRAM: Table<Datagram> = {
  HELLO: fc.record({
    type: fc.constant("HELLO"),
    nc: bytes(NC_LENGTH),
    clientKey: bytes(KEY_LENGTH),
    clientId,
  }),
  CHALLENGE: fc.record({
    type: fc.constant("CHALLENGE"),
    nc: bytes(NC_LENGTH),
    rand: bytes(RAND_LENGTH),
    serverKey: bytes(KEY_LENGTH),
  }),
  RESPONSE: fc.record({
    type: fc.constant("RESPONSE"),
    nc: bytes(NC_LENGTH),
    res: bytes(RES_LENGTH),
    rand: bytes(RAND_LENGTH),
    clientKey: bytes(KEY_LENGTH),
    clientId,
  }),
  AUTH_SUCCESS: fc.record({
    type: fc.constant("AUTH_SUCCESS"),
    nc: bytes(NC_LENGTH),
    sealed: bytes(34),
  }),
  AUTH_FAIL: fc.record({
    type: fc.constant("AUTH_FAIL"),
    nc: bytes(NC_LENGTH),
    reason: fc.constantFrom("refused", "try_later"),
  }),
};

/** Any frame, by its type. */
export const FRAME: Table<Frame> = {
  CONNECT: fc.record({ type: fc.constant("CONNECT"), cookie: bytes(COOKIE_LENGTH) }),
  CONNECTED: fc.record({ type: fc.constant("CONNECTED") }),
  CHAT_REQUEST: fc.record({ type: fc.constant("CHAT_REQUEST"), clientId }),
  CHAT_STARTED: fc.record({
    type: fc.constant("CHAT_STARTED"),
    sessionId: positiveU64,
    clientId,
  }),
  UNREACHABLE: fc.record({ type: fc.constant("UNREACHABLE"), clientId }),
  END_REQUEST: fc.record({ type: fc.constant("END_REQUEST"), sessionId: positiveU64 }),
  END_NOTIF: fc.record({ type: fc.constant("END_NOTIF"), sessionId: positiveU64 }),
  CHAT: fc.record({
    type: fc.constant("CHAT"),
    sessionId: positiveU64,
    number: positiveU32,
    text,
  }),
  HISTORY_REQ: fc.record({
    type: fc.constant("HISTORY_REQ"),
    clientId,
    last: u32,
    before: u64,
  }),
  HISTORY_RESP: fc.record({
    type: fc.constant("HISTORY_RESP"),
    sessionId: positiveU64,
    number: positiveU32,
    position: positiveU64,
    at: u64,
    sender: clientId,
    text,
  }),
  RECEIPT: fc.record({
    type: fc.constant("RECEIPT"),
    sessionId: positiveU64,
    number: positiveU32,
  }),
  REFUSED: fc.record({
    type: fc.constant("REFUSED"),
    sessionId: positiveU64,
    number: positiveU32,
    reason: keyOf(REFUSAL),
  }),
  HISTORY_END: fc.record({
    type: fc.constant("HISTORY_END"),
    clientId,
    outcome: keyOf(HISTORY_OUTCOME),
  }),
  PING: fc.record({ type: fc.constant("PING"), token: u32 }),
  PONG: fc.record({ type: fc.constant("PONG"), token: u32 }),
  CLOSING: fc.record({ type: fc.constant("CLOSING"), reason: keyOf(CLOSING_REASON) }),
};

/** Any datagram. */
export const datagram: fc.Arbitrary<Datagram> = fc.oneof(...Object.values(DATAGRAM));
/** Any frame. */
export const frame: fc.Arbitrary<Frame> = fc.oneof(...Object.values(FRAME));

/** What `valid` makes, damaged: bytes changed, inserted or removed, the end cut or extended. */
export function damaged(valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const edit = fc.record({
    at: fc.nat(),
    remove: fc.nat({ max: 2 }),
    insert: fc.uint8Array({ maxLength: 2 }),
  });
  return fc.tuple(valid, fc.array(edit, { minLength: 1, maxLength: 3 })).map(([bytes, edits]) =>
    edits.reduce((before, { at, remove, insert }) => {
      const start = at % (before.length + 1);
      return Uint8Array.of(
        ...before.subarray(0, start),
        ...insert,
        ...before.subarray(start + remove),
      );
    }, bytes)
  );
}

/** Any way to cut `stream` into pieces, some of them empty. */
export function pieces(stream: Uint8Array): fc.Arbitrary<Uint8Array[]> {
  return fc.array(fc.nat({ max: stream.length }), { maxLength: 20 }).map((cuts) => {
    const ends = [...cuts.sort((a, b) => a - b), stream.length];
    return ends.map((end, i) => stream.slice(ends[i - 1] ?? 0, end));
  });
}

function keyOf<K extends string>(table: Readonly<Record<K, number>>): fc.Arbitrary<K> {
  return fc.constantFrom(...Object.keys(table) as K[]);
}

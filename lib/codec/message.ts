/**
 * Every message of the protocol, as one discriminated union.
 *
 * What has one of these types is well-formed: decoders check every bound, so no layer above checks
 * it again. Types 1 to 15 are the assignment's fifteen messages under their own names, in its own
 * order; types from 64 on are Parley's additions (docs/protocol.md, clause 4).
 */

import type { ClientId } from "./client_id.ts";
import type { Text } from "./text.ts";

/** Identifies a chat session: 1 to 2^53 - 1, never given out twice by a server. */
export type SessionId = number;

/** Type codes as they stand on the wire. */
export const TYPE_CODE = {
  HELLO: 1,
  CHALLENGE: 2,
  RESPONSE: 3,
  AUTH_SUCCESS: 4,
  AUTH_FAIL: 5,
  CONNECT: 6,
  CONNECTED: 7,
  CHAT_REQUEST: 8,
  CHAT_STARTED: 9,
  UNREACHABLE: 10,
  END_REQUEST: 11,
  END_NOTIF: 12,
  CHAT: 13,
  HISTORY_REQ: 14,
  HISTORY_RESP: 15,
  RECEIPT: 64,
  REFUSED: 65,
  HISTORY_END: 66,
  PING: 67,
  PONG: 68,
  CLOSING: 69,
} as const;

/** Starts a login. `nc` is the client nonce Nc, `clientKey` its ephemeral X25519 public key. */
export interface Hello {
  readonly type: "HELLO";
  readonly nc: Uint8Array;
  readonly clientKey: Uint8Array;
  readonly clientId: ClientId;
}

/** Asks the client to prove that it knows K_A. */
export interface Challenge {
  readonly type: "CHALLENGE";
  readonly nc: Uint8Array;
  readonly rand: Uint8Array;
  readonly serverKey: Uint8Array;
}

/** The proof. `rand` and `clientKey` are repeated so that a server under load need not keep them. */
export interface Response {
  readonly type: "RESPONSE";
  readonly nc: Uint8Array;
  readonly res: Uint8Array;
  readonly rand: Uint8Array;
  readonly clientKey: Uint8Array;
  readonly clientId: ClientId;
}

/** `sealed` holds rand_cookie and port_number (see {@linkcode Admission}), encrypted. */
export interface AuthSuccess {
  readonly type: "AUTH_SUCCESS";
  readonly nc: Uint8Array;
  readonly sealed: Uint8Array;
}

/**
 * Why a login failed. `refused`: the RESPONSE was wrong, or the client-ID is unknown; the two look
 * the same. `try_later`: it was not judged, as too many from the same host were refused.
 */
export const AUTH_FAILURE = { refused: 1, try_later: 2 } as const;
/** A key of {@linkcode AUTH_FAILURE}. */
export type AuthFailure = keyof typeof AUTH_FAILURE;

/** The login failed. The reason is an addition to the assignment's message, which has no field. */
export interface AuthFail {
  readonly type: "AUTH_FAIL";
  readonly nc: Uint8Array;
  readonly reason: AuthFailure;
}

/** A message of the connection phase, sent over UDP. */
export type Datagram = Hello | Challenge | Response | AuthSuccess | AuthFail;

/** What AUTH_SUCCESS seals: where to connect, and the cookie to show there. */
export interface Admission {
  readonly cookie: Uint8Array;
  readonly port: number;
}

/** First frame on the TCP connection: shows the cookie of AUTH_SUCCESS. */
export interface Connect {
  readonly type: "CONNECT";
  readonly cookie: Uint8Array;
}

/** The client is connected. */
export interface Connected {
  readonly type: "CONNECTED";
}

/** Asks for a chat with `clientId`. */
export interface ChatRequest {
  readonly type: "CHAT_REQUEST";
  readonly clientId: ClientId;
}

/** A chat with `clientId` has begun. */
export interface ChatStarted {
  readonly type: "CHAT_STARTED";
  readonly sessionId: SessionId;
  readonly clientId: ClientId;
}

/** `clientId` is not available for a chat, for whatever reason. */
export interface Unreachable {
  readonly type: "UNREACHABLE";
  readonly clientId: ClientId;
}

/** Asks to end a chat. */
export interface EndRequest {
  readonly type: "END_REQUEST";
  readonly sessionId: SessionId;
}

/** The other client ended the chat, or is gone. */
export interface EndNotif {
  readonly type: "END_NOTIF";
  readonly sessionId: SessionId;
}

/** One chat message. `number` counts the sender's messages in the session, from 1. */
export interface Chat {
  readonly type: "CHAT";
  readonly sessionId: SessionId;
  readonly number: number;
  readonly text: Text;
}

/**
 * Asks for past messages with `clientId`: all of them, or the last `last` (0: no limit) of those
 * whose position is below `before` (0: no limit).
 */
export interface HistoryReq {
  readonly type: "HISTORY_REQ";
  readonly clientId: ClientId;
  readonly last: number;
  readonly before: number;
}

/**
 * One past message. `position` counts the messages of this pair of clients from 1, in the order in
 * which they were stored; `at` is when, in milliseconds since 1970-01-01 UTC.
 */
export interface HistoryResp {
  readonly type: "HISTORY_RESP";
  readonly sessionId: SessionId;
  readonly number: number;
  readonly position: number;
  readonly at: number;
  readonly sender: ClientId;
  readonly text: Text;
}

/** The sender's messages of this session up to `number` are stored, but for those REFUSED. */
export interface Receipt {
  readonly type: "RECEIPT";
  readonly sessionId: SessionId;
  readonly number: number;
}

/** Why a CHAT was not delivered. */
export const REFUSAL = { not_in_session: 1, not_stored: 2, out_of_order: 3 } as const;
/** A key of {@linkcode REFUSAL}. */
export type Refusal = keyof typeof REFUSAL;

/** Message `number` of the session was neither stored nor relayed. */
export interface Refused {
  readonly type: "REFUSED";
  readonly sessionId: SessionId;
  readonly number: number;
  readonly reason: Refusal;
}

/** How the answer to a HISTORY_REQ ended. */
export const HISTORY_OUTCOME = { complete: 0, unavailable: 1 } as const;
/** A key of {@linkcode HISTORY_OUTCOME}. */
export type HistoryOutcome = keyof typeof HISTORY_OUTCOME;

/** Follows the last HISTORY_RESP of an answer, also when there was none. */
export interface HistoryEnd {
  readonly type: "HISTORY_END";
  readonly clientId: ClientId;
  readonly outcome: HistoryOutcome;
}

/** Asks for a PONG with the same token; keeps the connection known to be alive. */
export interface Ping {
  readonly type: "PING";
  readonly token: number;
}

/** Answers a PING. */
export interface Pong {
  readonly type: "PONG";
  readonly token: number;
}

/** Why the server closes a connection. */
export const CLOSING_REASON = {
  logged_on_elsewhere: 1,
  idle: 2,
  revoked: 3,
  shutting_down: 4,
  protocol_error: 5,
} as const;
/** A key of {@linkcode CLOSING_REASON}. */
export type ClosingReason = keyof typeof CLOSING_REASON;

/** The server closes the connection; nothing follows. */
export interface Closing {
  readonly type: "CLOSING";
  readonly reason: ClosingReason;
}

/** A message of the TCP connection: one frame. */
export type Frame =
  | Connect
  | Connected
  | ChatRequest
  | ChatStarted
  | Unreachable
  | EndRequest
  | EndNotif
  | Chat
  | HistoryReq
  | HistoryResp
  | Receipt
  | Refused
  | HistoryEnd
  | Ping
  | Pong
  | Closing;

/** Any message of the protocol. */
export type Message = Datagram | Frame;

/**
 * A Parley client to build programs and bots on: see {@linkcode ChatClient}.
 *
 * @module
 */

export { ChatClient, type ChatClientOptions } from "./chat_client.ts";
export * from "./errors.ts";
export { FIRST_WAIT, LONGEST_WAIT, Reconnector, type ReconnectorOptions } from "./reconnect.ts";
export {
  CLIENT_LIMITS,
  type ClientLimits,
  type LogOffReason,
  type LogOnFailure,
  type Notice,
} from "../session/mod.ts";
export {
  type ClientId,
  type ClosingReason,
  describe,
  type HistoryOutcome,
  type HistoryResp,
  isClientId,
  type Message,
  parseClientId,
  type Refusal,
  type SessionId,
  type Text,
  textToString,
} from "../codec/mod.ts";
export type { Endpoint } from "../transport/mod.ts";

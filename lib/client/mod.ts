/**
 * A Parley client to build programs and bots on: see {@linkcode ChatClient}.
 *
 * @module
 */

export { ChatClient, type ChatClientOptions } from "./chat_client.ts";
export * from "./errors.ts";
export { CLIENT_LIMITS, type ClientLimits, type Notice } from "../session/mod.ts";
export {
  type ClientId,
  describe,
  type HistoryResp,
  isClientId,
  type Message,
  parseClientId,
  textToString,
} from "../codec/mod.ts";
export type { Endpoint } from "../transport/mod.ts";

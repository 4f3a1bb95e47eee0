/**
 * A Parley server to embed in a program of one's own: see {@linkcode ChatServer}.
 *
 * @module
 */

export { ChatServer, type ChatServerOptions } from "./chat_server.ts";
export {
  DROPPED,
  type Dropped,
  type LogOnResult,
  type Observer,
  type ServerNote,
  type Traced,
} from "./events.ts";
export { logLine } from "./log.ts";
export { SERVER_LIMITS, type ServerLimits } from "../session/mod.ts";
export { type ClientId, describe, isClientId, type Message } from "../codec/mod.ts";
export {
  type History,
  HistoryError,
  type HistoryOptions,
  MemoryHistory,
  openHistory,
} from "../history/mod.ts";
export * from "../subscribers/mod.ts";
export { type Endpoint, formatEndpoint, isLoopback } from "../transport/mod.ts";

/**
 * A Parley client to build programs and bots on.
 *
 * A {@linkcode ChatClient} does what a person does at the keyboard, and tells what happens as
 * {@linkcode Notice}s. A {@linkcode Reconnector} keeps it logged on. `examples/echo_bot.ts` is a
 * whole bot.
 *
 * @example Say something to bob, and wait until the server has stored it
 * ```ts
 * import { ChatClient, parseClientId, textToString } from "./mod.ts";
 *
 * const heard: string[] = [];
 * await using client = new ChatClient({
 *   server: { host: "127.0.0.1", port: 4390 },
 *   clientId: parseClientId("alice"),
 *   secret: new TextEncoder().encode("sample-secret-of-alice"),
 *   onNotice: (notice) => {
 *     if (notice.type === "message") heard.push(textToString(notice.text));
 *   },
 * });
 * await client.logOn();
 * if (await client.chat(parseClientId("bob"))) await client.send("Good morning");
 * ```
 *
 * @module
 */

export { ChatClient, type ChatClientOptions } from "./chat_client.ts";
export { LogOnError, NoAnswerError, NotDeliveredError, NotPossibleError } from "./errors.ts";
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

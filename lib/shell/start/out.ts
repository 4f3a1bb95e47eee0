/** Where the client program writes before there is a chat, and how it fails to begin one. */

export type { Out } from "../../terminal/mod.ts";

/** The client cannot start; the message says why and what to do. */
export class StartError extends Error {
  override readonly name = "StartError";
}

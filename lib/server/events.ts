/** What a server tells whoever runs it: never a secret, a key, RES, a cookie or chat text. */

import type { Message } from "../codec/mod.ts";
import type { Note } from "../session/mod.ts";

/** A line for the log. */
export type ServerNote =
  | Note
  /** Something was dropped; told once, then summed up. `why` is the reason of the last of them. */
  | {
    readonly type: "dropped";
    readonly what: Dropped;
    readonly count: number;
    readonly why?: string;
  }
  /** A defect of the server itself; whatever caused it was given up, the rest goes on. */
  | { readonly type: "internal error"; readonly message: string };

/** What is dropped: what came from outside and deserves no reply, and what the history refuses. */
export type Dropped =
  | "commits of messages, all of them refused"
  | "histories that somebody asked for"
  | "requests for more session-IDs"
  | "datagrams that are not Parley's or are damaged"
  /** Under load only. */
  | "datagrams beyond a host's share"
  /** Beyond the first few of a minute, which are told one by one. */
  | "further log-ons that were refused"
  | "connections that did not CONNECT"
  | "connections with damaged records"
  | "readers that were too slow";

/** A protocol message that the server sent or received. */
export interface Traced {
  readonly direction: "sent" | "received";
  /** The client-ID, or the address where it is not known yet. */
  readonly peer: string;
  readonly message: Message;
}

/** Who listens to a server. Both are called synchronously and must not throw. */
export interface Observer {
  note?(note: ServerNote): void;
  trace?(traced: Traced): void;
}

/** Tells `observer` of a defect. */
export function reportDefect(observer: Observer, error: unknown): void {
  const message = error instanceof Error ? error.stack ?? error.message : String(error);
  observer.note?.({ type: "internal error", message });
}

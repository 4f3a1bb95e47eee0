/** What a server tells whoever runs it: never a secret, a key, RES, a cookie or chat text. */

import type { Message } from "../codec/mod.ts";
import type { LogOnRefusal, Note } from "../session/mod.ts";

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
  /**
   * A defect of the server itself; whatever caused it was given up, the rest goes on. `message` is
   * the error's class and where it was thrown.
   */
  | { readonly type: "internal error"; readonly message: string };

/** What is dropped: what came from outside and deserves no reply, and what the history refuses. */
export const DROPPED = [
  "commits of messages, all of them refused",
  "histories that somebody asked for",
  "requests for more session-IDs",
  "datagrams that are not Parley's or are damaged",
  "datagrams beyond a host's share",
  // Beyond the first few of a minute, which are told one by one.
  "further log-ons that were refused",
  "connections that did not CONNECT",
  "connections with damaged records",
  "readers that were too slow",
  // Nothing is lost by these: no more is read from such a client for a moment.
  "pauses for clients that send too fast",
] as const;

/** One kind of {@linkcode DROPPED}. */
export type Dropped = (typeof DROPPED)[number];

/** How a log-on ended. */
export type LogOnResult = "accepted" | LogOnRefusal;

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

/**
 * Tells `observer` of a defect: what kind of error, and where. What the error says itself is left
 * out, as it may quote what it stumbled over, such as a secret or what somebody said.
 */
export function reportDefect(observer: Observer, error: unknown): void {
  observer.note?.({ type: "internal error", message: kindAndPlace(error) });
}

function kindAndPlace(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`;
  const { constructor: { name }, stack = "" } = error;
  const frames = stack.split("\n").filter((line) => FRAME.test(line));
  return [name, ...frames].join("\n");
}

/** A line of a stack: a place in a source, and nothing after it. */
const FRAME = /^ {4}at .*:\d+:\d+\)?$/;

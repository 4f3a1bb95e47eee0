/** What can go wrong for whoever uses a client. */

import type { ClientId, Refusal } from "../codec/mod.ts";
import type { LogOffReason, LogOnFailure, Notice } from "../session/mod.ts";
import type { Endpoint } from "../transport/mod.ts";

/** What was asked for is not possible in the client's present state. */
export class NotPossibleError extends Error {
  override readonly name = "NotPossibleError";
}

/** A log-on came to nothing. */
export class LogOnError extends Error {
  override readonly name = "LogOnError";

  constructor(readonly why: LogOnFailure, message: string) {
    super(message);
  }
}

/** What people are told of a log-on of `clientId` that failed. */
export function explain(
  { why, tries }: Extract<Notice, { type: "log-on failed" }>,
  clientId: ClientId,
  { host, port }: Endpoint,
): string {
  switch (why) {
    case "no answer":
      return `no answer from ${host}:${port} after ${tries} tries`;
    case "refused":
      return `${host}:${port} refused ${clientId}: unknown client-ID or wrong secret`;
    case "try later":
      return `${host}:${port} asks to try again later: too many log-ons from this address were refused`;
    case "connection failed":
      return `${host}:${port} took the log-on, but the TCP connection to it failed`;
    case "given up":
      return "given up";
  }
}

/** A message was not delivered, or nobody knows: the connection ended before its receipt came. */
export class NotDeliveredError extends Error {
  override readonly name = "NotDeliveredError";

  constructor(readonly why: Refusal | LogOffReason) {
    super(NOT_DELIVERED[why] ?? "the connection ended before the server confirmed it");
  }
}

const NOT_DELIVERED: Partial<Record<Refusal | LogOffReason, string>> = {
  not_in_session: "the chat had ended",
  not_stored: "the server could not store it",
  out_of_order: "the server had missed an earlier one",
};

/** An answer did not come, or not whole: the history is unavailable, or the connection ended. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
}

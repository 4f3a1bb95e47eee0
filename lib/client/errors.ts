/** What can go wrong for whoever uses a client. */

import type { Refusal } from "../codec/mod.ts";
import type { LogOffReason, LogOnFailure } from "../session/mod.ts";

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

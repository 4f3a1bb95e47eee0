/**
 * What the events of `--json` say: of notices, of errors, and which order an event answers.
 *
 * How they are spelled stands in lines.ts; when they are told is not known here.
 */

import {
  type ClientId,
  CodecError,
  type HistoryResp,
  MAX_TEXT,
  textToString,
} from "../../codec/mod.ts";
import {
  type ChatClient,
  type ChatClientOptions,
  NotDeliveredError,
  type Notice,
  NotPossibleError,
} from "../../client/mod.ts";
import { formatEndpoint } from "../../transport/mod.ts";
import type { Event, Order, Ref } from "./lines.ts";

type NotDelivered = Extract<Event, { event: "not delivered" }>;

/** The event for a notice to `id`; undefined for one that is told when it answers an order. */
export function eventOf(notice: Notice, id: ClientId): Event | undefined {
  switch (notice.type) {
    case "connected":
      return { event: "connected", id };
    case "logged off":
      return { event: "logged off", why: notice.why };
    case "chat started":
    case "chat ended":
      return { event: notice.type, session: notice.sessionId, with: notice.peer };
    case "unreachable":
      return { event: "unreachable", with: notice.clientId };
    case "message": {
      const { sessionId: session, from, number, text } = notice;
      return { event: "message", session, from, number, text: textToString(text) };
    }
    default:
      return undefined;
  }
}

/** The event for a message of the past with `peer`. */
export function pastEvent(message: HistoryResp, peer: ClientId): Event {
  return {
    event: "history message",
    with: peer,
    session: message.sessionId,
    from: message.sender,
    position: message.position,
    time: new Date(message.at).toISOString(),
    text: textToString(message.text),
  };
}

/** How `client` is. What does not apply is left out. @param roundTrip in ms */
export function statusEvent(
  client: ChatClient,
  { clientId, server }: Pick<ChatClientOptions, "clientId" | "server">,
  roundTrip: number | undefined,
): Omit<Extract<Event, { event: "status" }>, "reconnecting"> {
  const { state, unconfirmed, sessionId, peer, idleLeft } = client;
  return {
    event: "status",
    id: clientId,
    server: formatEndpoint(server),
    state,
    unconfirmed,
    ...(sessionId !== undefined && { session: sessionId }),
    ...(peer !== undefined && { with: peer }),
    ...(roundTrip !== undefined && { round_trip: Math.round(roundTrip * 1_000) / 1_000 }),
    ...(idleLeft !== undefined && { idle_left: Math.round(idleLeft) }),
  };
}

/** Whether `event` is what the client was asked for with `order`. */
export function answers(event: Event, order: Order): boolean {
  switch (order.do) {
    case "log on":
      return event.event === "connected";
    case "log off":
    case "quit":
      return event.event === "logged off";
    case "chat":
      return (event.event === "chat started" || event.event === "unreachable") &&
        event.with === order.with;
    case "end chat":
      return event.event === "chat ended";
    default:
      return false;
  }
}

/** `event` with the `ref` of the order that it answers, if it has one. */
export function withRef(event: Event, ref: Ref | undefined): Event {
  return ref === undefined ? event : { ...event, ref };
}

/**
 * Why a message was not delivered.
 *
 * @throws `error` when it says nothing of that
 */
export function reasonNotDelivered(error: unknown): Pick<NotDelivered, "why" | "explanation"> {
  if (error instanceof NotDeliveredError) return { why: error.why, explanation: error.message };
  if (error instanceof CodecError) {
    return { why: "bad_text", explanation: `a message has 1 to ${MAX_TEXT} bytes of UTF-8` };
  }
  if (error instanceof NotPossibleError) {
    return { why: "not_in_session", explanation: "not in that chat" };
  }
  throw error;
}

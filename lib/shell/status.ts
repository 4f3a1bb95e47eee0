/** What "Status" shows: two columns, of which the second says how things are just now. */

import { type ChatClient, NoAnswerError, NotPossibleError } from "../client/mod.ts";
import { lengthOf, timeOf } from "./clock.ts";

/** How long the server may take to answer a PING before it is not waited for, in ms. */
const PATIENCE = 2_000;

/** What is shown, beyond what the client knows itself. */
export interface StatusInput {
  readonly server: string;
  /** Milliseconds since 1970, while connected. */
  readonly connectedSince: number | undefined;
  /** Seconds until the next log-on, when one is waited for. */
  readonly reconnectIn: number | undefined;
  readonly sent: number;
  readonly received: number;
  readonly onTheirWay: number;
  readonly undelivered: number;
  readonly uncertain: number;
}

/** The lines of "Status". */
export async function statusOf(client: ChatClient, input: StatusInput): Promise<string> {
  const { server, connectedSince, sent, received, onTheirWay, undelivered, uncertain } = input;
  const since = connectedSince === undefined ? [] : [
    ["Connected", `since ${timeOf(connectedSince)}`],
    ["Idle time", idleTime(client)],
    ["Round trip", await roundTrip(client)],
    ["Encryption", "X25519 and ChaCha20-Poly1305; log-on by A3 and A8"],
  ];
  const counts = [
    `${sent} sent`,
    `${received} received`,
    `${onTheirWay} on their way`,
    `${undelivered} not delivered`,
    ...(uncertain === 0 ? [] : [`${uncertain} not confirmed`]),
  ];
  return [
    ["Server", server],
    ["State", stateOf(client, input)],
    ...since,
    ["Messages", counts.join(", ")],
  ].map(([what, how]) => `${what!.padEnd(12)}${how}`).join("\n");
}

function stateOf({ state, peer, sessionId }: ChatClient, { reconnectIn }: StatusInput): string {
  switch (state) {
    case "Offline":
      return reconnectIn === undefined ? "offline" : `offline, reconnecting in ${reconnectIn} s`;
    case "Connected":
      return "connected, in no chat";
    case "Active Chat":
      return `in a chat with ${peer}, session ${sessionId}`;
    case "Wait for CHAT_STARTED":
      return "connected, waiting for an answer to a request for a chat";
    default:
      return `connecting (${state})`;
  }
}

function idleTime({ idleLeft, state }: ChatClient): string {
  if (idleLeft !== undefined) return `logs off in ${lengthOf(idleLeft)} if nothing happens`;
  return state === "Active Chat" ? "does not count in a chat" : "not running";
}

async function roundTrip(client: ChatClient): Promise<string> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, PATIENCE);
  try {
    const took = await Promise.race([client.ping(), late.promise]);
    return typeof took !== "number"
      ? `no answer within ${PATIENCE / 1_000} s`
      : `${took.toFixed(1)} ms`;
  } catch (error) {
    if (!(error instanceof NoAnswerError || error instanceof NotPossibleError)) throw error;
    return "not connected any more";
  } finally {
    clearTimeout(timer);
  }
}

/**
 * What people do in a chat, each with all that follows from it: what is on the screens of both, and
 * every message, in its order.
 *
 * Each waits until nothing more follows. So a message has its RECEIPT before the next is typed, and
 * the server has no two to answer with one.
 */

import type { Actor } from "./actor.ts";

/** Somebody's words. */
interface Said {
  readonly sessionId: string;
  readonly from: Actor;
  readonly text: string;
}

/** The connection phase, from "Log on" to "Connected". */
export async function logOn(client: Actor): Promise<void> {
  await client.types("Log on");
  await client.sends(`HELLO(${client.id})`);
  await client.receives(/CHALLENGE\(rand [0-9a-f]{64}\)/);
  await client.sends(`RESPONSE(${client.id}, Res not shown)`);
  await client.receives("AUTH_SUCCESS(encrypted rand_cookie and port_number)");
  await client.sends("CONNECT(rand_cookie not shown)");
  await client.receives("CONNECTED");
  await client.isConnected();
  await client.sees("Connected");
}

/** Logging off, when in no chat. */
export async function logOff(client: Actor): Promise<void> {
  await client.types("Log off");
  await client.sees("Logged off");
  await client.closesTcp();
}

/** A request that comes to nothing. */
export async function chatInVain(client: Actor, correspondent: Actor): Promise<void> {
  await client.types(`Chat ${correspondent.id}`);
  await client.sends(`CHAT_REQUEST(${correspondent.id})`);
  await client.receives(`UNREACHABLE(${correspondent.id})`);
  await client.sees(`Correspondent unreachable: ${correspondent.id}`);
}

/** A chat session between two clients. */
export class Chat {
  readonly sessionId: string;
  /** All that was said, in order. */
  readonly said: Said[] = [];
  readonly #between: readonly [Actor, Actor];

  private constructor(sessionId: string, between: readonly [Actor, Actor]) {
    this.sessionId = sessionId;
    this.#between = between;
  }

  /** `a` asks for a chat with `b`, and it starts. */
  static async start(a: Actor, b: Actor): Promise<Chat> {
    await a.types(`Chat ${b.id}`);
    await a.sends(`CHAT_REQUEST(${b.id})`);
    const started = await a.receives(new RegExp(`CHAT_STARTED\\(session-ID \\d+, ${b.id}\\)`));
    const sessionId = /\d+/.exec(started)![0];
    await b.receives(`CHAT_STARTED(session-ID ${sessionId}, ${a.id})`);
    await a.sees(`Chat started with ${b.id}`);
    await b.sees(`Chat started with ${a.id}`);
    return new Chat(sessionId, [a, b]);
  }

  /** `from` types a message, and the other one sees it. */
  async say(from: Actor, text: string): Promise<void> {
    const to = this.#other(from);
    const { sessionId } = this;
    this.said.push({ sessionId, from, text });
    const number = this.said.filter((said) => said.from === from).length;
    const chat = `CHAT(session-ID ${sessionId}, number ${number}, ${bytesIn(text)} bytes)`;
    await from.types(text);
    await from.sends(chat);
    await to.receives(chat);
    await to.sees(`${from.id}: ${text}`);
    await from.receives(`RECEIPT(session-ID ${sessionId}, number ${number})`);
  }

  /** `by` ends the chat. */
  async end(by: Actor): Promise<void> {
    const other = this.#other(by);
    await by.types("End chat");
    await by.sends(`END_REQUEST(session-ID ${this.sessionId})`);
    await other.receives(`END_NOTIF(session-ID ${this.sessionId})`);
    await by.sees(`Chat ended with ${other.id}`);
    await other.sees(`Chat ended with ${by.id}`);
  }

  #other(one: Actor): Actor {
    const [a, b] = this.#between;
    return one === a ? b : a;
  }
}

/** `client` looks at the history with `other`, which is all of `chats`. */
export async function recall(
  client: Actor,
  other: Actor,
  ...chats: readonly Chat[]
): Promise<void> {
  const said = chats.flatMap((chat) => chat.said);
  await client.types(`History ${other.id}`);
  await client.sends(`HISTORY_REQ(${other.id})`);
  for (const [index, { sessionId, from, text }] of said.entries()) {
    await client.receives(
      `HISTORY_RESP(session-ID ${sessionId}, ${from.id}, position ${index + 1}, ${
        bytesIn(text)
      } bytes)`,
    );
    await client.sees(`<${sessionId}> <from: ${from.id}> ${text}`);
  }
  await client.receives(`HISTORY_END(${other.id}, complete)`);
  await client.sees(
    `${said.length} ${said.length === 1 ? "message" : "messages"} with ${other.id}`,
  );
}

function bytesIn(text: string): number {
  return new TextEncoder().encode(text).length;
}

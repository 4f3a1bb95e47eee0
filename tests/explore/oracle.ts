/**
 * What must hold, said without the implementation: a list of chats, kept by watching what goes in
 * and what comes out, against which everything else is held.
 *
 * It knows no table, no switchboard and no directory.
 */

import type { Chat, ClientId, SessionId } from "../../lib/codec/mod.ts";
import type {
  Accepted,
  ClientEvent,
  ClientState,
  ConnectionId,
  Notice,
} from "../../lib/session/mod.ts";
import type { Process, Unanswered } from "./state.ts";

/** Something that must never be. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/** One member of a chat, on the connection that it is in the chat with. */
export interface ChatMember {
  readonly clientId: ClientId;
  readonly connection: ConnectionId;
  /** The numbers of its messages that were stored, in their order. */
  readonly stored: readonly number[];
  /** The number of the last message that was shown to it. */
  readonly shown: number;
}

/** A chat that was started. */
export interface ChatRecord {
  readonly sessionId: SessionId;
  readonly members: readonly [ChatMember, ChatMember];
  readonly over: boolean;
}

/** @throws {Violation} unless `holds` */
export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Violation(otherwise);
}

/** All chats of a world. */
export class Oracle {
  readonly #chats: Map<SessionId, ChatRecord>;

  constructor(chats: readonly ChatRecord[]) {
    this.#chats = new Map(chats.map((chat) => [chat.sessionId, chat]));
  }

  get chats(): ChatRecord[] {
    return [...this.#chats.values()];
  }

  chat(sessionId: SessionId): ChatRecord | undefined {
    return this.#chats.get(sessionId);
  }

  /** The server says that a chat has begun between these two. */
  started(
    sessionId: SessionId,
    members: readonly { clientId: ClientId; connection: ConnectionId | undefined }[],
  ): void {
    const made = members.map(({ clientId, connection }) => {
      must(connection !== undefined, `session ${sessionId} began with ${clientId}, who is gone`);
      for (const chat of this.#chats.values()) {
        const free = chat.over || chat.members.every((member) => member.clientId !== clientId);
        must(free, `${clientId} is in two chats: sessions ${chat.sessionId} and ${sessionId}`);
      }
      return { clientId, connection, stored: [], shown: 0 };
    });
    const [first, second] = made;
    must(first !== undefined && second !== undefined, "a chat without two members");
    must(first.clientId !== second.clientId, `${first.clientId} is in a chat with itself`);
    must(!this.#chats.has(sessionId), `session ${sessionId} began twice`);
    this.#chats.set(sessionId, { sessionId, members: [first, second], over: false });
  }

  /** An END_REQUEST has arrived at the server. */
  endRequested(sessionId: SessionId, connection: ConnectionId): void {
    const chat = this.#chats.get(sessionId);
    if (chat?.members.some((member) => member.connection === connection)) this.#end(chat);
  }

  /** The server has learnt that a connection is no more, or given it up. */
  connectionGone(connection: ConnectionId): void {
    for (const chat of this.#chats.values()) {
      if (chat.members.some((member) => member.connection === connection)) this.#end(chat);
    }
  }

  /** Messages go into the history. */
  stored({ sessionId, from, to, number, texts }: Accepted): void {
    const what = `message ${number} of ${from} in session ${sessionId}`;
    const chat = this.#chats.get(sessionId);
    must(chat !== undefined && !chat.over, `${what} was stored, and there is no such chat`);
    const sender = chat.members.find(({ clientId }) => clientId === from);
    must(sender !== undefined, `${what} was stored, who is not in it`);
    const peer = chat.members.find((member) => member !== sender)!;
    must(peer.clientId === to, `${what} was stored as one to ${to}`);
    must(number > (sender.stored.at(-1) ?? 0), `${what} was stored twice, or out of order`);
    const stored = [...sender.stored, ...texts.map((_, i) => number + i)];
    this.#update(chat, sender, { stored });
  }

  /** What a client machine made of an event, as its user saw it; what is still unanswered. */
  noticed(
    process: Process,
    after: ClientState,
    notices: readonly Notice[],
    event: ClientEvent,
  ): Pick<Process, "unanswered" | "asked"> {
    const { clientId } = process;
    let open = openChat(process.state);
    let { unanswered, asked } = process;
    if (event.type === "user types Chat") asked = event.clientId;
    for (const notice of notices) {
      switch (notice.type) {
        case "chat started": {
          must(open === undefined, `${clientId} saw a chat start in a chat`);
          open = notice.sessionId;
          this.#assertMember(process, open, notice.peer);
          if (notice.peer === asked) asked = undefined;
          break;
        }
        case "unreachable":
          must(notice.clientId === asked, `${clientId} saw an answer to what it did not ask`);
          asked = undefined;
          break;
        case "logged off":
          asked = undefined;
          break;
        case "chat ended":
          must(
            open === notice.sessionId,
            `${clientId} saw the end of another chat, or a second one`,
          );
          open = undefined;
          break;
        case "message":
          must(event.type === "CHAT", `${clientId} was shown a message that did not arrive`);
          this.#shown(process, notice);
          break;
        case "stored":
        case "refused":
          unanswered = this.#answered(process, unanswered, notice);
          break;
      }
    }
    must(open === openChat(after), `${clientId} saw no start or no end of its chat`);
    const waitsFor = "requested" in after ? after.requested : undefined;
    must(
      asked === waitsFor,
      `${clientId} waits for no answer to what its user asked, or for another`,
    );
    return { unanswered, asked };
  }

  /** A chat's messages go to one connection only, and there to its member only. */
  sent(chat: Chat, connection: ConnectionId): void {
    const { sessionId, number } = chat;
    const record = this.#chats.get(sessionId);
    const receiver = record?.members.find((member) => member.connection === connection);
    const sender = record?.members.find((member) => member.connection !== connection);
    must(
      receiver !== undefined && sender !== undefined,
      `a CHAT of session ${sessionId} went to a connection that is not in it`,
    );
    must(
      sender.stored.at(-1) === number,
      `CHAT ${number} of session ${sessionId} was relayed without being stored`,
    );
  }

  #shown(process: Process, notice: Extract<Notice, { type: "message" }>): void {
    const { sessionId, from, number, text } = notice;
    const what = `${process.clientId} was shown message ${number} of session ${sessionId}`;
    const chat = this.#chats.get(sessionId);
    const self = chat?.members.find(({ connection }) => connection === process.connection);
    must(chat !== undefined && self !== undefined, `${what}, in which it is not`);
    const peer = chat.members.find((member) => member !== self)!;
    must(peer.clientId === from, `${what} as one of ${from}`);
    must(number > self.shown, `${what} twice, or out of order`);
    must(peer.stored.includes(number), `${what}, which was not stored`);
    must(text === textOf(from, number), `${what} with another text`);
    this.#update(chat, self, { shown: number });
  }

  #answered(
    { clientId }: Process,
    [first, ...others]: readonly Unanswered[],
    notice: Extract<Notice, { type: "stored" | "refused" }>,
  ): readonly Unanswered[] {
    const { type, sessionId, number } = notice;
    const what = `${clientId}'s message ${number} of session ${sessionId}`;
    const expected = first?.sessionId === sessionId && first.number === number;
    must(expected, `${what} was answered twice, or out of order`);
    const chat = this.#chats.get(sessionId);
    const sender = chat?.members.find((member) => member.clientId === clientId);
    const isStored = sender?.stored.includes(number) ?? false;
    if (type === "stored") must(isStored, `${what} has a RECEIPT and was not stored`);
    else must(!isStored, `${what} is REFUSED and was stored`);
    return others;
  }

  #assertMember({ clientId, connection }: Process, sessionId: SessionId, peer: ClientId): void {
    const members = this.#chats.get(sessionId)?.members ?? [];
    const other = members.find((member) => member.connection !== connection);
    must(
      members.some((member) => member.connection === connection) && other?.clientId === peer,
      `${clientId} saw session ${sessionId} start with ${peer}, which is not so`,
    );
  }

  #end(chat: ChatRecord): void {
    this.#chats.set(chat.sessionId, { ...chat, over: true });
  }

  #update(chat: ChatRecord, which: ChatMember, change: Partial<ChatMember>): void {
    const [first, second] = chat.members;
    const members = [
      first === which ? { ...first, ...change } : first,
      second === which ? { ...second, ...change } : second,
    ] as const;
    this.#chats.set(chat.sessionId, { ...chat, members });
  }
}

/** The chat that a client's user takes to be on. */
export function openChat(state: ClientState): SessionId | undefined {
  return state.name === "Active Chat" ? state.sessionId : undefined;
}

const texts = new Map<string, Chat["text"]>();

/** What `from` says in its message of this number: one object, so that it can be recognised. */
export function textOf(from: ClientId, number: number): Chat["text"] {
  const words = `${number} of ${from}`;
  const known = texts.get(words) ?? new TextEncoder().encode(words) as Chat["text"];
  texts.set(words, known);
  return known;
}

/**
 * Two clients that log on, chat, end, ask for their history and log off, over and over.
 *
 * Every end of a chat is waited out, so that the ledger can be balanced. Whatever the server says
 * that such clients give no cause for is an error.
 */

import { assertEquals } from "@std/assert";
import {
  ChatClient,
  type ClientId,
  type Endpoint,
  type Notice,
  textToString,
} from "../../lib/client/mod.ts";
import { Ledger, type Stored, textOf } from "./ledger.ts";

/** Messages of a chat, and the most of one client in one burst. */
const CHAT_LENGTH = 2_000;
const MAX_BURST = 200;
/** Chats from one log-on to the next, and from one request for the history to the next. */
const CHATS_PER_LOG_ON = 3;
const CHATS_PER_HISTORY = 5;
/** Messages that such a request asks for. */
const HISTORY_LENGTH = 100;
/** How long anything that must happen may take, in milliseconds. */
const PATIENCE = 60_000;

/** How a chat comes to its end. */
const ENDINGS = ["by who asked", "by who was asked", "in a burst", "by a log-off"] as const;

/** Who takes part: an ID and K_A. */
export interface Person {
  readonly id: ClientId;
  readonly secret: Uint8Array;
}

/** What all pairs have done so far. */
export class Tally {
  /** Messages receipted, and messages refused because the chat had ended. */
  messages = 0;
  refused = 0;
  logOns = 0;
  chats = 0;
  histories = 0;
}

/** Two clients. */
export class Pair {
  readonly #tally: Tally;
  readonly #ledger = new Ledger();
  readonly #failed = Promise.withResolvers<never>();
  readonly #clients: readonly [Client, Client];
  /** What is waited for, if anything is. */
  #awaited: { readonly holds: () => boolean; readonly come: () => void } | undefined;
  #chats = 0;

  constructor(server: Endpoint, people: readonly [Person, Person], tally: Tally) {
    this.#tally = tally;
    const [a, b] = people;
    this.#clients = [this.#client(server, a), this.#client(server, b)];
    this.#failed.promise.catch(() => {});
  }

  /** What the history must hold. */
  get stored(): readonly Stored[] {
    return this.#ledger.stored;
  }

  /** Has `messages` more messages receipted, and logs both off. */
  async run(messages: number): Promise<void> {
    await Promise.race([this.#run(messages), this.#failed.promise]);
  }

  async #run(messages: number): Promise<void> {
    for (let rest = messages; rest > 0;) {
      await this.#logOn();
      rest -= await this.#chat(Math.min(rest, CHAT_LENGTH));
      if (this.#chats % CHATS_PER_LOG_ON === 0) await this.#logOff();
    }
    await this.#logOff();
  }

  async #logOn(): Promise<void> {
    const offline = this.#clients.filter(({ chat }) => chat.state === "Offline");
    await Promise.all(offline.map(({ chat }) => chat.logOn()));
    this.#tally.logOns += offline.length;
  }

  async #logOff(): Promise<void> {
    await Promise.all(this.#clients.map(({ chat }) => chat.logOff()));
  }

  /** Has a chat of `length` messages; returns how many of them were receipted. */
  async #chat(length: number): Promise<number> {
    const ending = ENDINGS[this.#chats % ENDINGS.length]!;
    const [a, b] = this.#clients;
    const [asks, asked] = this.#chats % 3 === 0 ? [b, a] : [a, b];
    this.#chats++;
    this.#tally.chats++;
    if (!await asks.chat.chat(asked.id)) throw new Error(`${asks.id} cannot reach ${asked.id}`);
    await this.#until("both are in the chat", () => asked.chat.state === "Active Chat");
    const sessionId = asks.chat.sessionId!;
    assertEquals([asked.chat.sessionId, asked.chat.peer], [sessionId, asks.id]);
    if (this.#chats % CHATS_PER_HISTORY === 0) await this.#askForHistory(asks, asked);

    for (let rest = length; rest > 0;) {
      for (const client of this.#clients) {
        const size = Math.min(rest, 1 + Math.floor(Math.random() * MAX_BURST));
        client.burst(size);
        rest -= size;
      }
      if (rest === 0 && ending === "in a burst") asked.chat.endChat();
      await this.#until("every message has its answer", () => a.confirmed && b.confirmed);
    }
    await this.#until("every message has arrived", () => this.#ledger.settled(sessionId));
    if (ending === "by who asked") asks.chat.endChat();
    if (ending === "by who was asked") asked.chat.endChat();
    if (ending === "by a log-off") await asked.chat.logOff();
    await this.#until("the chat has ended", () => !a.chatting && !b.chatting);
    return this.#ledger.close(sessionId);
  }

  /** Between bursts the last messages are known. */
  async #askForHistory(asks: Client, asked: Client): Promise<void> {
    const stored = this.#ledger.stored.reduce((sum, { count }) => sum + count, 0);
    const positions: number[] = [];
    await asks.chat.history(asked.id, ({ position }) => void positions.push(position), {
      last: HISTORY_LENGTH,
    });
    const first = Math.max(stored - HISTORY_LENGTH, 0);
    assertEquals(positions, Array.from({ length: stored - first }, (_, i) => first + i + 1));
    this.#tally.histories++;
  }

  #client(server: Endpoint, { id, secret }: Person): Client {
    return new Client(server, { id, secret }, (notice) => {
      try {
        this.#hear(id, notice);
        if (this.#awaited?.holds()) this.#awaited.come();
      } catch (error) {
        this.#failed.reject(error);
      }
    });
  }

  #hear(id: ClientId, notice: Notice): void {
    switch (notice.type) {
      case "connected":
      case "chat ended":
      case "history message":
      case "history end":
        return;
      case "chat started":
        return this.#ledger.open(notice.sessionId, id, notice.peer);
      case "message": {
        const { sessionId, from, number, text } = notice;
        return this.#ledger.arrived(sessionId, from, number, textToString(text));
      }
      case "stored":
        this.#tally.messages += this.#ledger.receipted(notice.sessionId, id, notice.number);
        return;
      case "refused":
        if (notice.reason !== "not_in_session") break;
        this.#tally.refused++;
        return;
      case "logged off":
        if (notice.why === "asked") return;
        break;
    }
    throw new Error(`${id} is told what nobody gave cause for: ${JSON.stringify(notice)}`);
  }

  /** Waits until `holds`, which can change only by what the clients are told. */
  async #until(what: string, holds: () => boolean): Promise<void> {
    if (holds()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#awaited = { holds, come: resolve };
    const ids = this.#clients.map(({ id }) => id).join(" and ");
    const patience = setTimeout(
      () => reject(new Error(`${ids} waited ${PATIENCE / 1_000} s until ${what}`)),
      PATIENCE,
    );
    try {
      await promise;
    } finally {
      clearTimeout(patience);
      this.#awaited = undefined;
    }
  }
}

/** One of the two. */
class Client {
  readonly id: ClientId;
  readonly chat: ChatClient;
  #number = 0;
  #sessionId = 0;

  constructor(server: Endpoint, { id, secret }: Person, onNotice: (notice: Notice) => void) {
    this.id = id;
    this.chat = new ChatClient({ server, clientId: id, secret, onNotice });
  }

  get confirmed(): boolean {
    return this.chat.unconfirmed === 0;
  }

  get chatting(): boolean {
    return this.chat.state === "Active Chat";
  }

  /** Sends `size` messages at once. */
  burst(size: number): void {
    const sessionId = this.chat.sessionId!;
    if (sessionId !== this.#sessionId) [this.#sessionId, this.#number] = [sessionId, 0];
    for (let i = 0; i < size; i++) {
      // Whether it was refused is told by a notice as well.
      this.chat.send(textOf(sessionId, this.id, ++this.#number)).catch(() => {});
    }
  }
}

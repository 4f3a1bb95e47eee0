/**
 * What becomes of the user's own messages, and telling it: stored, refused, found to have arrived,
 * or not delivered, and then kept until they are sent again.
 *
 * No message is sent again unless it is known that it was not stored.
 */

import { type ClientId, type SessionId, textFromString } from "../codec/mod.ts";
import {
  type ChatClient,
  NoAnswerError,
  NotDeliveredError,
  type Notice,
  NotPossibleError,
} from "../client/mod.ts";
import { visible } from "../terminal/mod.ts";
import { findArrived, keyOf } from "./arrived.ts";
import { Outbox, type Own } from "./outbox.ts";
import type { Transcript } from "./transcript.ts";

const LOST = "the connection was lost";

/** What deliveries need. */
export interface DeliveriesOptions {
  /** The user's own client-ID. */
  readonly name: string;
  /** Messages are kept for a person; a script is told, and has to know what to do. */
  readonly atTerminal: boolean;
  /** A message was not delivered. */
  readonly onFailure: () => void;
}

/** The deliveries of one client. */
export class Deliveries {
  readonly outbox = new Outbox();
  readonly #client: ChatClient;
  readonly #transcript: Transcript;
  readonly #options: DeliveriesOptions;
  #settling: Promise<void> | undefined;
  #leaving = false;

  constructor(client: ChatClient, transcript: Transcript, options: DeliveriesOptions) {
    this.#client = client;
    this.#transcript = transcript;
    this.#options = options;
  }

  /** To be told everything that the client tells. */
  notice(notice: Notice): void {
    switch (notice.type) {
      case "connected":
        if (this.outbox.uncertain.length > 0) void this.#settle();
        break;
      case "chat started":
        this.outbox.started(notice.sessionId, notice.peer);
        this.#offer(notice.peer);
        break;
      case "stored":
        for (const { peer, text } of this.outbox.stored(notice.sessionId, notice.number)) {
          this.#transcript.stored(peer, text);
        }
        break;
      case "refused":
        this.#tell(this.outbox.refused(notice.sessionId, notice.number), notice.reason);
        break;
      case "logged off":
        this.#lost(notice);
        break;
    }
  }

  /**
   * Sends `text` in the active chat, if that is the one it is for.
   *
   * @returns whether it was sent; what was not is told and kept
   * @throws {CodecError} when it is too long
   */
  async send(text: string, aim: Aim): Promise<boolean> {
    // What can never be sent is not kept to be sent again.
    textFromString(text);
    await this.#client.room();
    if (!isActive(this.#client, aim)) {
      this.#fail(aim, text);
      return false;
    }
    this.#client.send(text).catch((error: unknown) => {
      // What it says is told when the client tells it, in the server's order.
      if (!(error instanceof NotDeliveredError)) throw error;
    });
    this.outbox.sent(text);
    return true;
  }

  /** Sends what was not delivered to the present peer. @returns what was wrong with that, if anything */
  async sendAgain(): Promise<string | undefined> {
    const session = sessionOf(this.#client);
    if (session === undefined) return this.#whomToChatFirst();
    const { peer } = session;
    if (this.#isUncertain(peer)) await this.#settle();
    if (this.#isUncertain(peer)) {
      return `It is not known yet which messages to ${peer} were delivered. Try again later.`;
    }
    const again = this.outbox.take(peer);
    if (again.length === 0) return `No message to ${peer} is waiting to be sent again.`;
    for (const { text } of again) await this.send(text, session);
    return undefined;
  }

  /** Drops what was not delivered, in a chat to its peer only. @returns what to say about it */
  forget(): string {
    const { peer } = this.#client;
    const count = this.outbox.forget(peer);
    return `${messages(count)}${peer === undefined ? "" : ` to ${peer}`} forgotten.`;
  }

  /** The user leaves: no next log-on will tell what was delivered. */
  leave(): void {
    this.#leaving = true;
  }

  /** Tells every text that nobody knows to have arrived, so that none is lost. */
  tellUnconfirmed(): void {
    this.outbox.lost();
    for (const { text } of this.outbox.uncertain) {
      this.#transcript.print(`Not confirmed: ${visible(text)}`);
      this.#options.onFailure();
    }
  }

  #lost({ why }: Extract<Notice, { type: "logged off" }>): void {
    const lost = this.outbox.lost();
    if (lost.length === 0) return;
    if (!this.#options.atTerminal) return this.#tell(lost, why);
    if (this.#leaving) return;
    this.#transcript.print(
      `${messages(lost.length)} not confirmed: the next log-on will tell what was delivered.`,
    );
    this.#bound();
  }

  /** Finds out which uncertain messages had arrived. */
  #settle(): Promise<void> {
    return this.#settling ??= this.#findOut().finally(() => this.#settling = undefined);
  }

  async #findOut(): Promise<void> {
    const { uncertain } = this.outbox;
    for (const peer of new Set(uncertain.map(({ peer }) => peer))) {
      const sent = uncertain.filter((own) => own.peer === peer);
      try {
        const found = await findArrived(this.#client, this.#options.name, peer, sent);
        const { arrived, undelivered } = this.outbox.settle(sent, (own) => found.has(keyOf(own)));
        for (const own of arrived) {
          this.#transcript.hadArrived(found.get(keyOf(own))!, peer, own.text);
        }
        for (const { text } of undelivered) this.#print(LOST, text);
        if (this.#client.peer === peer) this.#offer(peer);
      } catch (error) {
        const expected = error instanceof NoAnswerError || error instanceof NotPossibleError;
        if (!expected) throw error;
        this.#transcript.print(`Which messages to ${peer} were delivered is not known yet.`);
      }
    }
  }

  #offer(peer: ClientId): void {
    const count = this.outbox.undelivered(peer);
    if (count === 0) return;
    this.#transcript.print(
      `${undelivered(count, peer)}: ` +
        `type "Send again" to send ${count === 1 ? "it" : "them"}, or "Forget" to drop ` +
        `${count === 1 ? "it" : "them"}.`,
    );
  }

  #whomToChatFirst(): string {
    const peers = this.outbox.undeliveredPeers;
    if (peers.length === 0) return 'Not in a chat. Type "Chat" and a client-ID first.';
    return peers
      .map((peer) => `Chat ${peer} first: ${undelivered(this.outbox.undelivered(peer), peer)}.`)
      .join("\n");
  }

  /** The chat that a message is for was over before its turn came, or never began. */
  #fail({ sessionId, peer }: Aim, text: string): void {
    this.outbox.keep(peer, text);
    const began = sessionId !== undefined;
    this.#print(began ? "the chat has ended" : `there is no chat with ${peer}`, text);
    this.#bound();
  }

  #tell(undelivered: readonly Own[], why: NotDeliveredError["why"]): void {
    for (const { text } of undelivered) this.#print(new NotDeliveredError(why).message, text);
    this.#bound();
  }

  #print(why: string, text: string): void {
    this.#options.onFailure();
    const shown = this.#options.atTerminal ? visible(text) : text;
    this.#transcript.print(`Not delivered (${why}): ${shown}`);
  }

  /** Nothing is kept for a script, and not everything for ever for a person. */
  #bound(): void {
    if (!this.#options.atTerminal) this.outbox.forget();
    const dropped = this.outbox.overflow();
    for (const { text } of dropped) this.#transcript.print(`Not kept any more: ${visible(text)}`);
  }

  #isUncertain(peer: ClientId): boolean {
    return this.outbox.uncertain.some((own) => own.peer === peer);
  }
}

/** For whom a line is: a chat, or, without a session, the next one with that peer. */
export interface Aim {
  readonly sessionId?: SessionId;
  readonly peer: ClientId;
}

/** Whether the active chat is the one that is aimed at. */
export function isActive(client: ChatClient, { sessionId, peer }: Aim): boolean {
  return client.peer === peer && (sessionId === undefined || client.sessionId === sessionId);
}

/** The active chat, if there is one. */
export function sessionOf({ sessionId, peer }: ChatClient): Required<Aim> | undefined {
  return sessionId === undefined || peer === undefined ? undefined : { sessionId, peer };
}

/** So many messages, in words. */
export function messages(count: number): string {
  return count === 1 ? "1 message" : `${count} messages`;
}

function undelivered(count: number, peer: ClientId): string {
  return `${messages(count)} to ${peer} ${count === 1 ? "was" : "were"} not delivered`;
}

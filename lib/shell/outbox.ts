/**
 * The user's own messages, from the moment they are sent until it is known what became of them, and
 * those that were not delivered until they are sent again or dropped.
 *
 * It says nothing to anybody, and its memory is bounded.
 */

import type { ClientId, SessionId } from "../codec/mod.ts";

/** So many messages are kept that did not arrive, or of which nobody knows. */
export const MAX_KEPT = 4_096;

/** A message of the user's. */
export interface Own {
  readonly peer: ClientId;
  readonly sessionId: SessionId;
  /** The sender's count in the session; 0 for one that was never sent. */
  readonly number: number;
  readonly text: string;
  /** Greater than that of every message before. */
  readonly order: number;
}

/** What the user has sent. */
export class Outbox {
  #session: { readonly peer: ClientId; readonly sessionId: SessionId } | undefined;
  #sent = 0;
  #order = 0;
  /** In the order in which they were sent. */
  #onTheirWay: Own[] = [];
  /** Their connection ended before it was known what became of them. */
  #uncertain: Own[] = [];
  #undelivered: Own[] = [];
  /** How many the server has stored. */
  storedCount = 0;

  /** How many are on their way. */
  get onTheirWay(): number {
    return this.#onTheirWay.length;
  }

  /** Those of which nobody knows whether they arrived. */
  get uncertain(): readonly Own[] {
    return this.#uncertain;
  }

  /** How many were not delivered, to `peer` or to anybody. */
  undelivered(peer?: ClientId): number {
    return peer === undefined ? this.#undelivered.length : count(this.#undelivered, peer);
  }

  /** To whom something was not delivered. */
  get undeliveredPeers(): readonly ClientId[] {
    return [...new Set(this.#undelivered.map(({ peer }) => peer))];
  }

  /** A chat began; its messages are counted from 1. */
  started(sessionId: SessionId, peer: ClientId): void {
    this.#session = { sessionId, peer };
    this.#sent = 0;
  }

  /** `text` was sent in the active chat. */
  sent(text: string): void {
    this.#onTheirWay.push({
      ...this.#session!,
      number: ++this.#sent,
      text,
      order: this.#order++,
    });
  }

  /** The messages that a RECEIPT speaks of (docs/protocol.md, clause 9.7). */
  stored(sessionId: SessionId, upTo: number): Own[] {
    const [those, others] = partition(
      this.#onTheirWay,
      (own) => own.sessionId === sessionId && own.number <= upTo,
    );
    this.#onTheirWay = others;
    this.storedCount += those.length;
    return those;
  }

  /** The message that a REFUSED speaks of; it is kept. */
  refused(sessionId: SessionId, number: number): Own[] {
    const [those, others] = partition(
      this.#onTheirWay,
      (own) => own.sessionId === sessionId && own.number === number,
    );
    this.#onTheirWay = others;
    this.#undelivered.push(...those);
    return those;
  }

  /** The connection ended: what was on its way is uncertain now. */
  lost(): Own[] {
    const those = this.#onTheirWay;
    this.#onTheirWay = [];
    this.#uncertain.push(...those);
    return those;
  }

  /** It is known now which of `those` had arrived; the others are kept, unless dropped meanwhile. */
  settle(
    those: readonly Own[],
    arrived: (own: Own) => boolean,
  ): { arrived: Own[]; undelivered: Own[] } {
    const known = new Set(those);
    const [settled, others] = partition(this.#uncertain, (own) => known.has(own));
    this.#uncertain = others;
    const [there, undelivered] = partition(settled, arrived);
    this.storedCount += there.length;
    this.#undelivered.push(...undelivered);
    return { arrived: there, undelivered };
  }

  /** Keeps a message that could not even be sent. */
  keep(peer: ClientId, text: string): void {
    const order = this.#order++;
    this.#undelivered.push({ peer, sessionId: 0 as SessionId, number: 0, text, order });
  }

  /** Takes those out that were not delivered to `peer`, in the order in which they were typed. */
  take(peer: ClientId): Own[] {
    const [those, others] = partition(this.#undelivered, (own) => own.peer === peer);
    this.#undelivered = others;
    // One that was on its way may fail after one that never was.
    return those.sort((a, b) => a.order - b.order);
  }

  /** Drops what was not delivered, or may not have been: to `peer`, or to anybody. */
  forget(peer?: ClientId): number {
    const before = this.#undelivered.length + this.#uncertain.length;
    const stays = (own: Own): boolean => peer !== undefined && own.peer !== peer;
    this.#undelivered = this.#undelivered.filter(stays);
    this.#uncertain = this.#uncertain.filter(stays);
    return before - this.#undelivered.length - this.#uncertain.length;
  }

  /** Drops the oldest beyond {@linkcode MAX_KEPT}, and tells which. */
  overflow(): Own[] {
    const tooMany = this.#undelivered.length + this.#uncertain.length - MAX_KEPT;
    if (tooMany <= 0) return [];
    const dropped = this.#undelivered.splice(0, tooMany);
    return dropped.concat(this.#uncertain.splice(0, tooMany - dropped.length));
  }
}

function partition(all: readonly Own[], which: (own: Own) => boolean): [Own[], Own[]] {
  const [those, others]: [Own[], Own[]] = [[], []];
  for (const own of all) (which(own) ? those : others).push(own);
  return [those, others];
}

function count(all: readonly Own[], peer: ClientId): number {
  return all.filter((own) => own.peer === peer).length;
}

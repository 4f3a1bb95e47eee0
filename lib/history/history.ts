/**
 * What a chat history can do, whoever keeps it.
 *
 * Positions count the messages of a pair of clients from 1, in the order of their commits; they
 * are what a client pages by. Nothing here knows sessions or connections.
 */

import type { ClientId, SessionId, Text } from "../codec/mod.ts";

/** Messages of one client to another that were accepted together, to be stored. */
export interface Entry {
  readonly sessionId: SessionId;
  readonly from: ClientId;
  readonly to: ClientId;
  /** The sender's count in the session, from 1, of the first of them; the others follow by one. */
  readonly number: number;
  /** When the server accepted them, in milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  /** What each of them says, in their order. */
  readonly texts: readonly Text[];
}

/** A message as it was stored. */
export interface StoredMessage {
  readonly position: number;
  readonly sessionId: SessionId;
  readonly number: number;
  readonly at: number;
  readonly sender: ClientId;
  readonly text: Text;
}

/** Keeps every message between every two clients. */
export interface History {
  /**
   * Stores the messages of all entries, in order, or none of them. Once it resolves they survive a
   * crash. A commit may be asked for before the one before it has resolved; they keep their order.
   *
   * @throws {HistoryError}
   */
  commit(entries: readonly Entry[]): Promise<void>;

  /** Position of the newest message between `a` and `b`, also a pruned one; 0 when there is none. */
  lastPosition(a: ClientId, b: ClientId): Promise<number>;

  /**
   * Messages between `a` and `b` with positions `first` to `last`, oldest first: as many as have
   * `maxBytes` of text together, but at least one if there is one. To go on, ask again from the
   * position after the last one returned.
   *
   * @throws {HistoryError}
   */
  read(
    a: ClientId,
    b: ClientId,
    first: number,
    last: number,
    maxBytes: number,
  ): Promise<StoredMessage[]>;

  /**
   * Sets `count` session-IDs aside, never to be given out again, even after a crash.
   *
   * @returns the first of them
   * @throws {HistoryError}
   */
  reserveSessionIds(count: number): Promise<SessionId>;

  /** Finishes what was asked for and lets go of the files. */
  close(): Promise<void>;
}

/** The history could not be opened, read or written: what happened, where, and what to do. */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
}

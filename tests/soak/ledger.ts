/**
 * What two clients were told about their messages, and whether it is what should be.
 *
 * In each session and each direction, messages arrive in the order of their numbers, exactly once
 * and unaltered; once a session is over, those that arrived are those that were receipted.
 */

import type { SessionId } from "../../lib/client/mod.ts";

/** Bytes of a message. */
const TEXT_LENGTH = 64;

/** One direction of one session: the messages 1 to so many were receipted, and arrived. */
interface Direction {
  receipted: number;
  arrived: number;
}

/** Messages that the history must hold. */
export interface Stored {
  readonly sessionId: SessionId;
  readonly sender: string;
  readonly count: number;
}

/** The `number`th message of `sender` in a session. */
export function textOf(sessionId: SessionId, sender: string, number: number): string {
  return `${sessionId} ${sender} ${number} `.padEnd(TEXT_LENGTH, "-");
}

/** The sessions of two clients, one after the other. */
export class Ledger {
  /** What the history must hold of the sessions that are over. */
  readonly stored: Stored[] = [];
  readonly #sessions = new Map<SessionId, Map<string, Direction>>();

  /** A session of `a` and `b` has begun, of which both will tell. */
  open(sessionId: SessionId, a: string, b: string): void {
    if (this.#sessions.has(sessionId)) return;
    const nothing = (): Direction => ({ receipted: 0, arrived: 0 });
    this.#sessions.set(sessionId, new Map([[a, nothing()], [b, nothing()]]));
  }

  /** `sender` got a receipt up to `number`; returns for how many more messages. */
  receipted(sessionId: SessionId, sender: string, number: number): number {
    const direction = this.#direction(sessionId, sender);
    const more = number - direction.receipted;
    direction.receipted = number;
    return more;
  }

  /** A message arrived at the peer of `sender`. @throws {Error} unless it is the next one */
  arrived(sessionId: SessionId, sender: string, number: number, text: string): void {
    const direction = this.#direction(sessionId, sender);
    if (number !== direction.arrived + 1) {
      throw new Error(
        `session ${sessionId}: after message ${direction.arrived} of ${sender} came ${number}`,
      );
    }
    if (text !== textOf(sessionId, sender, number)) {
      throw new Error(`session ${sessionId}: message ${number} of ${sender} was altered`);
    }
    direction.arrived = number;
  }

  /** Whether everything receipted has arrived, and nothing else. */
  settled(sessionId: SessionId): boolean {
    const directions = [...this.#sessions.get(sessionId)!.values()];
    return directions.every(({ receipted, arrived }) => receipted === arrived);
  }

  /** The session is over, and settled; returns how many messages were receipted in it. */
  close(sessionId: SessionId): number {
    let sum = 0;
    for (const [sender, { receipted }] of this.#sessions.get(sessionId)!) {
      if (receipted > 0) this.stored.push({ sessionId, sender, count: receipted });
      sum += receipted;
    }
    this.#sessions.delete(sessionId);
    return sum;
  }

  #direction(sessionId: SessionId, sender: string): Direction {
    const direction = this.#sessions.get(sessionId)?.get(sender);
    if (direction === undefined) {
      throw new Error(`${sender} has no part in session ${sessionId}, or it was over`);
    }
    return direction;
  }
}

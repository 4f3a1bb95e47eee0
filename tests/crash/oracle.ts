/**
 * What must hold however often a server is killed, from what its clients were told alone.
 *
 * It hears of every message sent, receipted, refused, delivered and recalled, and is shown the
 * history's rows. Every text is sent once, so a text is a message's name. It knows no sockets, no
 * files, and none of the code it judges.
 */

/** A row of the view `messages` (lib/history/schema.ts), or what a client recalls of it. */
export interface Row {
  readonly sessionId: number;
  readonly position: number;
  readonly number: number;
  readonly sender: string;
  readonly text: string;
}

/** A message that somebody sent. */
export interface Sent {
  readonly text: string;
  readonly sessionId: number;
  readonly from: string;
  readonly to: string;
}

interface Known extends Sent {
  /** The sender's count in the session, from 1. */
  readonly number: number;
  fate: "unknown" | "receipted" | "refused";
  delivered: boolean;
  /** Where the history has it; undefined as far as it is not known to. */
  position: number | undefined;
}

interface Session {
  readonly life: number;
  readonly members: string;
  readonly told: Set<string>;
}

/** The sums that a summary needs. */
export interface Tally {
  readonly sent: number;
  readonly receipted: number;
  readonly refused: number;
  /** Neither receipted nor refused, and of these, those that the history has. */
  readonly unknown: number;
  readonly unknownStored: number;
  readonly delivered: number;
  readonly sessions: number;
}

/** Judges a server by its clients and its history. */
export class Oracle {
  /** What went wrong so far. */
  readonly faults: string[] = [];
  readonly #messages = new Map<string, Known>();
  readonly #counts = new Map<string, Known[]>();
  readonly #sessions = new Map<number, Session>();
  /** Messages that the history has to have, and was not yet seen to. */
  readonly #owed = new Set<Known>();
  /** The newest position seen of each pair. */
  readonly #last = new Map<string, number>();

  /** `who` was told that session `sessionId` with `peer` began, in the `life`th life of the server. */
  started(sessionId: number, who: string, peer: string, life: number): void {
    const members = pair(who, peer);
    const session = this.#sessions.get(sessionId) ?? { life, members, told: new Set<string>() };
    this.#sessions.set(sessionId, session);
    if (session.life !== life || session.members !== members || session.told.has(who)) {
      this.fault(
        `session-ID ${sessionId} again: ${members} in life ${life}, ` +
          `after ${session.members} in life ${session.life}`,
      );
    }
    session.told.add(who);
  }

  /** A client took a message to send. */
  sent(message: Sent): void {
    if (this.#messages.has(message.text)) this.fault(`the test sent twice: ${message.text}`);
    const key = `${message.sessionId} ${message.from}`;
    const earlier = this.#counts.get(key) ?? [];
    this.#counts.set(key, earlier);
    const known: Known = {
      ...message,
      number: earlier.length + 1,
      fate: "unknown",
      delivered: false,
      position: undefined,
    };
    earlier.push(known);
    this.#messages.set(message.text, known);
  }

  /** The sender was told that it is stored. */
  receipted(text: string): void {
    const message = this.#messages.get(text)!;
    message.fate = "receipted";
    this.#owe(message);
  }

  /** The sender was told that it is not delivered. */
  refused(text: string): void {
    const message = this.#messages.get(text)!;
    message.fate = "refused";
    if (message.delivered || message.position !== undefined) {
      this.fault(`refused, but stored or delivered: ${text}`);
    }
  }

  /** `to` received a message. */
  delivered(to: string, { from, sessionId, number, text }: Received): void {
    const message = this.#messages.get(text);
    if (
      message === undefined || message.to !== to || message.from !== from ||
      message.sessionId !== sessionId || message.number !== number
    ) {
      return this.fault(`${to} received what nobody sent: ${sessionId} ${from} ${number} ${text}`);
    }
    if (message.delivered) this.fault(`delivered twice: ${text}`);
    if (message.fate === "refused") this.fault(`delivered, but refused: ${text}`);
    message.delivered = true;
    this.#owe(message);
  }

  /** `who` recalled messages with `other`, in this order; `whole` if all that there are. */
  recalled(who: string, other: string, rows: readonly Row[], whole: boolean): void {
    for (const [index, row] of rows.entries()) {
      this.#identify(row, pair(who, other));
      if (index > 0 && row.position !== rows[index - 1]!.position + 1) {
        this.fault(`${who} recalled position ${row.position} after ${rows[index - 1]!.position}`);
      }
    }
    if (!whole) return;
    const texts = new Set(rows.map(({ text }) => text));
    for (const { text, from, to, fate } of this.#messages.values()) {
      if (fate !== "receipted" || pair(from, to) !== pair(who, other) || texts.has(text)) continue;
      this.fault(`receipted, but ${who} did not recall it: ${text}`);
    }
  }

  /** Shown the history's rows that follow those seen so far, each pair's in order. */
  readOn(rows: Iterable<Row & { readonly recipient: string }>): void {
    for (const row of rows) this.#see(row, pair(row.sender, row.recipient));
    for (const { text, fate } of this.#owed) {
      const why = fate === "receipted" ? "receipted" : "delivered";
      this.fault(`${why}, but not in the history: ${text}`);
    }
    this.#owed.clear();
  }

  /** Shown the whole history, from its first row. */
  readAll(rows: Iterable<Row & { readonly recipient: string }>): void {
    this.#last.clear();
    for (const message of this.#messages.values()) {
      message.position = undefined;
      if (message.fate === "receipted" || message.delivered) this.#owed.add(message);
    }
    this.readOn(rows);
  }

  tally(): Tally {
    const all = [...this.#messages.values()];
    const count = (which: (message: Known) => boolean): number => all.filter(which).length;
    return {
      sent: all.length,
      receipted: count(({ fate }) => fate === "receipted"),
      refused: count(({ fate }) => fate === "refused"),
      unknown: count(({ fate }) => fate === "unknown"),
      unknownStored: count(({ fate, position }) => fate === "unknown" && position !== undefined),
      delivered: count(({ delivered }) => delivered),
      sessions: this.#sessions.size,
    };
  }

  /** Something that must not be. */
  fault(what: string): void {
    this.faults.push(what.length > 200 ? `${what.slice(0, 200)}...` : what);
  }

  #see(row: Row, members: string): void {
    const expected = (this.#last.get(members) ?? 0) + 1;
    this.#last.set(members, row.position);
    if (row.position !== expected) {
      this.fault(`the history of ${members} goes on at ${row.position} instead of ${expected}`);
    }
    const message = this.#identify(row, members);
    if (message === undefined) return;
    if (message.position !== undefined) this.fault(`in the history twice: ${row.text}`);
    message.position = row.position;
    this.#owed.delete(message);
    const before = this.#counts.get(`${row.sessionId} ${row.sender}`)![row.number - 2];
    if (before === undefined || before.fate === "refused") return;
    if (before.position === undefined || before.position > row.position) {
      this.fault(`in the history without what was sent before it: ${row.text}`);
    }
  }

  /** The message that `row` is; none, and a fault, if nobody sent it so. */
  #identify({ text, sessionId, number, sender }: Row, members: string): Known | undefined {
    const message = this.#messages.get(text);
    if (
      message === undefined || message.sessionId !== sessionId || message.number !== number ||
      message.from !== sender || pair(message.from, message.to) !== members
    ) {
      this.fault(`the history has what nobody sent: ${sessionId} ${sender} ${number} ${text}`);
      return undefined;
    }
    if (message.fate === "refused") this.fault(`the history has what was refused: ${text}`);
    return message;
  }

  #owe(message: Known): void {
    if (message.position === undefined) this.#owed.add(message);
  }
}

/** A message as its peer gets it. */
type Received = Omit<Row, "position" | "sender"> & { readonly from: string };

function pair(one: string, other: string): string {
  return [one, other].sort().join(" and ");
}

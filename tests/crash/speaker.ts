/**
 * A real client that tells the oracle of everything it sends and is told.
 *
 * When to say what is load.ts's business.
 */

import { delay } from "@std/async/delay";
import {
  ChatClient,
  type ClientId,
  type ClientLimits,
  type Endpoint,
  LogOnError,
  type Message,
  NoAnswerError,
  NotDeliveredError,
  type Notice,
  NotPossibleError,
  textToString,
} from "../../lib/client/mod.ts";
import { sampleSecret } from "../../lib/server/mod.ts";
import type { Oracle, Row } from "./oracle.ts";

/** Impatient: a server that was killed is back within a second. */
const LIMITS: Partial<ClientLimits> = {
  firstRetry: 30,
  maxRetry: 100,
  tries: 5,
  connectTimeout: 1_000,
};

/** What a speaker needs to be told, and tells, besides. */
export interface Surroundings {
  readonly server: Endpoint;
  readonly oracle: Oracle;
  /** The life of the server that clients meet at the moment. */
  readonly life: number;
  /** A client sent or received `message`. */
  heard(clientId: ClientId, message: Message): void;
}

/** One client. */
export class Speaker {
  readonly client: ChatClient;
  readonly #around: Surroundings;
  #said = 0;

  constructor(readonly id: ClientId, around: Surroundings) {
    this.#around = around;
    this.client = new ChatClient({
      server: around.server,
      clientId: id,
      secret: new TextEncoder().encode(sampleSecret(id)),
      limits: LIMITS,
      onNotice: (notice) => this.#notice(notice),
      onTrace: (_, message) => around.heard(id, message),
    });
  }

  /** Logs on if need be, however often it takes while `wanted`. */
  async comeOn(wanted: () => boolean = () => true): Promise<void> {
    while (this.client.state === "Offline" && wanted()) {
      try {
        await this.client.logOn();
      } catch (error) {
        if (!isOfTheConnection(error)) throw error;
        await delay(5);
      }
    }
  }

  /** Says something to `to`; resolves with its fate, as far as it will be known. */
  async say(to: ClientId, ending: string): Promise<"receipted" | "refused" | "unknown"> {
    const { oracle } = this.#around;
    const { sessionId } = this.client;
    const text = `${this.id} ${this.#said + 1} ${ending}`;
    const sending = this.client.send(text);
    this.#said++;
    // Whoever sends is in a session; nothing leaves before this turn of the loop is over.
    oracle.sent({ text, sessionId: sessionId!, from: this.id, to });
    try {
      await sending;
      oracle.receipted(text);
      return "receipted";
    } catch (error) {
      if (!(error instanceof NotDeliveredError)) throw error;
      if (!isRefusal(error)) return "unknown";
      oracle.refused(text);
      return "refused";
    }
  }

  /** Recalls the `last` messages with `other`, or all if 0. @returns how many there were */
  async recall(other: ClientId, last: number): Promise<number> {
    const rows: Row[] = [];
    const add = ({ text, ...others }: Omit<Row, "text"> & { text: Uint8Array }): void => {
      rows.push({ ...others, text: textToString(text as Parameters<typeof textToString>[0]) });
    };
    const answer = this.client.history(other, add, { last });
    try {
      await answer;
    } finally {
      this.#around.oracle.recalled(this.id, other, rows, false);
    }
    if (last === 0) this.#around.oracle.recalled(this.id, other, rows, true);
    return rows.length;
  }

  #notice(notice: Notice): void {
    const { oracle, life } = this.#around;
    if (notice.type === "chat started") {
      oracle.started(notice.sessionId, this.id, notice.peer, life);
    } else if (notice.type === "message") {
      oracle.delivered(this.id, { ...notice, text: textToString(notice.text) });
    }
  }
}

/** Whether `error` is what a client must expect of a server that may be gone any moment. */
export function isOfTheConnection(error: unknown): boolean {
  return error instanceof LogOnError || error instanceof NotPossibleError ||
    error instanceof NoAnswerError;
}

function isRefusal({ why }: NotDeliveredError): boolean {
  return why === "not_in_session" || why === "not_stored" || why === "out_of_order";
}

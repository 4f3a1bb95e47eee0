/**
 * The TCP half of the server: accepts connections, admits those that show a valid cookie, and
 * feeds the exchange with their frames, in runs. Whatever is wrong with a stream ends that stream
 * only.
 */

import {
  COOKIE_LENGTH,
  type Frame,
  FRAME_HEADER,
  KEY_ID_LENGTH,
  lengthOf,
  RECORD_HEADER,
  runsOf,
  TAG_LENGTH,
} from "../codec/mod.ts";
import {
  type AdmissionAction,
  type AdmissionDesk,
  type ConnectionId,
  type Rate,
  TokenBucket,
} from "../session/mod.ts";
import { isPeerError, type Link, type TcpListener } from "../transport/mod.ts";
import { Connection } from "./connection.ts";
import type { Drops } from "./drops.ts";
import { type Observer, reportDefect } from "./events.ts";
import type { Exchange } from "./exchange.ts";

/** All that a client may send before CONNECTED: its key-id, and the record with CONNECT. */
const MAX_UNADMITTED = KEY_ID_LENGTH + RECORD_HEADER + FRAME_HEADER + COOKIE_LENGTH + TAG_LENGTH;

/** Timers cost something: what comes in so many milliseconds is taken in one go. */
const SHORTEST_PAUSE = 10;
/** Closing waits for no pause longer than this, in milliseconds, however low the rate. */
const LONGEST_PAUSE = 250;

/** What a reception is made of. */
export interface ReceptionOptions {
  readonly listener: TcpListener;
  readonly desk: AdmissionDesk;
  /** How fast the frames of one connection are taken. */
  readonly messages: Rate;
  readonly exchange: Exchange;
  readonly observer: Observer;
  readonly drops: Drops;
}

/** All TCP connections, from their first byte to their last. */
export class Reception {
  readonly #options: ReceptionOptions;
  readonly #connections = new Map<ConnectionId, Connection>();
  readonly #serving = new Set<Promise<void>>();
  #turningAway = false;
  #lastId: ConnectionId = 0;

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  /** Accepts connections until the listener is closed. */
  async serve(): Promise<void> {
    await this.#options.listener.acceptAll((link) => {
      const serving = this.#serve(link).finally(() => this.#serving.delete(serving));
      this.#serving.add(serving);
    });
  }

  /** Closes newcomers that have taken too long. */
  tick(now: number): void {
    this.#carryOut(this.#options.desk.tick(now));
  }

  /** Ends what has not connected; from now on nobody gets that far. */
  turnAway(): void {
    this.#turningAway = true;
    for (const connection of this.#connections.values()) {
      if (!connection.connected) connection.link.close();
    }
  }

  /** Resolves when every connection has ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#serving);
  }

  async #serve(link: Link): Promise<void> {
    const { desk, messages, exchange, observer, drops } = this.#options;
    const tokens = new TokenBucket(messages, performance.now());
    const connection = new Connection(++this.#lastId, link, observer);
    const { id } = connection;
    this.#connections.set(id, connection);
    if (this.#turningAway) link.close();
    try {
      this.#carryOut(desk.opened(id, link.remoteHost, performance.now()));
      while (await link.read() && !link.closed) {
        tokens.refill(performance.now());
        await this.#take(connection, tokens);
        if (exchange.turns.behind) await exchange.turns.room();
      }
    } catch (error) {
      if (isPeerError(error)) drops.add("connections with damaged records", performance.now());
      else reportDefect(observer, error);
      link.close();
    } finally {
      if (connection.connected) {
        exchange.handle({ type: "lost", connection: id });
      } else {
        desk.closed(id);
        if (!link.closed) this.#refuse(connection);
      }
      this.#connections.delete(id);
    }
  }

  /** Takes what has been read so far, no faster than there are tokens. */
  async #take(connection: Connection, tokens: TokenBucket): Promise<void> {
    if (!connection.connected) this.#admit(connection);
    if (!connection.connected) return;
    const { messages, exchange } = this.#options;
    const { id, link } = connection;
    const { frames, damage } = readFrames(link);
    // A run is paid for at once. Were it longer, its client would have to be silent for too long.
    for (const run of runsOf(frames, messages.burst)) {
      const count = lengthOf(run);
      if (!tokens.take(count) && link.open) await this.#pace(connection, tokens, count);
      if (link.closed) return;
      connection.received(run);
      exchange.handle({ type: "run", connection: id, run });
    }
    if (damage !== undefined) throw damage;
  }

  /**
   * Waits for `count` tokens. Meanwhile nothing is read from that connection, and TCP slows its peer
   * down; but what is being closed is read to its end.
   */
  async #pace({ link }: Connection, tokens: TokenBucket, count: number): Promise<void> {
    this.#options.drops.add("pauses for clients that send too fast", performance.now());
    do {
      await pause(Math.min(Math.max(tokens.wait, SHORTEST_PAUSE), LONGEST_PAUSE));
      tokens.refill(performance.now());
    } while (!tokens.take(count) && link.open);
  }

  /** Takes the first steps: key-id, then a record with CONNECT and nothing else. */
  #admit(connection: Connection): void {
    const { desk } = this.#options;
    const { id, link } = connection;
    if (link.unread > MAX_UNADMITTED) return this.#refuse(connection);
    if (!link.keyed) {
      const keyId = link.takeClear(KEY_ID_LENGTH);
      if (keyId === undefined) return;
      this.#carryOut(desk.handle(id, { type: "key-id", keyId }, performance.now()));
      if (!link.keyed) return;
    }
    const frames = link.nextFrames();
    if (frames === undefined) return;
    const [connect] = frames;
    if (frames.length !== 1 || connect?.type !== "CONNECT") return this.#refuse(connection);
    connection.received(connect);
    this.#carryOut(desk.handle(id, connect, performance.now()));
  }

  #carryOut(actions: readonly AdmissionAction[]): void {
    for (const action of actions) {
      const connection = this.#connections.get(action.connection);
      if (connection === undefined) continue;
      switch (action.type) {
        case "use keys":
          connection.name = action.clientId;
          connection.link.useKeys(action.keys.serverToClient, action.keys.clientToServer);
          break;
        case "connected":
          connection.connected = true;
          this.#options.exchange.connect(connection, action.clientId);
          break;
        case "refuse":
          this.#refuse(connection);
          break;
      }
    }
  }

  #refuse(connection: Connection): void {
    this.#options.drops.add("connections that did not CONNECT", performance.now());
    connection.link.close();
  }
}

/** The frames of all records that were read whole, and what is wrong with the one after them. */
function readFrames(link: Link): { frames: Frame[]; damage?: Error } {
  const all: Frame[] = [];
  try {
    for (let frames = link.nextFrames(); frames; frames = link.nextFrames()) all.push(...frames);
    return { frames: all };
  } catch (error) {
    if (!isPeerError(error)) throw error;
    return { frames: all, damage: error };
  }
}

function pause(delay: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, delay));
}

/**
 * A Parley server to embed: sockets and machines wired together.
 *
 * Whoever starts one brings the subscribers and the history, and closes the history afterwards.
 */

import type { ClientId } from "../codec/mod.ts";
import type { History } from "../history/mod.ts";
import { AdmissionDesk, LoginDesk, SERVER_LIMITS, type ServerLimits } from "../session/mod.ts";
import { type Endpoint, TcpListener, UdpSocket } from "../transport/mod.ts";
import { Drops } from "./drops.ts";
import { env } from "./env.ts";
import type { Dropped, LogOnResult, Observer } from "./events.ts";
import { Exchange } from "./exchange.ts";
import { serveLogins } from "./logins.ts";
import { Reception } from "./reception.ts";
import { SessionIds } from "./session_ids.ts";

/** What a server needs. */
export interface ChatServerOptions {
  /** The address to listen on, for UDP and TCP. */
  readonly host: string;
  /** UDP port for logins; 0 takes any free one. */
  readonly udpPort: number;
  /** TCP port for everything after; 0 takes any free one. */
  readonly tcpPort: number;
  readonly subscribers: {
    /** K_A of a subscriber; undefined where there is none of this name. */
    secretOf(clientId: ClientId): Uint8Array | undefined;
  };
  readonly history: History;
  readonly observer?: Observer;
  readonly limits?: Partial<ServerLimits>;
}

/** A running server. */
export class ChatServer implements AsyncDisposable {
  readonly #udp: UdpSocket;
  readonly #tcp: TcpListener;
  readonly #logins: LoginDesk;
  readonly #admission: AdmissionDesk;
  readonly #exchange: Exchange;
  readonly #reception: Reception;
  readonly #drops: Drops;
  readonly #logOns = new Map<LogOnResult, number>();
  readonly #ticker: ReturnType<typeof setInterval>;
  readonly #serving: Promise<unknown>;

  private constructor(
    options: ChatServerOptions,
    drops: Drops,
    sessionIds: SessionIds,
    udp: UdpSocket,
    tcp: TcpListener,
  ) {
    const { subscribers, history, observer = {} } = options;
    const limits = { ...SERVER_LIMITS, ...options.limits };
    const secretOf = subscribers.secretOf.bind(subscribers);
    const exchange = new Exchange({ history, sessionIds, limits, observer, drops });
    const desk = new AdmissionDesk(limits);
    this.#udp = udp;
    this.#tcp = tcp;
    this.#drops = drops;
    this.#admission = desk;
    this.#exchange = exchange;
    this.#logins = new LoginDesk(limits, tcp.local.port, secretOf, env());
    this.#reception = new Reception({
      listener: tcp,
      desk,
      messages: limits.messages,
      exchange,
      observer,
      drops,
    });
    this.#ticker = setInterval(() => this.#tick(), limits.tick);
    this.#serving = Promise.all([
      serveLogins({
        socket: udp,
        desk: this.#logins,
        observer,
        drops,
        results: this.#logOns,
        grant: (grant) => this.#admission.grant(grant),
      }),
      this.#reception.serve(),
    ]);
  }

  /**
   * Binds both ports and begins to serve.
   *
   * @throws {HistoryError} and what the system refuses, such as {@linkcode Deno.errors.AddrInUse}
   */
  static async start(options: ChatServerOptions): Promise<ChatServer> {
    const drops = new Drops(options.observer ?? {});
    const sessionIds = await SessionIds.open(options.history, drops);
    const tcp = new TcpListener(options.host, options.tcpPort);
    try {
      const udp = new UdpSocket(options.host, options.udpPort);
      return new ChatServer(options, drops, sessionIds, udp, tcp);
    } catch (error) {
      tcp.close();
      throw error;
    }
  }

  /** Where logins are taken. */
  get udpAddress(): Endpoint {
    return this.#udp.local;
  }

  /** Where clients connect to afterwards. */
  get tcpAddress(): Endpoint {
    return this.#tcp.local;
  }

  /** What the server holds at the moment. */
  get load(): { clients: number; chats: number; pendingLogins: number; unconnected: number } {
    return {
      clients: this.#exchange.size,
      chats: this.#exchange.chats,
      pendingLogins: this.#logins.size,
      unconnected: this.#admission.size,
    };
  }

  /** How many of `what` the server has dropped since it was started. */
  dropped(what: Dropped): number {
    return this.#drops.total(what);
  }

  /** How many log-ons have ended in `result` since the server was started. */
  logOns(result: LogOnResult): number {
    return this.#logOns.get(result) ?? 0;
  }

  /** Logs a client off whose secret was taken away or changed, and forgets its logins. */
  revoke(clientId: ClientId): void {
    this.#logins.revoke(clientId);
    this.#admission.revoke(clientId);
    this.#exchange.handle({ type: "revoked", clientId });
  }

  /** Stops in order: clients are told, what was accepted is stored. */
  async close(): Promise<void> {
    clearInterval(this.#ticker);
    this.#udp.close();
    this.#tcp.close();
    this.#reception.turnAway();
    this.#exchange.stop();
    await this.#serving;
    await this.#reception.ended();
    await this.#exchange.settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #tick(): void {
    const now = performance.now();
    this.#logins.tick(env());
    this.#reception.tick(now);
    this.#exchange.handle({ type: "tick" });
    this.#drops.tick(now);
  }
}

/**
 * The client's two sockets: UDP while it logs on, TCP from then on.
 *
 * What arrives becomes an event, what is to be sent comes as messages. It knows how to notice a
 * dead server, but not what any message means.
 */

import {
  CodecError,
  type Datagram,
  decodeDatagram,
  encodeDatagram,
  type Frame,
  type Message,
} from "../codec/mod.ts";
import type { LoginKeys } from "../crypto/mod.ts";
import { type ClientEvent, type ClientLimits, Silence } from "../session/mod.ts";
import { connectTcp, type Endpoint, isPeerError, type Link, UdpSocket } from "../transport/mod.ts";
import { Pings } from "./pings.ts";

/** Who hears of what arrives. Both are called synchronously. */
export interface SocketsListener {
  event(event: ClientEvent): void;
  trace(direction: "sent" | "received", message: Message): void;
}

/** The sockets of one client. */
export class Sockets {
  readonly #limits: ClientLimits;
  readonly #listener: SocketsListener;
  readonly #pings = new Pings();
  #server: Endpoint | undefined;
  #udp: UdpSocket | undefined;
  #link: Link | undefined;
  /** Gives up a TCP connection that is being made. */
  #connecting: AbortController | undefined;
  #closing: Promise<void> = Promise.resolve();
  #flushing = false;

  constructor(limits: ClientLimits, listener: SocketsListener) {
    this.#limits = limits;
    this.#listener = listener;
  }

  /** Whether there is a TCP connection. */
  get connected(): boolean {
    return this.#link !== undefined;
  }

  /**
   * Begins to exchange datagrams with `server`, whose host is an address.
   *
   * @throws what the system refuses
   */
  openUdp(server: Endpoint): void {
    this.#server = server;
    this.#udp = new UdpSocket(server.host.includes(":") ? "::" : "0.0.0.0", 0);
    void this.#udp.receiveAll((bytes) => this.#receiveDatagram(bytes));
  }

  sendDatagram(datagram: Datagram): void {
    if (this.#udp === undefined || this.#server === undefined) return;
    this.#listener.trace("sent", datagram);
    void this.#udp.send(encodeDatagram(datagram), this.#server);
  }

  /** Leaves UDP for TCP: "TCP open" follows, or "TCP lost". */
  async openTcp(port: number, keys: LoginKeys): Promise<void> {
    this.#closeUdp();
    const connecting = this.#connecting = new AbortController();
    const link = await connectTcp({ host: this.#server!.host, port }, connecting.signal)
      .catch(() => undefined);
    // A log-on that was given up may have been followed by another.
    if (connecting.signal.aborted) return link?.close();
    this.#connecting = undefined;
    if (link === undefined) return this.#listener.event({ type: "TCP lost" });
    this.#link = link;
    link.useKeys(keys.clientToServer, keys.serverToClient);
    link.sendClear(keys.keyId);
    this.#listener.event({ type: "TCP open" });
    await this.#readFrames(link);
  }

  /** Sends along with everything else of this turn of the event loop. */
  send(frame: Frame): void {
    const link = this.#link;
    if (link === undefined) return;
    this.#listener.trace("sent", frame);
    link.send(frame);
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      link.flush();
    });
  }

  /**
   * Sends a PING of its own; resolves with the milliseconds until its PONG, rejects when the
   * connection ends before.
   */
  ping(): Promise<number> {
    const { token, took } = this.#pings.begin(performance.now());
    this.send({ type: "PING", token });
    return took;
  }

  /** Closes what is open; what was sent over TCP still arrives. */
  close(): void {
    this.#pings.end();
    this.#closeUdp();
    this.#connecting?.abort();
    this.#connecting = undefined;
    if (this.#link === undefined) return;
    this.#closing = this.#link.finish();
    this.#link = undefined;
  }

  /** Resolves when what was closed is down. */
  closed(): Promise<void> {
    return this.#closing;
  }

  #receiveDatagram(bytes: Uint8Array): void {
    let datagram: Datagram;
    try {
      datagram = decodeDatagram(bytes);
    } catch (error) {
      if (error instanceof CodecError) return;
      throw error;
    }
    this.#listener.trace("received", datagram);
    this.#listener.event(datagram);
  }

  async #readFrames(link: Link): Promise<void> {
    const silence = new Silence(performance.now());
    const ticker = setInterval(() => this.#checkSilence(link, silence), this.#limits.tick);
    try {
      while (await link.read()) {
        for (let frames = link.nextFrames(); frames; frames = link.nextFrames()) {
          silence.end(performance.now());
          for (const frame of frames) this.#receiveFrame(link, frame);
        }
      }
    } catch (error) {
      if (!isPeerError(error)) throw error;
    } finally {
      clearInterval(ticker);
      if (this.#link === link) this.#listener.event({ type: "TCP lost" });
      link.close();
    }
  }

  #receiveFrame(link: Link, frame: Frame): void {
    if (this.#link !== link) return;
    this.#listener.trace("received", frame);
    if (frame.type === "PONG") this.#pings.pong(frame.token, performance.now());
    this.#listener.event(frame);
  }

  #checkSilence(link: Link, silence: Silence): void {
    const verdict = silence.judge(performance.now(), this.#limits.keepalive);
    if (verdict === "dead") link.close();
    else if (verdict === "ping") this.send({ type: "PING", token: 0 });
  }

  #closeUdp(): void {
    this.#udp?.close();
    this.#udp = undefined;
  }
}

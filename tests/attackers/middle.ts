/**
 * A man in the middle of everything between a client and a server: datagrams, and the stream cut
 * into its key-id and its records, whose lengths are clear. It has no keys.
 *
 * The client is told of its address instead of the server's; as port_number is sealed, its TCP port
 * has to be the server's, so it needs a loopback address of its own.
 */

import { KEY_ID_LENGTH, RecordSplitter } from "../../lib/codec/mod.ts";
import { type Endpoint, UdpSocket } from "../../lib/transport/mod.ts";
import { loopbackAddress } from "./addresses.ts";

/** Who sent something, and, the other one, to whom it goes. */
export type End = "client" | "server";

/** What the man in the middle does; by default, he passes on what comes. */
export interface Meddling {
  /** What a datagram becomes. */
  datagram?(from: End, bytes: Uint8Array): Uint8Array;
  /**
   * Passes on a part of a stream, or something else: the key-id, which is the client's number 0, or
   * a record.
   */
  part?(stream: Stream, from: End, part: Uint8Array, number: number): Promise<void>;
}

/** The other one. */
export function other(end: End): End {
  return end === "client" ? "server" : "client";
}

/** A TCP connection of a client through the middle. */
export class Stream {
  readonly #ends: Readonly<Record<End, Deno.TcpConn>>;

  constructor(client: Deno.TcpConn, server: Deno.TcpConn) {
    this.#ends = { client, server };
  }

  /** Writes to one end. What it no longer takes is lost. */
  async write(to: End, ...parts: readonly Uint8Array[]): Promise<void> {
    for (let part of parts) {
      try {
        while (part.length > 0) part = part.subarray(await this.#ends[to].write(part));
      } catch {
        return;
      }
    }
  }

  /** Ends the stream to one end. */
  async end(to: End): Promise<void> {
    await this.#ends[to].closeWrite().catch(() => {});
  }

  /** Passes everything on, both ways, until both have ended. */
  async relay(part: NonNullable<Meddling["part"]>): Promise<void> {
    await Promise.all([this.#relay("client", part), this.#relay("server", part)]);
    for (const end of Object.values(this.#ends)) end.close();
  }

  async #relay(from: End, pass: NonNullable<Meddling["part"]>): Promise<void> {
    const splitter = new RecordSplitter();
    let number = 0;
    const next = (): Uint8Array | undefined =>
      from === "client" && number === 0 ? splitter.take(KEY_ID_LENGTH) : splitter.next();
    for (;;) {
      const buffer = new Uint8Array(16_384);
      const length = await this.#ends[from].read(buffer).catch(() => null);
      if (length === null) break;
      splitter.push(buffer.subarray(0, length));
      for (let part = next(); part !== undefined; part = next()) {
        await pass(this, from, part.slice(), number++);
      }
    }
    await this.end(other(from));
  }
}

/** How many there were: each takes an address of its own, as systems are slow to let go of one. */
let middles = 0;

/** A man in the middle between `server` and one client after the other. */
export class Middle implements AsyncDisposable {
  readonly #front: UdpSocket;
  readonly #back = new UdpSocket("127.0.0.1", 0);
  readonly #listener: Deno.TcpListener;
  readonly #running: Promise<unknown>;
  #client: Endpoint | undefined;

  constructor(
    server: { readonly udpAddress: Endpoint; readonly tcpAddress: Endpoint },
    meddling: Meddling,
  ) {
    const host = loopbackAddress(middles++);
    const { port } = server.tcpAddress;
    const { datagram = (_, bytes) => bytes, part = passOn } = meddling;
    this.#front = new UdpSocket(host, 0);
    this.#listener = Deno.listen({ hostname: host, port });
    this.#running = Promise.all([
      this.#front.receiveAll((bytes, from) => {
        this.#client = from;
        void this.#back.send(datagram("client", bytes), server.udpAddress);
      }),
      this.#back.receiveAll((bytes) => {
        void this.#front.send(datagram("server", bytes), this.#client!);
      }),
      this.#accept({ hostname: server.tcpAddress.host, port }, part),
    ]);
  }

  /** What the client takes for the server. */
  get address(): Endpoint {
    return this.#front.local;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#front.close();
    this.#back.close();
    this.#listener.close();
    await this.#running;
  }

  async #accept(
    server: { hostname: string; port: number },
    part: NonNullable<Meddling["part"]>,
  ): Promise<void> {
    const relaying: Promise<void>[] = [];
    for (;;) {
      const client = await this.#listener.accept().catch(() => undefined);
      if (client === undefined) break;
      relaying.push(new Stream(client, await Deno.connect(server)).relay(part));
    }
    await Promise.all(relaying);
  }
}

/** Passes a part on as it is. */
export function passOn(stream: Stream, from: End, part: Uint8Array): Promise<void> {
  return stream.write(other(from), part);
}

/**
 * A UDP socket that survives what networks do: a lost, refused or unsendable datagram is no error.
 *
 * It carries bytes and knows no message.
 */

// As an object, so that the simulation can put its own time in the place of it.
import timers from "node:timers/promises";
import { delay } from "@std/async/delay";
import { MAX_DATAGRAM } from "../codec/mod.ts";

/** How long to wait after the system refused to receive, in milliseconds. */
const RECOVERY = 10;

/**
 * How many datagrams are taken before everything else has its turn. A datagram that waits already
 * is received without a turn of the event loop, so that a flood would hold up all TCP connections.
 */
const BURST = 16;

/** Where a datagram comes from or goes to. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** `endpoint` as people write it. */
export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A bound UDP socket. */
export class UdpSocket {
  readonly #socket: Deno.DatagramConn;
  #closed = false;

  /**
   * Binds to `host` and `port`; port 0 takes any free one.
   *
   * @throws {Deno.errors.AddrInUse} and what else the system refuses
   */
  constructor(host: string, port: number) {
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname: host, port });
  }

  /** Where it is bound. */
  get local(): Endpoint {
    const { hostname, port } = this.#socket.addr as Deno.NetAddr;
    return { host: hostname, port };
  }

  /** Sends a datagram, if the system lets it. */
  async send(bytes: Uint8Array, { host, port }: Endpoint): Promise<void> {
    try {
      await this.#socket.send(bytes, { transport: "udp", hostname: host, port });
    } catch {
      // As good as lost on the way: the protocol sends again.
    }
  }

  /** Hands every datagram that arrives to `receive`, with memory of its own, until closed. */
  async receiveAll(receive: (bytes: Uint8Array, from: Endpoint) => void): Promise<void> {
    // One byte more than is allowed shows a datagram that is too long.
    const buffer = new Uint8Array(MAX_DATAGRAM + 1);
    for (let count = 1; !this.#closed; count++) {
      if (count % BURST === 0) await timers.setImmediate();
      const received = await this.#socket.receive(buffer).catch(() => undefined);
      if (received !== undefined) {
        const [bytes, address] = received;
        const { hostname, port } = address as Deno.NetAddr;
        receive(bytes.slice(), { host: hostname, port });
      } else if (!this.#closed) {
        // Systems report an earlier send that nobody took (ECONNRESET, EMSGSIZE) on receiving.
        await delay(RECOVERY);
      }
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }
}

/** TCP connections, made and accepted. */

import { delay } from "@std/async/delay";
import { Link } from "./link.ts";
import type { Endpoint } from "./udp.ts";

/** How long to wait before accepting again when the system is out of something, in milliseconds. */
const RECOVERY = 100;

/**
 * Connects to `endpoint`, unless `signal` comes first.
 *
 * @throws what the system refuses, or that it was given up
 */
export async function connectTcp({ host, port }: Endpoint, signal: AbortSignal): Promise<Link> {
  return new Link(await Deno.connect({ transport: "tcp", hostname: host, port, signal }));
}

/** A bound TCP socket. */
export class TcpListener {
  readonly #listener: Deno.TcpListener;
  #closed = false;

  /**
   * Binds to `host` and `port`; port 0 takes any free one.
   *
   * @throws {Deno.errors.AddrInUse} and what else the system refuses
   */
  constructor(host: string, port: number) {
    this.#listener = Deno.listen({ transport: "tcp", hostname: host, port });
  }

  /** Where it is bound. */
  get local(): Endpoint {
    const { hostname, port } = this.#listener.addr as Deno.NetAddr;
    return { host: hostname, port };
  }

  /** Hands every connection to `accept`, until closed. */
  async acceptAll(accept: (link: Link) => void): Promise<void> {
    while (!this.#closed) {
      const connection = await this.#listener.accept().catch(() => undefined);
      if (connection !== undefined) accept(new Link(connection));
      // A connection that was gone before it was accepted, or too many open files.
      else if (!this.#closed) await delay(RECOVERY);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
  }
}

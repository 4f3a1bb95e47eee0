/** A UDP socket of a world, as far as Parley uses one. */

import type { Network } from "./network.ts";
import type { Process } from "./world.ts";

/** Datagrams that wait to be received; more are dropped, as systems do. */
const MAX_WAITING = 64;

type Received = [Uint8Array, Deno.NetAddr];

/** What Deno.listenDatagram returns. */
export class SimUdp {
  readonly #network: Network;
  readonly #waiting: Received[] = [];
  #receiving: { buffer: Uint8Array; taken: PromiseWithResolvers<Received> } | undefined;
  #closed = false;

  constructor(network: Network, readonly owner: Process, readonly addr: Deno.NetAddr) {
    this.#network = network;
  }

  receive(buffer = new Uint8Array(1_024)): Promise<Received> {
    if (this.#closed) return Promise.reject(new Deno.errors.BadResource("the socket is closed"));
    const taken = Promise.withResolvers<Received>();
    this.#receiving = { buffer, taken };
    this.#take();
    return taken.promise;
  }

  send(bytes: Uint8Array, to: Deno.NetAddr): Promise<number> {
    if (this.#closed) return Promise.reject(new Deno.errors.BadResource("the socket is closed"));
    this.#network.sendDatagram(bytes.slice(), this.addr, to);
    return Promise.resolve(bytes.length);
  }

  close(): void {
    this.#closed = true;
    this.#network.forgetUdp(this);
    this.#receiving?.taken.reject(new Deno.errors.BadResource("the socket is closed"));
  }

  /** A datagram arrives. */
  arrive(bytes: Uint8Array, from: Deno.NetAddr): void {
    if (this.#waiting.length >= MAX_WAITING) return;
    this.#waiting.push([bytes, from]);
    this.#take();
  }

  #take(): void {
    if (this.#receiving === undefined) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    const { buffer, taken } = this.#receiving;
    this.#receiving = undefined;
    const [bytes, from] = next;
    const length = Math.min(bytes.length, buffer.length);
    buffer.set(bytes.subarray(0, length));
    taken.resolve([buffer.subarray(0, length), from]);
  }
}

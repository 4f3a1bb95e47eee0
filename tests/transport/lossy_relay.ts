/**
 * A bad network for datagrams: between clients and a server, it loses, doubles and holds them up.
 *
 * The same seed makes the same decisions in the same order, whatever else the machine does.
 */

import { type Endpoint, formatEndpoint, UdpSocket } from "../../lib/transport/mod.ts";

/** How bad the network is, each way. */
export interface Badness {
  /** Probability that a datagram is lost. */
  readonly loss: number;
  /** Probability that one that is not lost comes twice. */
  readonly duplication: number;
  /** A datagram is held up for less than this, in milliseconds: later ones overtake it. */
  readonly delay: number;
}

/** Relays datagrams to `server`, with one socket towards it for every client. */
export class LossyRelay implements AsyncDisposable {
  readonly #front = new UdpSocket("127.0.0.1", 0);
  readonly #backs = new Map<string, UdpSocket>();
  readonly #held = new Set<ReturnType<typeof setTimeout>>();
  readonly #running: Promise<void>[] = [];
  readonly #random: () => number;
  /** What it has done so far. */
  readonly count = { lost: 0, doubled: 0, passed: 0 };

  constructor(readonly server: Endpoint, readonly badness: Badness, seed: number) {
    this.#random = mulberry32(seed);
    this.#running.push(this.#front.receiveAll((bytes, from) => {
      const back = this.#backFor(from);
      this.#relay(() => back.send(bytes, this.server));
    }));
  }

  /** Where clients find it. */
  get address(): Endpoint {
    return this.#front.local;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#held) clearTimeout(timer);
    this.#front.close();
    for (const back of this.#backs.values()) back.close();
    await Promise.all(this.#running);
  }

  #backFor(client: Endpoint): UdpSocket {
    const key = formatEndpoint(client);
    let back = this.#backs.get(key);
    if (back === undefined) {
      back = new UdpSocket("127.0.0.1", 0);
      this.#backs.set(key, back);
      this.#running.push(
        back.receiveAll((bytes) => this.#relay(() => this.#front.send(bytes, client))),
      );
    }
    return back;
  }

  #relay(send: () => Promise<void>): void {
    const { loss, duplication, delay } = this.badness;
    if (this.#random() < loss) {
      this.count.lost++;
      return;
    }
    this.count.passed++;
    const copies = this.#random() < duplication ? 2 : 1;
    this.count.doubled += copies - 1;
    for (let i = 0; i < copies; i++) {
      const timer = setTimeout(() => {
        this.#held.delete(timer);
        void send();
      }, this.#random() * delay);
      this.#held.add(timer);
    }
  }
}

/** Mulberry32: numbers from 0 to below 1, the same ones for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

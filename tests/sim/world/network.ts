/**
 * The network of a world: who listens where, and what becomes of what is sent.
 *
 * Datagrams fare as the weather has it. An attacker on the wire hears everything.
 */

import type { Weather } from "../../session/clock.ts";
import { TcpEnd } from "./tcp.ts";
import { SimUdp } from "./udp.ts";
import type { Process, World } from "./world.ts";

/** Datagrams that an attacker has written down, at most. */
const MAX_RECORDED = 256;

/** A datagram that somebody overheard. */
export interface Overheard {
  readonly bytes: Uint8Array;
  readonly from: Deno.NetAddr;
  readonly to: Deno.NetAddr;
}

interface Listener {
  readonly owner: Process;
  readonly addr: Deno.NetAddr;
  readonly waiting: TcpEnd[];
  accepting: PromiseWithResolvers<TcpEnd> | undefined;
}

/** All hosts, and the wires between them. */
export class Network {
  readonly #world: World;
  readonly #udp = new Map<string, SimUdp>();
  readonly #listeners = new Map<string, Listener>();
  readonly #ends = new Set<TcpEnd>();
  /** Hosts without power: what is sent to them vanishes. */
  readonly #dark = new Set<string>();
  #lastPort = 40_000;
  weather: Weather = { loss: 0, duplication: 0, delay: [5, 20] };
  /** How many pieces a write is cut into, at most. */
  pieces = 1;
  /** Datagrams overheard, the newest last. */
  readonly overheard: Overheard[] = [];
  /** All TCP connections that there were, each by the end of who accepted it. */
  readonly accepted: TcpEnd[] = [];
  /** Hears what is written to TCP connections. */
  tap: (bytes: Uint8Array, to: Deno.NetAddr) => void = () => {};

  constructor(world: World) {
    this.#world = world;
  }

  get now(): number {
    return this.#world.clock.now;
  }

  /** The host has power. */
  boot(host: string): void {
    this.#dark.delete(host);
  }

  /** The open connections of `process`, at its end. */
  endsOf(process: Process): TcpEnd[] {
    return [...this.#ends].filter(({ owner }) => owner === process);
  }

  /** The open sockets of `process`, of all kinds. */
  socketsOf(process: Process): number {
    const owned = [...this.#udp.values(), ...this.#listeners.values(), ...this.#ends];
    return owned.filter(({ owner }) => owner === process).length;
  }

  /** All connections, each by the end of who made it. */
  get connections(): TcpEnd[] {
    return [...this.#ends].filter(({ localAddr }) => localAddr.port >= 40_000);
  }

  /** A connection breaks, and both ends hear of it; what is under way is lost. */
  cut(end: TcpEnd): void {
    for (const one of [end, end.peer]) {
      one.silenced = true;
      this.later(one.owner, this.delay(), () => one.break());
    }
  }

  readonly listen = ({ port = 0 }: { port?: number }): unknown => {
    const owner = this.#world.current;
    const addr = this.#bind(owner, port, "tcp");
    const key = keyOf(addr);
    if (this.#listeners.has(key)) throw new Deno.errors.AddrInUse("in use");
    const listener: Listener = { owner, addr, waiting: [], accepting: undefined };
    this.#listeners.set(key, listener);
    return {
      addr,
      accept: (): Promise<TcpEnd> => {
        const next = listener.waiting.shift();
        if (next !== undefined) return Promise.resolve(next);
        listener.accepting = Promise.withResolvers();
        return listener.accepting.promise;
      },
      close: (): void => {
        this.#listeners.delete(key);
        listener.accepting?.reject(new Deno.errors.BadResource("closed"));
        for (const end of listener.waiting) end.close();
      },
    };
  };

  readonly listenDatagram = ({ port = 0 }: { port?: number }): unknown => {
    const owner = this.#world.current;
    const socket = new SimUdp(this, owner, this.#bind(owner, port, "udp"));
    if (this.#udp.has(keyOf(socket.addr))) throw new Deno.errors.AddrInUse("in use");
    this.#udp.set(keyOf(socket.addr), socket);
    return socket;
  };

  readonly connect = (
    { hostname, port, signal }: { hostname: string; port: number; signal?: AbortSignal },
  ): Promise<TcpEnd> => {
    const client = this.#world.current;
    const made = Promise.withResolvers<TcpEnd>();
    signal?.addEventListener("abort", () => made.reject(signal.reason));
    this.later(client, this.delay() + this.delay(), () => {
      if (signal?.aborted || this.#dark.has(hostname)) return;
      const listener = this.#listeners.get(`${hostname}:${port}`);
      if (listener === undefined) {
        return made.reject(new Deno.errors.ConnectionRefused("refused"));
      }
      const near = [client, this.#bind(client, 0, "tcp")] as const;
      const [end, other] = TcpEnd.pair(this, near, [listener.owner, listener.addr]);
      this.#ends.add(end).add(other);
      this.accepted.push(other);
      this.later(listener.owner, 0, () => {
        if (!this.#listeners.has(keyOf(listener.addr))) return other.close();
        const { accepting } = listener;
        listener.accepting = undefined;
        if (accepting === undefined) listener.waiting.push(other);
        else accepting.resolve(other);
      });
      made.resolve(end);
    });
    return made.promise;
  };

  sendDatagram(bytes: Uint8Array, from: Deno.NetAddr, to: Deno.NetAddr): void {
    this.overheard.push({ bytes, from, to });
    if (this.overheard.length > MAX_RECORDED) this.overheard.shift();
    this.carryDatagram(bytes, from, to);
  }

  /** Has the weather decide on a datagram, which may be as from anybody. */
  carryDatagram(bytes: Uint8Array, from: Deno.NetAddr, to: Deno.NetAddr): void {
    const { loss, duplication } = this.weather;
    const { random } = this.#world;
    if (random.chance(loss)) return;
    const copies = random.chance(duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.#world.clock.after(this.delay(), () => {
        const socket = this.#udp.get(keyOf(to));
        if (socket !== undefined) this.#world.wake(socket.owner, () => socket.arrive(bytes, from));
      });
    }
  }

  forgetUdp(socket: SimUdp): void {
    this.#udp.delete(keyOf(socket.addr));
  }

  forgetTcp(end: TcpEnd): void {
    this.#ends.delete(end);
  }

  /** `process` has ended. */
  kill(process: Process, how: "killed" | "power cut"): void {
    if (how === "power cut") this.#dark.add(process.host);
    for (const [key, { owner }] of this.#udp) if (owner === process) this.#udp.delete(key);
    for (const [key, { owner }] of this.#listeners) {
      if (owner === process) this.#listeners.delete(key);
    }
    for (const end of this.endsOf(process)) {
      this.#ends.delete(end);
      if (how === "killed") end.abandon();
    }
  }

  /** How long something is under way. */
  delay(): number {
    return this.#world.random.between(...this.weather.delay);
  }

  /** `bytes` in the pieces in which they arrive. */
  cutUp(bytes: Uint8Array): Uint8Array[] {
    const { random } = this.#world;
    const pieces: Uint8Array[] = [];
    let rest = bytes;
    while (pieces.length + 1 < this.pieces && rest.length > 1) {
      const length = Math.floor(random.between(1, rest.length));
      pieces.push(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
    return [...pieces, rest];
  }

  /** How many of `length` bytes the system takes of one write. */
  takenAtOnce(length: number): number {
    return this.pieces === 1 ? length : Math.ceil(this.#world.random.between(0, length));
  }

  /** Has `process` do something after `delay` milliseconds. */
  later(process: Process, delay: number, action: () => void): void {
    this.#world.after(delay, process, action);
  }

  /** Has something of `from` arrive at `to`, if there is anybody. */
  carry(delay: number, from: TcpEnd, to: TcpEnd, arrival: () => void): void {
    this.#world.clock.after(delay, () => {
      if (from.silenced || this.#dark.has(to.owner.host) || this.#dark.has(from.owner.host)) return;
      if (to.open && to.owner.alive) return this.#world.wake(to.owner, arrival);
      // Nobody is there to take it, and the sender is told so.
      this.later(from.owner, this.delay(), () => from.break());
    });
  }

  #bind(owner: Process, port: number, transport: "tcp" | "udp"): Deno.NetAddr {
    return { transport, hostname: owner.host, port: port === 0 ? ++this.#lastPort : port };
  }
}

function keyOf({ hostname, port }: Deno.NetAddr): string {
  return `${hostname}:${port}`;
}

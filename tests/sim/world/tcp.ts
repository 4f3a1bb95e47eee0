/**
 * One end of a TCP connection of a world, as far as Parley uses one.
 *
 * Bytes arrive in order, in any pieces, and after any time; a writer waits when its peer does not
 * read. A connection can be cut at any byte, or fall silent in either direction for good.
 */

import type { Network } from "./network.ts";
import type { Process } from "./world.ts";

/** Bytes that may be on their way, or waiting to be read, in one direction. */
const WINDOW = 64 * 1024;

/** Pieces that somebody on the wire writes down. */
const MAX_RECORDED = 16;

/** What Deno.connect and a listener's accept return. */
export class TcpEnd {
  readonly #network: Network;
  #peer!: TcpEnd;
  /** Arrived and not read yet. */
  readonly #arrived: Uint8Array[] = [];
  /** Sent, and not read by the peer yet. */
  #underWay = 0;
  #lastArrival = 0;
  #endArrived = false;
  #endSent = false;
  #closed = false;
  #broken = false;
  #reading: { buffer: Uint8Array; taken: PromiseWithResolvers<number | null> } | undefined;
  #writing: { bytes: Uint8Array; taken: PromiseWithResolvers<number> } | undefined;
  /** Nothing that it sends arrives any more. */
  silenced = false;
  /** Until then, nothing arrives here: the way is congested. */
  stalledUntil = 0;
  /** What arrived first, for whoever listens on the wire. */
  readonly recorded: Uint8Array[] = [];
  /** What the wire does to the next piece, once. */
  tamper: ((bytes: Uint8Array) => Uint8Array) | undefined;

  private constructor(
    network: Network,
    readonly owner: Process,
    readonly localAddr: Deno.NetAddr,
    readonly remoteAddr: Deno.NetAddr,
  ) {
    this.#network = network;
  }

  /** Two ends of one connection: of who connects, and of who accepts. */
  static pair(
    network: Network,
    [client, clientAddress]: readonly [Process, Deno.NetAddr],
    [server, serverAddress]: readonly [Process, Deno.NetAddr],
  ): [TcpEnd, TcpEnd] {
    const near = new TcpEnd(network, client, clientAddress, serverAddress);
    const far = new TcpEnd(network, server, serverAddress, clientAddress);
    near.#peer = far;
    far.#peer = near;
    return [near, far];
  }

  get peer(): TcpEnd {
    return this.#peer;
  }

  /** Whether its owner has it open. */
  get open(): boolean {
    return !this.#closed;
  }

  setNoDelay(): void {}

  read(buffer: Uint8Array): Promise<number | null> {
    if (this.#closed) return Promise.reject(new Deno.errors.BadResource("closed"));
    const taken = Promise.withResolvers<number | null>();
    this.#reading = { buffer, taken };
    this.#proceed();
    return taken.promise;
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#closed) return Promise.reject(new Deno.errors.BadResource("closed"));
    if (this.#broken || this.#endSent) return Promise.reject(new Deno.errors.BrokenPipe("broken"));
    const taken = Promise.withResolvers<number>();
    this.#writing = { bytes, taken };
    this.#proceed();
    return taken.promise;
  }

  closeWrite(): Promise<void> {
    if (this.#closed || this.#broken) {
      return Promise.reject(new Deno.errors.NotConnected("not connected"));
    }
    this.#sendEnd();
    return Promise.resolve();
  }

  close(): void {
    if (this.#closed) throw new Deno.errors.BadResource("closed already");
    this.#closed = true;
    this.#network.forgetTcp(this);
    const error = new Deno.errors.Interrupted("closed");
    this.#reading?.taken.reject(error);
    this.#writing?.taken.reject(error);
    this.#leave();
  }

  /** The connection is broken, and this end hears of it: what is under way is lost. */
  break(): void {
    this.#broken = true;
    this.#arrived.splice(0);
    this.#proceed();
  }

  /** Its process is gone. */
  abandon(): void {
    this.#closed = true;
    this.#leave();
  }

  /** Does whatever can be done of what was asked for. */
  #proceed(): void {
    this.#proceedReading();
    this.#proceedWriting();
  }

  #proceedReading(): void {
    if (this.#reading === undefined) return;
    const { buffer, taken } = this.#reading;
    const [first] = this.#arrived;
    if (this.#broken) {
      taken.reject(new Deno.errors.ConnectionReset("reset"));
    } else if (first !== undefined) {
      const length = Math.min(first.length, buffer.length);
      buffer.set(first.subarray(0, length));
      if (length === first.length) this.#arrived.shift();
      else this.#arrived[0] = first.subarray(length);
      this.#peer.#taken(length);
      taken.resolve(length);
    } else if (this.#endArrived) {
      taken.resolve(null);
    } else {
      return;
    }
    this.#reading = undefined;
  }

  #proceedWriting(): void {
    if (this.#writing === undefined) return;
    const { bytes, taken } = this.#writing;
    if (this.#broken) {
      this.#writing = undefined;
      return taken.reject(new Deno.errors.BrokenPipe("broken"));
    }
    const length = Math.min(WINDOW - this.#underWay, this.#network.takenAtOnce(bytes.length));
    if (length === 0) return;
    this.#writing = undefined;
    this.#underWay += length;
    this.#network.tap(bytes, this.remoteAddr);
    for (const piece of this.#network.cutUp(bytes.slice(0, length))) {
      this.#carry(() => this.#peer.#arrive(piece));
    }
    taken.resolve(length);
  }

  /** The peer has read so much. */
  #taken(length: number): void {
    this.#underWay -= length;
    if (this.#writing === undefined) return;
    this.#network.later(this.owner, 1, () => this.#proceed());
  }

  #arrive(bytes: Uint8Array): void {
    const { tamper } = this;
    this.tamper = undefined;
    const piece = tamper?.(bytes) ?? bytes;
    if (this.recorded.length < MAX_RECORDED) this.recorded.push(piece);
    this.#arrived.push(piece);
    this.#proceed();
  }

  /** What was not read tells the peer that it was in vain; so does what still comes. */
  #leave(): void {
    if (this.#arrived.length > 0) this.#carry(() => this.#peer.break());
    else this.#sendEnd();
  }

  #sendEnd(): void {
    if (this.#endSent) return;
    this.#endSent = true;
    this.#carry(() => {
      this.#peer.#endArrived = true;
      this.#peer.#proceed();
    });
  }

  /** Has `arrival` happen at the peer, after all that was sent before. */
  #carry(arrival: () => void): void {
    const { now } = this.#network;
    const at = Math.max(now + this.#network.delay(), this.#lastArrival, this.#peer.stalledUntil);
    this.#lastArrival = at;
    this.#network.carry(at - now, this, this.#peer, arrival);
  }
}

/**
 * One client's TCP connection as the server sees it: a link, a number, and a name for the trace.
 *
 * It decides nothing. Receipts are held back to the end of the turn, where one of them stands for
 * all before it.
 */

import { framesOf, type Receipt, type Run } from "../codec/mod.ts";
import type { ConnectionId } from "../session/mod.ts";
import type { Link } from "../transport/mod.ts";
import type { Observer, Traced } from "./events.ts";

/** A TCP connection with its place at the server. */
export class Connection {
  readonly #observer: Observer;
  #receipt: Receipt | undefined;
  /** The client-ID once it is known, until then the address. */
  name: string;
  /** Whether its CONNECT was accepted. */
  connected = false;

  constructor(readonly id: ConnectionId, readonly link: Link, observer: Observer) {
    this.#observer = observer;
    this.name = link.remoteHost;
  }

  /** Tells the trace what arrived. */
  received(run: Run): void {
    this.#trace("received", run);
  }

  /** Puts `run` into what the next flush writes. */
  send(run: Run): void {
    if (run.type === "RECEIPT" && this.#receipt?.sessionId === run.sessionId) {
      this.#receipt = run;
      return;
    }
    if (run.type !== "CHAT") this.#sendReceipt();
    if (run.type === "RECEIPT") this.#receipt = run;
    else this.#sendNow(run);
  }

  /** Writes what was sent. */
  flush(): void {
    this.#sendReceipt();
    this.link.flush();
  }

  /** Closes once what was sent has arrived; nothing more is sent. */
  async finish(): Promise<void> {
    this.#sendReceipt();
    await this.link.finish();
  }

  #sendReceipt(): void {
    const receipt = this.#receipt;
    if (receipt === undefined) return;
    this.#receipt = undefined;
    this.#sendNow(receipt);
  }

  #sendNow(run: Run): void {
    if (!this.link.open) return;
    this.#trace("sent", run);
    for (const frame of framesOf(run)) this.link.send(frame);
  }

  #trace(direction: Traced["direction"], run: Run): void {
    if (this.#observer.trace === undefined) return;
    for (const message of framesOf(run)) {
      this.#observer.trace({ direction, peer: this.name, message });
    }
  }
}

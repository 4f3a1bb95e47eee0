/**
 * One client's TCP connection as the server sees it: a link, a number, and a name for the trace.
 *
 * It decides nothing. Receipts are held back to the end of the turn, where one of them stands for
 * all before it.
 */

import type { Frame, Receipt } from "../codec/mod.ts";
import type { ConnectionId } from "../session/mod.ts";
import type { Link } from "../transport/mod.ts";
import type { Observer } from "./events.ts";

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
  received(message: Frame): void {
    this.#observer.trace?.({ direction: "received", peer: this.name, message });
  }

  /** Puts `frame` into what the next flush writes. */
  send(frame: Frame): void {
    if (frame.type === "RECEIPT" && this.#receipt?.sessionId === frame.sessionId) {
      this.#receipt = frame;
      return;
    }
    if (frame.type !== "CHAT") this.#sendReceipt();
    if (frame.type === "RECEIPT") this.#receipt = frame;
    else this.#sendNow(frame);
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

  #sendNow(message: Frame): void {
    if (!this.link.open) return;
    this.#observer.trace?.({ direction: "sent", peer: this.name, message });
    this.link.send(message);
  }
}

/**
 * The protocol messages of one client as one side traces them, such as `sent CHAT_REQUEST(bob)`.
 *
 * A datagram that got lost, or whose answer was slow, is sent and answered again. Such a repeat
 * says nothing new, so it is left out: what remains is the same on every machine. All else that
 * crosses the wire is kept.
 */

import { Lines } from "./lines.ts";

const DATAGRAM = /^\w+ (HELLO|CHALLENGE|RESPONSE|AUTH_SUCCESS|AUTH_FAIL)\b/;

/** The messages at one end. */
export class Wire extends Lines {
  /** The datagrams of the latest login. */
  readonly #datagrams = new Set<string>();
  #settled = false;

  override push(line: string): void {
    const [, name] = DATAGRAM.exec(line) ?? [];
    if (name === "HELLO" && this.#settled) {
      this.#datagrams.clear();
      this.#settled = false;
    }
    if (name !== undefined && this.#datagrams.has(line)) return;
    if (name !== undefined) this.#datagrams.add(line);
    if (name === "AUTH_FAIL" || line.endsWith(" CONNECTED")) this.#settled = true;
    super.push(line);
  }
}

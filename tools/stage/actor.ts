/**
 * A real client process with a person in front of it: what they type and see, and the messages
 * that cross the wire meanwhile, checked at both of its ends.
 *
 * Everything that happens is told to whoever watches, in the order in which it was checked. What
 * should happen is not known here.
 */

import { Program } from "./program.ts";
import type { Server } from "./server.ts";
import { Wire } from "./wire.ts";

/** Something that happened on the stage. */
export interface Told {
  /** The client. */
  readonly id: string;
  readonly does: "types" | "sees" | "sends" | "receives" | "closes TCP";
  /** The line or the message; empty for "closes TCP". */
  readonly what: string;
}

/** Who watches; what happens next waits for it. */
export type Watch = (told: Told) => Promise<void> | void;

/** A client and the person in front of it. Disposing of it kills the process. */
export class Actor implements AsyncDisposable {
  readonly program: Program;
  readonly #wire: Wire;
  readonly #server: Server;
  readonly #watch: Watch;

  /** @param id the client-ID */
  constructor(readonly id: string, server: Server, watch: Watch) {
    const wire = new Wire(`the messages of ${id}`);
    this.#wire = wire;
    this.#server = server;
    this.#watch = watch;
    this.program = new Program("client", {
      name: id,
      args: [id, "--server", server.address, "--trace"],
      onError: (line) => {
        if (line.startsWith("trace ")) wire.push(line.slice("trace ".length));
      },
    });
  }

  /** Types a line. */
  async types(what: string): Promise<void> {
    await this.#watch({ id: this.id, does: "types", what });
    await this.program.type(what);
  }

  /** The next line on the screen is `what`. */
  async sees(what: string): Promise<void> {
    await this.program.screen.expect(what);
    await this.#watch({ id: this.id, does: "sees", what });
  }

  /** The next message of this client goes to the server, which receives it. */
  async sends(message: string | RegExp): Promise<string> {
    return await this.#passes("sends", message, "sent", "received");
  }

  /** The next message of this client comes from the server, which sent it. */
  async receives(message: string | RegExp): Promise<string> {
    return await this.#passes("receives", message, "received", "sent");
  }

  /** The server tells that this client connected. */
  async isConnected(): Promise<void> {
    await this.#server.presence(this.id).expect("connected");
  }

  /** This client's end of the TCP connection is closed, as the server tells. */
  async closesTcp(): Promise<void> {
    await this.#server.presence(this.id).expect("disconnected: connection closed");
    await this.#watch({ id: this.id, does: "closes TCP", what: "" });
  }

  /** Leaves: no more is typed. Whatever was on the screen or on the wire must have been told. */
  async leaves(): Promise<void> {
    await this.program.endInput();
    await this.program.exit();
    for (const lines of [this.program.screen, this.#wire, this.#server.wire(this.id)]) {
      lines.expectNoMore();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
  }

  async #passes(
    does: "sends" | "receives",
    message: string | RegExp,
    here: string,
    there: string,
  ): Promise<string> {
    const wanted = typeof message === "string"
      ? `${here} ${message}`
      : new RegExp(`^${here} ${message.source}$`);
    const what = (await this.#wire.expect(wanted)).slice(here.length + 1);
    await this.#server.wire(this.id).expect(`${there} ${what}`);
    await this.#watch({ id: this.id, does, what });
    return what;
  }
}

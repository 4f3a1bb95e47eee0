/** A `--json` client whose orders the test gives, and whose events it reads. */

import { assertEquals } from "@std/assert";
import type { ChatClientOptions } from "../../lib/client/mod.ts";
import { runJson } from "../../lib/shell/json/json.ts";
import type { Line } from "../../lib/terminal/mod.ts";
import { ALICE, secretOf } from "../server/rig.ts";
import { Inbox } from "../server/waiting.ts";

/** An event as it was read. */
export type Told = Readonly<Record<string, unknown>>;

/** What a test may want otherwise. */
export interface JsonRigOptions {
  readonly limits?: ChatClientOptions["limits"];
  readonly logOn?: boolean;
  readonly reconnect?: boolean;
}

/** alice's client, running. */
export class JsonRig {
  /** Every line that came out. */
  readonly lines: string[] = [];
  /** Resolves, when it ends, with whether everything could be done. */
  readonly ended: Promise<boolean>;
  readonly #events = new Inbox<Told>();
  #input!: ReadableStreamDefaultController<Line<undefined>>;
  #closed = false;

  constructor(
    server: ChatClientOptions["server"],
    { limits = {}, logOn = false, reconnect = false }: JsonRigOptions = {},
  ) {
    const lines = new ReadableStream<Line<undefined>>({
      start: (input) => void (this.#input = input),
    });
    this.ended = runJson({
      client: { server, clientId: ALICE, secret: secretOf(ALICE)!, limits },
      terminal: {
        lines: <Begun>() => lines as unknown as AsyncIterable<Line<Begun>>,
        print: (line) => {
          this.lines.push(line);
          this.#events.put(JSON.parse(line));
        },
        close: () => this.end(),
      },
      logOn,
      reconnect,
    });
  }

  /** Gives orders, or whatever else stands on a line. */
  give(...lines: (string | object)[]): void {
    for (const line of lines) {
      const text = typeof line === "string" ? line : JSON.stringify(line);
      this.#input.enqueue({ text, pasted: false, begun: undefined });
    }
  }

  /** Ends the input. */
  end(): void {
    if (!this.#closed) this.#input.close();
    this.#closed = true;
  }

  /** The next event, which must be this. */
  async tells(expected: Told): Promise<void> {
    assertEquals(await this.#events.take(JSON.stringify(expected), () => true), expected);
  }

  /** The next event of this name, wherever it stands. */
  event(name: string): Promise<Told> {
    return this.#events.take(name, ({ event }) => event === name);
  }
}

/**
 * A real server process on free ports, with what its trace and its log say about each client.
 *
 * It says nothing about what should be there.
 */

import { Lines, StageError } from "./lines.ts";
import { Program } from "./program.ts";
import { Wire } from "./wire.ts";

const LISTENING = /^Parley server listening on (?<address>\S+) \(UDP\) and \S+ \(TCP\)$/;
const TRACE = /^trace (?<message>(?:sent|received) .*) (?:to|from) (?<id>\S+)$/;
const NOTE = /^\S+ (?<id>\S+) is (?<what>(?:dis)?connected.*)$/;

/** How a server is started. */
export interface ServerOptions {
  /** The file of the history. */
  readonly history: string;
  /** The file of the subscribers; by default, the sample. */
  readonly subscribers?: string;
  readonly args?: readonly string[];
}

/** A running server. Disposing of it kills it. */
export class Server implements AsyncDisposable {
  readonly program: Program;
  /** Where clients log on, as their --server flag takes it. */
  address = "";
  readonly #wires = new Map<string, Wire>();
  readonly #presences = new Map<string, Lines>();

  private constructor({ history, subscribers = "subscribers.toml", args = [] }: ServerOptions) {
    this.program = new Program("server", {
      args: ["--port", "0", "--history", history, "--subscribers", subscribers, "--trace", ...args],
      onError: (line) => this.#sort(line),
    });
  }

  /**
   * Starts a server and waits until it listens.
   *
   * @throws {StageError} when it does not
   */
  static async start(options: ServerOptions): Promise<Server> {
    const server = new Server(options);
    try {
      server.address = await server.#listening();
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The clients that the trace names. */
  get ids(): Iterable<string> {
    return this.#wires.keys();
  }

  /** The messages that went between the server and `id`. */
  wire(id: string): Wire {
    return entry(this.#wires, id, () => new Wire(`the server's messages with ${id}`));
  }

  /** `connected` and `disconnected: why`, in turn. */
  presence(id: string): Lines {
    return entry(this.#presences, id, () => new Lines(`the server's log about ${id}`));
  }

  /** Stops the server in order, as far as the system knows how to ask for that. */
  async stop(): Promise<number> {
    this.program.kill("SIGINT");
    return await this.program.exit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
  }

  async #listening(): Promise<string> {
    try {
      return LISTENING.exec(await this.program.screen.expect(LISTENING))!.groups!.address!;
    } catch (error) {
      if (!(error instanceof StageError)) throw error;
      throw new StageError([error.message, ...this.program.errors.all].join("\n"));
    }
  }

  #sort(line: string): void {
    const trace = TRACE.exec(line)?.groups;
    if (trace !== undefined) this.wire(trace.id!).push(trace.message!);
    const note = NOTE.exec(line)?.groups;
    if (note !== undefined) this.presence(note.id!).push(note.what!);
  }
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

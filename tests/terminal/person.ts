/** A person at the terminal of a program that does what a test calls for, by way of tmux. */

import { fromFileUrl } from "@std/path";
import { hasTmux, Tmux } from "../../tools/stage/tmux.ts";

const FIXTURE = fromFileUrl(new URL("./terminal_fixture.ts", import.meta.url));
const CONFIG = fromFileUrl(new URL("../../deno.json", import.meta.url));
/** A program that is silent for so long is given up, in milliseconds, and its test fails. */
const PATIENCE = 30_000;

/** What the program can be told to do with its terminal. */
export type Call =
  | { readonly print: string }
  | { readonly prompt: string }
  | { readonly complete: readonly string[] }
  | { readonly alert: string }
  /**
   * Pages `line 1` to `line N`, with `last` in place of the last one, fetched in chunks; the first
   * chunk cannot be had if it `fails`.
   */
  | {
    readonly page: number;
    readonly chunk: number;
    readonly last?: string;
    readonly fails?: boolean;
  }
  /** Asks for something that is not shown, and tells the answer. */
  | { readonly ask: string }
  | { readonly throw: string }
  /** Tells all about each line from now on: how things were when it was begun is the prompt then. */
  | { readonly details: true }
  /** Does not end with its lines, but waits. */
  | { readonly stay: true }
  | { readonly close: true };

/** The program on a screen, with a connection to tell it what to do and hear what was typed. */
export class Person implements AsyncDisposable {
  readonly tmux: Tmux;
  /** The program's process. */
  pid!: number;
  readonly #listener: Deno.TcpListener;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #heard: ReadableStreamDefaultReader<string>;
  readonly #lines: string[] = [];
  #pending = "";

  private constructor(tmux: Tmux, listener: Deno.TcpListener, connection: Deno.TcpConn) {
    this.tmux = tmux;
    this.#listener = listener;
    this.#writer = connection.writable.getWriter();
    this.#heard = connection.readable.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Sits down at a screen of 40 columns and 16 rows. */
  static async sitDown(mode: "remote" | "secret" | "job" = "remote"): Promise<Person> {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const patience = setTimeout(() => listener.close(), PATIENCE);
    const program = [Deno.execPath(), "run", "-A", "--no-check", "--config", CONFIG, FIXTURE];
    const arguments_ = [...program, mode, `${listener.addr.port}`];
    const tmux = await Tmux.open(arguments_, { columns: 40, rows: 16 });
    const connection = await listener.accept();
    clearTimeout(patience);
    const person = new Person(tmux, listener, connection);
    person.pid = Number(await person.heard());
    if (mode !== "secret") await person.sees("you>");
    return person;
  }

  /** Has the program do something. */
  async call(...calls: Call[]): Promise<void> {
    const lines = calls.map((call) => `${JSON.stringify(call)}\n`).join("");
    await this.#writer.write(new TextEncoder().encode(lines));
  }

  /** The line that the program heard next; undefined once it has ended. */
  async heard(): Promise<string | undefined> {
    while (this.#lines.length === 0) {
      const { value } = await this.#heard.read();
      if (value === undefined) return undefined;
      const lines = (this.#pending + value).split("\n");
      this.#pending = lines.pop()!;
      this.#lines.push(...lines);
    }
    return this.#lines.shift();
  }

  async type(...keys: string[]): Promise<void> {
    await this.tmux.type(...keys);
  }

  async sees(...lines: string[]): Promise<void> {
    await this.tmux.sees(...lines);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.tmux[Symbol.asyncDispose]();
    await this.#heard.cancel();
    await this.#writer.abort().catch(() => {});
  }
}

const ignore = !await hasTmux();

/** A test that needs a terminal; `behaviour` follows "an interactive terminal". */
export function screenTest(behaviour: string, fn: () => Promise<void>): void {
  const name = `an interactive terminal ${behaviour}`;
  Deno.test({ name: ignore ? `${name} (skipped: there is no tmux here)` : name, ignore, fn });
}

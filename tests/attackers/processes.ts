/**
 * Processes that talk in lines: the server program, and the helpers of a measurement.
 *
 * It knows how to start, read and end them, and how much of the processor one has had; not what
 * they say.
 */

import { fromFileUrl } from "@std/path";
import { commandOf, Lines, ROOT } from "../../tools/stage/mod.ts";

/** Ticks of the processor's clock per second, as Linux counts them in /proc. */
const TICKS = 100;

/** A running process. Disposing of it kills it. */
export class Process implements AsyncDisposable {
  /** What it wrote to standard output. */
  readonly lines: Lines;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #read: Promise<void>;

  private constructor(name: string, args: string[], stderr: "inherit" | "null") {
    this.lines = new Lines(`the output of ${name}`);
    this.#child = new Deno.Command(Deno.execPath(), {
      args,
      cwd: ROOT,
      stdin: "piped",
      stdout: "piped",
      stderr,
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#read = this.#readLines();
  }

  /** The server program, as its task starts it; `flags` are for Deno itself. */
  static server(args: readonly string[], flags: readonly string[] = []): Process {
    const [run, ...rest] = commandOf("server");
    return new Process("the server", [run!, ...flags, ...rest, ...args], "null");
  }

  /** A program beside this file. */
  static helper(name: string, args: readonly string[]): Process {
    const path = fromFileUrl(new URL(name, import.meta.url));
    const run = ["run", "--allow-net", "--allow-read", "--allow-env"];
    return new Process(name, [...run, path, ...args], "inherit");
  }

  /** Types a line. */
  async type(line: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Ends its input, and waits for its end. */
  async finish(): Promise<void> {
    await this.#input.close();
    await this.#end();
  }

  /** Asks it to stop in order, and waits for its end. */
  async stop(): Promise<void> {
    this.#child.kill("SIGINT");
    await this.#end();
  }

  /** Seconds that it has had a processor for; undefined where the system does not say. */
  processorTime(): number | undefined {
    if (Deno.build.os !== "linux") return undefined;
    // Deno itself reads nothing in /proc unless it may do everything.
    const { stdout } = new Deno.Command("cat", { args: [`/proc/${this.#child.pid}/stat`] })
      .outputSync();
    const stat = new TextDecoder().decode(stdout);
    // The second field is a name in brackets; user and system time are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.#input.close().catch(() => {});
    await this.#end();
  }

  async #end(): Promise<void> {
    await Promise.all([this.#read, this.#child.status]);
  }

  async #readLines(): Promise<void> {
    for await (const line of lines(this.#child.stdout)) this.lines.push(line);
    this.lines.end();
  }
}

/** The lines of this process's own input, as they come. */
export function typedLines(): AsyncIterable<string> {
  return lines(Deno.stdin.readable);
}

async function* lines(bytes: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let last = "";
  for await (const piece of bytes.pipeThrough(new TextDecoderStream())) {
    const whole = (last + piece).split("\n");
    last = whole.pop()!;
    yield* whole;
  }
}

/**
 * The server program as a process of its own, and what the system and V8 tell of it.
 *
 * It is started as its task starts it, with its own durable history and the inspector, which tells
 * the heap. Nothing here knows what the clients do.
 */

import { commandOf, freePort } from "../../tools/stage/mod.ts";
import { Inspector } from "./inspector.ts";
import { ROOT } from "../../tools/build/programs.ts";

const LISTENING = /^Parley server listening on 127\.0\.0\.1:(?<port>\d+) /m;
const INSPECTOR = /^Debugger listening on (?<url>ws:\S+)$/m;
/** What the log of a server says when clients come, chat and go by themselves. */
const USUAL =
  /^(\S+ (accepted a log-on as .*|\S+ is (connected|disconnected: connection closed)|chat \d+ (started|ended).*)|Debugger .*|Visit chrome:.*|)$/;

/** What a process holds at one moment; undefined where this system does not tell. */
export interface Usage {
  /** Resident memory, in bytes. */
  readonly rss: number | undefined;
  /** JavaScript heap in use, in bytes. */
  readonly heap: number;
  /** Open file descriptors. */
  readonly handles: number | undefined;
}

/** A running server. Disposing of it kills it. */
export class ServerProcess implements AsyncDisposable {
  /** Lines of its log that clients which do nothing wrong do not cause. */
  readonly complaints: string[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #output: Promise<unknown>;
  readonly #ready: Promise<[Record<string, string>, Record<string, string>]>;
  #inspector!: Inspector;
  #port = 0;

  private constructor(subscribers: string, history: string) {
    const [run, ...flags] = commandOf("server");
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        // Deno 2.5 does not tell which port the inspector got when it may take any.
        ...[run!, `--inspect=127.0.0.1:${freePort()}`, ...flags],
        ...["--port", "0", "--subscribers", subscribers, "--history", history],
      ],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const port = find(this.#child.stdout, LISTENING, () => {});
    const url = find(this.#child.stderr, INSPECTOR, (line) => {
      if (!USUAL.test(line)) this.complaints.push(line);
    });
    this.#output = Promise.all([port.ended, url.ended]);
    this.#ready = Promise.all([port.found, url.found]);
  }

  /** Starts a server and waits until it listens. */
  static async start(subscribers: string, history: string): Promise<ServerProcess> {
    const server = new ServerProcess(subscribers, history);
    try {
      const [{ port }, { url }] = await server.#ready;
      server.#port = Number(port);
      server.#inspector = await Inspector.open(url!);
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw new Error(`the server does not start:\n${server.complaints.join("\n")}`, {
        cause: error,
      });
    }
  }

  /** Where clients log on. */
  get address(): { host: string; port: number } {
    return { host: "127.0.0.1", port: this.#port };
  }

  /** What it holds now. */
  async usage(): Promise<Usage> {
    const heap = await this.#inspector.heapUsed();
    return { heap, ...await resources(this.#child.pid) };
  }

  /** Lets go of everything on the heap that nothing refers to. */
  collectGarbage(): Promise<void> {
    return this.#inspector.collectGarbage();
  }

  /** Stops it in order, and returns the exit code. */
  async stop(): Promise<number> {
    this.#inspector.close();
    this.#child.kill("SIGINT");
    const { code } = await this.#child.status;
    await this.#output;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#inspector?.close();
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#child.status;
    await this.#output;
  }
}

/** Deno itself may read /proc only with all permissions, so other programs do it. */
async function resources(pid: number): Promise<Pick<Usage, "rss" | "handles">> {
  if (Deno.build.os !== "linux") return { rss: undefined, handles: undefined };
  const [status, handles] = await Promise.all([
    outputOf("cat", `/proc/${pid}/status`),
    outputOf("ls", `/proc/${pid}/fd`),
  ]);
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status)!;
  return { rss: Number(kibibytes) * 1024, handles: handles.trim().split("\n").length };
}

async function outputOf(command: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(command, { args: [...args] }).output();
  return new TextDecoder().decode(stdout);
}

/** Reads lines to their end; `found` is what the groups of `wanted` match in the first such line. */
function find(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  wanted: RegExp,
  onLine: (line: string) => void,
): { found: Promise<Record<string, string>>; ended: Promise<void> } {
  const found = Promise.withResolvers<Record<string, string>>();
  const read = async (): Promise<void> => {
    let last = "";
    for await (const piece of bytes.pipeThrough(new TextDecoderStream())) {
      const lines = (last + piece).split(/\r?\n/);
      last = lines.pop()!;
      for (const line of lines) {
        const groups = wanted.exec(line)?.groups;
        if (groups !== undefined) found.resolve(groups);
        onLine(line);
      }
    }
    found.reject(new Error("it ended"));
  };
  found.promise.catch(() => {});
  return { found: found.promise, ended: read() };
}

/**
 * A program of this repository as a real process: its keyboard, its screen, its errors, its end.
 *
 * What the programs say is not known here, nor how they are started.
 */

import { type Launch, launchOf, type Task } from "./launch.ts";
import { Lines, StageError, within } from "./lines.ts";

/** How a program is started. */
export interface ProgramOptions {
  /** What errors call it. */
  readonly name?: string;
  readonly args: readonly string[];
  /** Added to the environment that programs are started with. */
  readonly env?: Readonly<Record<string, string>>;
  /** By default, as the stage starts its programs. */
  readonly launch?: Launch;
  /** Hears each line on standard error, after it was added to `errors`. */
  readonly onError?: (line: string) => void;
}

/** A running program. Disposing of it kills it. */
export class Program implements AsyncDisposable {
  /** Standard output. */
  readonly screen: Lines;
  /** Standard error. */
  readonly errors: Lines;
  readonly #name: string;
  readonly #child: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array>;
  readonly #ended: Promise<Deno.CommandStatus>;

  constructor(
    task: Task,
    { name = task, args, env, launch = launchOf(task), onError }: ProgramOptions,
  ) {
    this.#name = name;
    this.screen = new Lines(`the screen of ${name}`);
    this.errors = new Lines(`the errors of ${name}`);
    const child = new Deno.Command(launch.command, {
      args: [...launch.args, ...args],
      cwd: launch.cwd,
      clearEnv: true,
      env: { ...launch.env, ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#child = child;
    this.#keyboard = child.stdin.getWriter();
    this.#ended = Promise.all([
      child.status,
      readLines(child.stdout, this.screen),
      readLines(child.stderr, this.errors, onError),
    ]).then(([status]) => status);
  }

  /** What the system knows it by. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Types `text` and Enter. Resolves when the program has taken it, or is gone. */
  async type(text: string): Promise<void> {
    await this.#keyboard.write(new TextEncoder().encode(`${text}\n`)).catch(() => {});
  }

  /** Ends the input. */
  async endInput(): Promise<void> {
    await this.#keyboard.close().catch(() => {});
  }

  /** Sends a signal, if the program is still there. */
  kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      // It has ended already, which each version of Deno tells in another way.
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /**
   * Waits for the end, when all of the output is there too.
   *
   * @returns the exit code
   * @throws {StageError} when it goes on and on
   */
  async exit(): Promise<number> {
    const { code } = await within(
      this.#ended,
      () => new StageError(`${this.#name} does not end. It shows:\n${this.screen.all.join("\n")}`),
    );
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.endInput();
    await this.#ended;
  }
}

/** Runs a program with nothing typed, and waits for its end. */
export async function run(
  task: Task,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; output: string; errors: string }> {
  await using program = new Program(task, { args, env });
  await program.endInput();
  const code = await program.exit();
  return {
    code,
    output: program.screen.all.join("\n"),
    errors: program.errors.all.join("\n"),
  };
}

async function readLines(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  lines: Lines,
  onLine?: (line: string) => void,
): Promise<void> {
  const add = (line: string): void => {
    lines.push(line);
    onLine?.(line);
  };
  let last = "";
  for await (const piece of bytes.pipeThrough(new TextDecoderStream())) {
    const whole = (last + piece).split("\n");
    last = whole.pop()!;
    for (const line of whole) add(line.replace(/\r$/, ""));
  }
  if (last !== "") add(last);
  lines.end();
}

/**
 * A server under load as the operating system sees it: started, pinned to a core, measured.
 *
 * Processor time and memory come from Linux's /proc. Deno itself may read that only with all
 * permissions, so another program does.
 */

import { delay } from "@std/async/delay";

/** The core of the server, and that of the load. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

/** Ticks of a second in /proc/PID/stat: USER_HZ, which is 100 on every Linux that runs Deno. */
const TICKS = 100;

/** How to start a server. */
export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it is ready, judging by a connection to this port of 127.0.0.1. */
  readonly port: number;
}

/** A running server. Disposing of it ends it. */
export class ServerProcess implements AsyncDisposable {
  static readonly #running = new Set<ServerProcess>();
  readonly #child: Deno.ChildProcess;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
  }

  /** Starts a server on its core, and waits until it takes connections. */
  static async start({ command, args, cwd, env, port }: Start): Promise<ServerProcess> {
    const [program, ...rest] = [...pinnedTo(SERVER_CORE), command, ...args];
    const child = new Deno.Command(program!, {
      args: rest,
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const process = new ServerProcess(child);
    ServerProcess.#running.add(process);
    let ended = false;
    child.status.then(() => ended = true);
    for (let tries = 0; !await takesConnections(port); tries++) {
      if (tries < 200 && !ended) {
        await delay(50);
        continue;
      }
      await process[Symbol.asyncDispose]();
      throw new Error(`this does not listen on port ${port}: ${command} ${args.join(" ")}`);
    }
    return process;
  }

  /** Ends all that are running: for who gives up in the middle. */
  static async endAll(): Promise<void> {
    await Promise.all([...ServerProcess.#running].map((process) => process[Symbol.asyncDispose]()));
  }

  get pid(): number {
    return this.#child.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGTERM");
    } catch {
      // It has ended already.
    }
    // Some wait for their clients, who are gone without a word.
    const patience = setTimeout(() => this.#child.kill("SIGKILL"), 5_000);
    await this.#child.status;
    clearTimeout(patience);
    ServerProcess.#running.delete(this);
  }
}

/** What a process has used so far, in microseconds of processor time. */
export interface ProcessorTime {
  readonly user: number;
  readonly system: number;
}

/** Processor time of a process so far. */
export function processorTime(pid: number): ProcessorTime {
  const stat = outputOf("cat", `/proc/${pid}/stat`);
  // The name in parentheses may hold anything; field 14 and 15 count from after it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [fields[11], fields[12]].map((ticks) => Number(ticks) * 1e6 / TICKS);
  return { user: user!, system: system! };
}

/** Resident memory of a process in bytes: now, and the most there was. */
export function residentMemory(pid: number): { now: number; peak: number } {
  const status = outputOf("cat", `/proc/${pid}/status`);
  const read = (name: string): number =>
    1_024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)![1]);
  return { now: read("VmRSS"), peak: read("VmHWM") };
}

/** Keeps this process on the core of the load. */
export function pinSelf(): void {
  const [taskset] = pinnedTo(LOAD_CORE);
  if (taskset !== undefined) outputOf(taskset, "-a", "-cp", `${LOAD_CORE}`, `${Deno.pid}`);
}

/** What precedes the command of a process that is to stay on `core`, where that can be had. */
export function pinnedTo(core: number): string[] {
  return canPin() ? ["taskset", "-c", `${core}`] : [];
}

let pins: boolean | undefined;

/** Whether there are two cores, and a taskset to tell them apart. */
export function canPin(): boolean {
  return pins ??= navigator.hardwareConcurrency > 1 && has("taskset", "--version");
}

/** Whether `command` can be run. */
export function has(command: string, ...args: readonly string[]): boolean {
  try {
    new Deno.Command(command, { args: [...args] }).outputSync();
    return true;
  } catch {
    return false;
  }
}

/** What `command` writes, to standard output or else to standard error. */
export function outputOf(command: string, ...args: readonly string[]): string {
  const { stdout, stderr } = new Deno.Command(command, { args: [...args] }).outputSync();
  return new TextDecoder().decode(stdout.length > 0 ? stdout : stderr);
}

async function takesConnections(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}

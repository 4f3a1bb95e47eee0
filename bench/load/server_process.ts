/**
 * A server under load as the operating system sees it: started, pinned to a core, measured.
 *
 * Processor time comes from /proc, so there is none where that is missing.
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
  /** Whether it is ready, judging by a connection to this port of 127.0.0.1. */
  readonly port: number;
}

/** A running server. Disposing of it ends it. */
export class ServerProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
  }

  /** Starts a server on its core, and waits until it takes connections. */
  static async start({ command, args, cwd, port }: Start): Promise<ServerProcess> {
    const pinned = await canPin() ? ["taskset", "-c", `${SERVER_CORE}`] : [];
    const [program, ...rest] = [...pinned, command, ...args];
    const child = new Deno.Command(program!, {
      args: rest,
      ...(cwd === undefined ? {} : { cwd }),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const process = new ServerProcess(child);
    for (let tries = 0; !await takesConnections(port); tries++) {
      if (tries === 200) throw new Error(`${command} does not listen on port ${port}`);
      await delay(50);
    }
    return process;
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
    await this.#child.status;
  }
}

/** Processor time of a process so far, user and system, in microseconds. */
export function processorTime(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  // The name in parentheses may hold anything; field 14 and 15 count from after it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 1_000_000 / TICKS;
}

/** Resident memory of a process, in bytes. */
export function residentMemory(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return 1_024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]);
}

/** Keeps this process on the core of the load. */
export async function pinSelf(): Promise<void> {
  if (!await canPin()) return;
  await new Deno.Command("taskset", { args: ["-a", "-cp", `${LOAD_CORE}`, `${Deno.pid}`] })
    .output();
}

/** Whether there are two cores, and a taskset to tell them apart. */
export async function canPin(): Promise<boolean> {
  if (navigator.hardwareConcurrency < 2) return false;
  try {
    return (await new Deno.Command("taskset", { args: ["--version"] }).output()).success;
  } catch {
    return false;
  }
}

async function takesConnections(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}

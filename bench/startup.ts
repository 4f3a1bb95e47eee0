/**
 * `deno task bench-startup`: how soon each program is ready, how large it is, and how much memory it
 * then has; compiled, and from source with `deno run`. `--rounds 30` takes more rounds.
 *
 * A server is ready when it says that it listens, a client when it has answered a line that was
 * typed at once. The programs take turns, so that whatever else this machine does meets them all.
 */

import { delay } from "@std/async/delay";
import { join } from "@std/path";
import { readFlags, readNumber } from "../lib/terminal/mod.ts";
import { runCommand } from "../tools/build/command.ts";
import { DIST, ROOT } from "../tools/build/programs.ts";
import { executableSuffix } from "../tools/build/targets.ts";
import { type Launch, launchOf, Program, type Task } from "../tools/stage/mod.ts";

const DEFAULT_ROUNDS = 15;
/** Memory is looked at so long after a program is ready, in milliseconds. */
const REST = 300;

/** A program that is measured. */
interface Candidate {
  readonly name: string;
  readonly task: Task;
  readonly launch: Launch;
  /** In bytes. */
  readonly size: number | undefined;
  /** Milliseconds to being ready. */
  readonly times: number[];
  /** Resident memory in bytes. */
  readonly memory: number[];
}

async function main(): Promise<void> {
  const { text } = readFlags(Deno.args, { text: ["rounds"], switches: [] });
  const limits = { min: 1, max: 1_000, otherwise: DEFAULT_ROUNDS };
  const rounds = readNumber("--rounds", text.rounds, limits);
  const folder = await Deno.makeTempDir({ prefix: "parley-bench-" });
  try {
    await Deno.copyFile(join(ROOT, "subscribers.toml"), join(folder, "subscribers.toml"));
    const candidates = [
      compiled("parley", "client", folder),
      fromSource("client"),
      compiled("parley-server", "server", folder),
      fromSource("server"),
    ];
    // The first of each finds cold caches.
    for (let round = 0; round <= rounds; round++) {
      for (const candidate of candidates) await measure(candidate, folder, round > 0);
    }
    for (const line of table(candidates, rounds)) console.log(line);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function compiled(name: string, task: Task, cwd: string): Candidate {
  const command = join(DIST, name + executableSuffix());
  const { size } = Deno.statSync(command);
  return { name, task, launch: { command, args: [], cwd, env: {} }, size, times: [], memory: [] };
}

function fromSource(task: Task): Candidate {
  const name = `deno task ${task} (${Deno.version.deno})`;
  return { name, task, launch: launchOf(task), size: undefined, times: [], memory: [] };
}

async function measure(
  { task, launch, times, memory }: Candidate,
  folder: string,
  counts: boolean,
): Promise<void> {
  const server = task === "server";
  const history = join(folder, "history.db");
  const args = server ? ["--port", "0", "--history", history] : ["alice"];
  const start = performance.now();
  await using program = new Program(task, { args, launch });
  if (!server) await program.type("Chat bob");
  await program.screen.expect(server ? /^Parley server listening/ : /^Not connected/);
  const time = performance.now() - start;
  await delay(REST);
  const resident = await residentMemory(program.pid);
  if (!counts) return;
  times.push(time);
  if (resident !== undefined) memory.push(resident);
}

/** Undefined where there is no `ps`. */
async function residentMemory(pid: number): Promise<number | undefined> {
  if (Deno.build.os === "windows") return undefined;
  return 1_024 * Number(await runCommand("ps", ["-o", "rss=", "-p", `${pid}`], { folder: ROOT }));
}

function table(candidates: readonly Candidate[], rounds: number): string[] {
  const rows = candidates.map(({ name, size, times, memory }) => [
    name,
    `${median(times).toFixed(0)} ms`,
    `${Math.min(...times).toFixed(0)} ms`,
    size === undefined ? "" : megabytes(size),
    memory.length === 0 ? "" : megabytes(median(memory)),
  ]);
  const head = ["program", `ready (median of ${rounds})`, "fastest", "size", "memory"];
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]!.length)));
  return [head, ...rows].map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join("  "));
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

if (import.meta.main) await main();

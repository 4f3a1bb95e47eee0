/**
 * How the programs on the stage are started: the one place that knows.
 *
 * They run from source, as their tasks in deno.json have it, with the same permissions and no more.
 * Or, when PARLEY_PROGRAMS names a folder, they are the compiled programs in it, which stand there
 * as in their archives: beside the sample subscribers, in that folder, with nothing in their
 * environment. PARLEY_UNDER is what runs them then, such as `/usr/sbin/chroot FOLDER`.
 */

import { join } from "@std/path";
import config from "../../deno.json" with { type: "json" };
import { ROOT } from "../build/programs.ts";
import { executableSuffix } from "../build/targets.ts";

/** A task of deno.json that runs one program. */
export type Task = "server" | "client" | "demo" | "scenarios";

/** The folder of the compiled programs that are played with, instead of the sources. */
export const COMPILED = Deno.env.get("PARLEY_PROGRAMS");

/** How a process is started. */
export interface Launch {
  readonly command: string;
  /** What comes before the program's own arguments. */
  readonly args: readonly string[];
  /** The working folder; the sample subscribers are in it. */
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** How the program of `task` is started. */
export function launchOf(task: Task): Launch {
  if (COMPILED === undefined || task === "demo" || task === "scenarios") {
    return { command: Deno.execPath(), args: commandOf(task), cwd: ROOT, env: environment() };
  }
  const name = task === "server" ? "parley-server" : "parley";
  const program = join(COMPILED, name + executableSuffix());
  const under = Deno.env.get("PARLEY_UNDER")?.split(" ") ?? [];
  const [command, ...args] = [...under, program];
  return { command: command!, args, cwd: COMPILED, env: bareEnvironment() };
}

/** What follows `deno` in the command of a task; to be run in {@linkcode ROOT}. */
export function commandOf(task: Task): string[] {
  return config.tasks[task].command.split(" ").slice(1);
}

/** This process's own environment but for the secret and the profiles of whoever runs it. */
function environment(): Record<string, string> {
  const { PARLEY_SECRET: _, ...others } = Deno.env.toObject();
  const nowhere = join(ROOT, "dist", "no-profiles");
  return { ...others, NO_COLOR: "1", XDG_CONFIG_HOME: nowhere, APPDATA: nowhere };
}

/** Nothing, but for what Windows starts no program without. */
function bareEnvironment(): Record<string, string> {
  const root = Deno.env.get("SystemRoot");
  return root === undefined ? {} : { SystemRoot: root };
}

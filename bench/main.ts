/**
 * `deno task bench [--only NAMES] [--out FOLDER]`: Parley, the plain relay and the servers of others
 * that are installed, side by side in one run: tables on standard output, all figures in
 * FOLDER/bench-results.json. `--full` takes longer, varies pairs, sizes and histories, and draws.
 *
 * Exit codes: 0, it was measured; 1, a server could not be, which the output tells; 2, the command
 * line was not understood; 130, interrupted.
 */

import { join } from "@std/path";
import { readFlags, UsageError } from "../lib/terminal/mod.ts";
import { DIST, ROOT } from "../tools/build/programs.ts";
import { untilInterrupted } from "../tools/stage/mod.ts";
import type { ServerKind } from "./load/pair.ts";
import { pinSelf, ServerProcess } from "./load/server_process.ts";
import { describeSetting } from "./measures/setting.ts";
import { FULL, runPlan, SHORT } from "./plan.ts";
import { drawPlots } from "./plots.ts";
import type { Results } from "./results.ts";
import { KINDS, PARLEY_COMPILED } from "./servers/mod.ts";
import * as tables from "./tables.ts";

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { text, switches, words } = readFlags(args, { text: ["only", "out"], switches: ["full"] });
  if (words.length > 0) throw new UsageError(`"${words[0]}" is not a flag`);
  const only = text.only?.split(",");
  const plan = switches.full ? FULL : SHORT;
  const out = text.out ?? (switches.full ? join(ROOT, "docs", "images") : DIST);
  const folder = await Deno.makeTempDir({ prefix: "parley-bench-" });
  try {
    pinSelf();
    const versions: Record<string, string> = {};
    const missing: Record<string, string> = {};
    const kinds: ServerKind[] = [];
    for (const kind of KINDS) {
      if (only === undefined ? kind === PARLEY_COMPILED && !switches.full : !isOf(kind, only)) {
        continue;
      }
      const version = await kind.version();
      if (version === undefined) missing[kind.name] = "not installed";
      else [versions[kind.name], kinds[kinds.length]] = [version, kind];
    }
    const task = switches.full ? "bench-full" : "bench";
    const command = ["deno task", task, ...only === undefined ? [] : ["--only", only]].join(" ");
    const setting = await describeSetting(folder, command, versions);
    Object.assign(setting.missing, missing);
    const results: Results = { setting, loads: [], crowds: [], pages: [] };
    const start = performance.now();
    const tell = (line: string): void =>
      console.error(`${((performance.now() - start) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
    if (!setting.pinned) tell("Server and load share their cores: there is no taskset here.");
    await Promise.race([runPlan(plan, kinds, folder, results, tell), untilAborted(signal)]);
    await save(results, out, switches.full);
    console.log(report(results));
    return Object.keys(setting.missing).length === Object.keys(missing).length ? 0 : 1;
  } finally {
    await ServerProcess.endAll();
    await Deno.remove(folder, { recursive: true });
  }
}

function isOf({ name }: ServerKind, only: readonly string[]): boolean {
  return only.some((start) => name.toLowerCase().startsWith(start.toLowerCase()));
}

async function save(results: Results, folder: string, draw: boolean): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const json = `${JSON.stringify(results, null, 1)}\n`;
  await Deno.writeTextFile(join(folder, "bench-results.json"), json);
  if (!draw) return;
  for (const [name, svg] of await drawPlots(results)) {
    await Deno.writeTextFile(join(folder, `${name}.svg`), svg);
  }
}

function report(results: Results): string {
  const { setting, loads, pages, client } = results;
  const parts = [
    `${setting.cpu}, ${setting.cores} cores, ${setting.system}; one fdatasync takes ` +
    `${setting.fdatasync} ms on ${setting.fileSystem}. ` +
    (setting.pinned ? "The server has one core, the load the other." : "Nothing is pinned."),
    ...Object.entries(setting.missing).map(([name, why]) => `Not measured: ${name}: ${why}.`),
    ...[tables.modesTable(results), tables.ratesTable(results), tables.latencyTable(results)],
    tables.crowdTable(results),
  ];
  for (const experiment of ["pairs", "sizes", "history"] as const) {
    if (loads.some((row) => row.experiment === experiment)) {
      parts.push(tables.growthTable(results, experiment));
    }
  }
  if (pages.length > 0) parts.push(tables.pagesTable(results));
  if (client !== undefined) parts.push(`The client: ${JSON.stringify(client)}`);
  return parts.join("\n\n");
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

if (import.meta.main) {
  try {
    Deno.exit(await untilInterrupted((signal) => main(Deno.args, signal)));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`bench: ${error.message}. Its flags: --full, --only NAME,NAME, --out FOLDER.`);
    Deno.exit(2);
  }
}

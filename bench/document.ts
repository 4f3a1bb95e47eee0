/**
 * `deno run ... bench/document.ts [--from FOLDER] [--doc FILE]`: puts the figures of a full run into
 * docs/performance.md, between `<!-- bench:NAME -->` and `<!-- /bench -->`. Nobody types a figure.
 *
 * FOLDER has bench-results.json; bench-budget.json and bench-limits.json if there are any.
 */

import { join } from "@std/path";
import { readFlags } from "../lib/terminal/mod.ts";
import { ROOT } from "../tools/build/programs.ts";
import { verdicts } from "./goals.ts";
import { OUTSTANDING, PACE } from "./load/measure.ts";
import type { Budget, Limit, Results } from "./results.ts";
import * as tables from "./tables.ts";

const MARKED = /(<!-- bench:(\w+) -->\n)[\s\S]*?(<!-- \/bench -->)/g;

/** `text` with all marked places filled; one that nothing is known of stays as it is. */
export function fill(
  text: string,
  results: Results,
  budgets: readonly Budget[],
  limits: readonly Limit[],
): string {
  const places: Readonly<Record<string, () => string | undefined>> = {
    setting: () => describe(results),
    goals: () =>
      tables.textTable(
        ["goal", "limit", "measured", "reached"],
        verdicts(results).map((v) => [v.what, v.goal, v.measured, v.reached ? "yes" : "**no**"]),
      ),
    modes: () => tables.modesTable(results),
    rates: () => tables.ratesTable(results),
    latency: () => tables.latencyTable(results),
    crowd: () => tables.crowdTable(results),
    pairs: () => growth(results, "pairs"),
    sizes: () => growth(results, "sizes"),
    history: () => growth(results, "history"),
    pages: () => results.pages.length === 0 ? undefined : tables.pagesTable(results),
    budget: () => budgets.length === 0 ? undefined : tables.budgetTable(budgets),
    limits: () => limits.length === 0 ? undefined : tables.limitsTable(limits),
  };
  return text.replaceAll(MARKED, (whole, begin: string, name: string, end: string) => {
    const place = places[name];
    if (place === undefined) throw new Error(`nothing is known about <!-- bench:${name} -->`);
    const filling = place();
    return filling === undefined ? whole : `${begin}\n${filling}\n\n${end}`;
  });
}

function growth(results: Results, experiment: "pairs" | "sizes" | "history"): string | undefined {
  const some = results.loads.some((row) => row.experiment === experiment);
  return some ? tables.growthTable(results, experiment) : undefined;
}

function describe({ setting, loads }: Results): string {
  const rounds = loads[0]?.samples.length ?? 0;
  const servers = Object.entries(setting.versions).map(([name, version]) => `${name} (${version})`);
  const missing = Object.entries(setting.missing).map(([name, why]) => `${name} (${why})`);
  return [
    `\`${setting.command}\` on ${
      setting.at.slice(0, 10)
    }: ${setting.cpu}, ${setting.cores} cores, ` +
    `${(setting.memory / 2 ** 30).toFixed(0)} GiB, ${setting.system}. One \`fdatasync\` after ` +
    `4 KiB takes ${setting.fdatasync.toFixed(2)} ms (${setting.fileSystem}). ` +
    (setting.pinned
      ? "The server has one core, the load the other."
      : "Neither server nor load is bound to a core."),
    `Measured: ${servers.join(", ")}. ` +
    (missing.length > 0 ? `Not measured: ${missing.join(", ")}. ` : "") +
    `Each figure is the median of ${rounds} rounds, in which the servers take turns, with the ` +
    `least and the most in parentheses; ${OUTSTANDING} messages of each pair are outstanding under ` +
    `saturation, and ${PACE.toLocaleString("en")} a second are sent where so many are.`,
  ].join("\n\n");
}

async function main(): Promise<void> {
  const { text } = readFlags(Deno.args, { text: ["from", "doc"], switches: [] });
  const from = text.from ?? join(ROOT, "docs", "images");
  const doc = text.doc ?? join(ROOT, "docs", "performance.md");
  const results = JSON.parse(
    await Deno.readTextFile(join(from, "bench-results.json")),
  ) as Results;
  const budgets = await readList<Budget>(join(from, "bench-budget.json"));
  const limits = await readList<Limit>(join(from, "bench-limits.json"));
  await Deno.writeTextFile(doc, fill(await Deno.readTextFile(doc), results, budgets, limits));
  const { success } = await new Deno.Command(Deno.execPath(), { args: ["fmt", "-q", doc] })
    .output();
  if (!success) throw new Error(`deno fmt does not take ${doc}`);
}

async function readList<T>(path: string): Promise<T[]> {
  try {
    return JSON.parse(await Deno.readTextFile(path)) as T[];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

if (import.meta.main) await main();

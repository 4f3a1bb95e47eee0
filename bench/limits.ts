/**
 * `deno run -A bench/limits.ts [--out FOLDER]`: the least that each part of a message costs on this
 * machine, with everything around it taken away; as a table, and in FOLDER/bench-limits.json, which
 * is docs/images unless told otherwise.
 *
 * It is processor time, user and system, of all threads. Waiting for the disk is not in it.
 */

import { join } from "@std/path";
import process from "node:process";
import { readFlags } from "../lib/terminal/mod.ts";
import { ROOT } from "../tools/build/programs.ts";
import { type Action, limitActions } from "./measures/limits.ts";
import { type Limit, round } from "./results.ts";
import { limitsTable } from "./tables.ts";

/** How often each is measured; the least counts, as what disturbs never makes it cheaper. */
const ROUNDS = 25;
/** For how long each time, in milliseconds. */
const ROUND = 40;

async function main(): Promise<void> {
  const { text } = readFlags(Deno.args, { text: ["out"], switches: [] });
  const folder = await Deno.makeTempDir({ prefix: "parley-limits-" });
  try {
    const limits: Limit[] = [];
    for (const { what, messages, act } of await limitActions(folder)) {
      limits.push({ what, messages, cpu: round(await leastCost(act), 3) });
    }
    console.log(limitsTable(limits));
    const out = text.out ?? join(ROOT, "docs", "images");
    await Deno.writeTextFile(
      join(out, "bench-limits.json"),
      `${JSON.stringify(limits, null, 1)}\n`,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What doing it once costs, in microseconds. */
async function leastCost(act: Action["act"]): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < ROUNDS; i++) {
    const [before, end] = [process.cpuUsage(), performance.now() + ROUND];
    let times = 0;
    for (; times === 0 || performance.now() < end; times++) await act();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / times);
  }
  return least;
}

if (import.meta.main) await main();

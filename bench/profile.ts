/**
 * `deno run ... bench/profile.ts [--out FOLDER]`: where the microseconds of a message go at the
 * server, under each saturated load and with one message outstanding, by part of the house; as a
 * table, and in FOLDER/bench-budget.json, which is docs/images unless told otherwise.
 *
 * It times what the server's main thread does, so waiting for the disk is in it.
 */

import { join } from "@std/path";
import { readFlags } from "../lib/terminal/mod.ts";
import { ROOT } from "../tools/build/programs.ts";
import { measure } from "./load/measure.ts";
import { freePort } from "../tools/stage/mod.ts";
import { pinSelf, ServerProcess } from "./load/server_process.ts";
import { profileWhile } from "./profile/inspector.ts";
import { sumByPart } from "./profile/parts.ts";
import { type Budget, type Mode, round, type Sample } from "./results.ts";
import { startParleyFromSource } from "./servers/parley.ts";
import { budgetTable } from "./tables.ts";

const MODES: readonly Mode[] = ["coalesced", "single", "one outstanding"];
const PAIRS = 50;
const SIZE = 64;
const WARM_UP = { warmUp: 2_000, duration: 100 };
const TIMES = { warmUp: 100, duration: 4_000 };

async function main(): Promise<void> {
  const { text } = readFlags(Deno.args, { text: ["out"], switches: [] });
  pinSelf();
  const folder = await Deno.makeTempDir({ prefix: "parley-profile-" });
  try {
    const budgets: Budget[] = [];
    for (const mode of MODES) budgets.push(await profile(mode, folder));
    console.log(budgetTable(budgets));
    const out = text.out ?? join(ROOT, "docs", "images");
    await Deno.writeTextFile(
      join(out, "bench-budget.json"),
      `${JSON.stringify(budgets, null, 1)}\n`,
    );
  } finally {
    await ServerProcess.endAll();
    await Deno.remove(folder, { recursive: true });
  }
}

async function profile(mode: Mode, parent: string): Promise<Budget> {
  const folder = await Deno.makeTempDir({ dir: parent });
  const port = freePort();
  const flags = [`--inspect=127.0.0.1:${port}`];
  await using server = await startParleyFromSource({ folder, clients: 2 * PAIRS }, flags);
  const pairs = await server.connect(PAIRS, SIZE);
  // What V8 optimises while it is profiled stays known by the functions that were inlined.
  await profileWhile(port, async () => void await measure(server, pairs, mode, WARM_UP));
  let sample: Sample | undefined;
  const whole = await profileWhile(port, async () => {
    sample = await measure(server, pairs, mode, TIMES);
  });
  for (const pair of pairs) pair.close();
  const sums = [...sumByPart(whole)];
  const profiled = whole.timeDeltas.reduce((sum, delta) => sum + delta, 0);
  const messages = sample!.rate * profiled / 1e6;
  return {
    mode,
    cpu: sample!.cpu,
    system: sample!.system,
    parts: Object.fromEntries(sums.map(([part, sum]) => [part, round(sum / messages, 3)])),
  };
}

if (import.meta.main) await main();

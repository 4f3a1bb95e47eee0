/**
 * `deno task crash --kills N [--seed S]`: kills a busy server again and again, and tells what the
 * next one found.
 *
 * Exit codes: 0, nothing was lost; 1, there are faults; 2, the command line was not understood.
 */

import { join } from "@std/path";
import { readFlags, readNumber, UsageError } from "../../lib/terminal/mod.ts";
import { crash, type Result } from "./run.ts";

async function main(args: readonly string[]): Promise<number> {
  const { text } = readFlags(args, { text: ["kills", "seed"], switches: [] });
  const kills = readNumber("--kills", text.kills, { min: 1, max: 1_000_000, otherwise: 20 });
  const any = Math.floor(Math.random() * 2 ** 31);
  const seed = readNumber("--seed", text.seed, { min: 0, max: 2 ** 31, otherwise: any });
  console.log(`deno task crash --kills ${kills} --seed ${seed}`);
  const folder = await Deno.makeTempDir({ prefix: "parley-crash-" });
  const history = join(folder, "history.db");
  const start = performance.now();
  const result = await crash({ history, kills, seed, progress: (line) => console.log(line) });
  for (const line of summary(result, performance.now() - start)) console.log(line);
  if (result.faults.length > 0) {
    console.log(`the history is kept: ${history}`);
    return 1;
  }
  await Deno.remove(folder, { recursive: true });
  return 0;
}

function* summary({ figures, tally, faults }: Result, elapsed: number): Generator<string, void> {
  const moments = [...figures.moments].map(([name, count]) => `${name} ${count}`).join(", ");
  yield `kills: ${figures.kills} in ${(elapsed / 1_000).toFixed(0)} s (${moments})`;
  yield `  before the server listened: ${figures.early}; within a commit: ${figures.inCommit}; ` +
    `within a checkpoint: ${figures.inCheckpoint}`;
  yield `sessions: ${tally.sessions}; messages sent: ${tally.sent}; receipted: ${tally.receipted}; ` +
    `refused: ${tally.refused}; delivered: ${tally.delivered}`;
  yield `  neither receipted nor refused: ${tally.unknown}, of which stored: ${tally.unknownStored}`;
  yield `until the server listened, ms: ${distribution(figures.startTimes)}`;
  yield `from then until all clients were back, ms: ${distribution(figures.returnTimes)}`;
  yield `checks: ${figures.checks} of the new rows, ${figures.completeChecks} of all rows with ` +
    `integrity_check; the file has ${(figures.historyBytes / 1e6).toFixed(0)} MB`;
  yield `faults: ${faults.length}`;
  for (const fault of faults.slice(0, 20)) yield `  ${fault}`;
}

function distribution(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length === 0) return "none";
  const at = (share: number): string =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(0);
  return `least ${at(0)}, median ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, most ${at(1)} ` +
    `(of ${sorted.length})`;
}

try {
  Deno.exit(await main(Deno.args));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`crash: ${error.message}`);
  Deno.exit(2);
}

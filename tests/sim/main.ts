/**
 * Simulates world after world: `deno task sim --seeds 1000`, or one again: `--seed 42`.
 *
 * A seed whose world breaks a rule is told as a story, of the fewest steps that break it; not with
 * `--no-story`. Exit codes: 0, no rule is broken; 1, one is; 2, the command line was not understood.
 */

import { readFlags, readNumber, UsageError } from "../../lib/terminal/mod.ts";
import { type Plan, planFor } from "./plan.ts";
import { describeStep, run } from "./run.ts";
import { shrink } from "./shrink.ts";

const MOST = 2 ** 31;

async function main(args: readonly string[]): Promise<number> {
  const { text, switches } = readFlags(args, { text: ["seeds", "seed"], switches: ["no-story"] });
  const first = readNumber("--seed", text.seed, { min: 0, max: MOST, otherwise: 1 });
  const seeds = readNumber("--seeds", text.seeds, { min: 1, max: MOST, otherwise: 1 });
  const began = performance.now();
  const totals = new Map<string, number>();
  for (let seed = first; seed < first + seeds; seed++) {
    const plan = planFor(seed);
    const { broken, counts } = await run(plan);
    for (const [what, count] of Object.entries(counts)) {
      totals.set(what, (totals.get(what) ?? 0) + count);
    }
    const done = seed - first + 1;
    if (done % 10_000 === 0) console.log(`${done} of ${seeds} seeds`);
    if (broken === undefined) continue;
    console.log(`seed ${seed} breaks a rule: ${broken}`);
    if (!switches["no-story"]) await tellStory(plan);
    console.log(`To see it again: deno task sim --seed ${seed}`);
    return 1;
  }
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  const counted = [...totals].map(([what, count]) => `${count} ${what}`).join(", ");
  console.log(`${seeds} seeds from ${first}, no rule broken, in ${seconds} s: ${counted}`);
  return 0;
}

async function tellStory(plan: Plan): Promise<void> {
  const short = await shrink(plan, async (shorter) => (await run(shorter)).broken !== undefined);
  console.log(`Of its ${plan.steps.length} steps it takes these ${short.steps.length}:`);
  for (const step of short.steps) {
    console.log(`${(step.at / 1_000).toFixed(3).padStart(9)} s  ${describeStep(step)}`);
  }
  console.log("And this is what happens:");
  const { broken } = await run(short, (line) => console.log(line));
  console.log(broken);
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`sim: ${error.message}`);
    Deno.exit(2);
  }
}

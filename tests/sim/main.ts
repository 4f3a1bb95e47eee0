/**
 * Simulates world after world: `deno task sim --seeds 1000`, or one again: `--seed 42`.
 *
 * A seed whose world breaks a rule is told as a story, of the fewest steps that break it.
 */

import { parseArgs } from "@std/cli/parse-args";
import { describeStep, run } from "./run.ts";
import { type Plan, planFor } from "./plan.ts";
import { shrink } from "./shrink.ts";

const USAGE = "deno task sim [--seeds NUMBER] [--seed FIRST] [--no-story]";

const flags = parseArgs(Deno.args, {
  string: ["seeds", "seed"],
  boolean: ["story"],
  negatable: ["story"],
  default: { seed: "1", story: true },
}) as { seed: string; seeds?: string; story: boolean };
const first = Number(flags.seed);
const seeds = Number(flags.seeds ?? 1);
if (!Number.isSafeInteger(first) || !Number.isSafeInteger(seeds) || seeds < 1) {
  console.error(`Both are whole numbers: ${USAGE}`);
  Deno.exit(2);
}
Deno.exit(await simulate() ? 0 : 1);

/** Runs all worlds up to the first that breaks a rule; whether none did. */
async function simulate(): Promise<boolean> {
  const began = performance.now();
  const totals = new Map<string, number>();
  for (let seed = first; seed < first + seeds; seed++) {
    const plan = planFor(seed);
    const { broken, counts } = await run(plan);
    for (const [what, count] of Object.entries(counts)) {
      totals.set(what, (totals.get(what) ?? 0) + count);
    }
    if (broken === undefined) continue;
    console.log(`seed ${seed} breaks a rule: ${broken}`);
    if (flags.story) await tellStory(plan);
    console.log(`To see it again: deno task sim --seed ${seed}`);
    return false;
  }
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  const counted = [...totals].map(([what, count]) => `${count} ${what}`).join(", ");
  console.log(`${seeds} seeds from ${first}, no rule broken, in ${seconds} s: ${counted}`);
  return true;
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

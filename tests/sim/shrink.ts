/** Makes the story of a failure short: leaves out of a plan whatever it fails without. */

import type { Plan, Step } from "./plan.ts";

/** How often a plan is tried again, at most. */
const MAX_RUNS = 400;

/**
 * The shortest plan found that `fails` still: first halves are left out, then quarters, and so on
 * (delta debugging).
 */
export async function shrink(
  plan: Plan,
  fails: (plan: Plan) => Promise<boolean>,
): Promise<Plan> {
  let steps: readonly Step[] = plan.steps;
  let runs = 0;
  for (let size = Math.ceil(steps.length / 2); size >= 1;) {
    const before = steps.length;
    for (let at = 0; at < steps.length && runs < MAX_RUNS;) {
      const fewer = [...steps.slice(0, at), ...steps.slice(at + size)];
      runs++;
      if (await fails({ ...plan, steps: fewer })) steps = fewer;
      else at += size;
    }
    if (size > 1) size = Math.ceil(size / 2);
    else if (steps.length === before || runs >= MAX_RUNS) break;
  }
  return { ...plan, steps };
}

/** Simulates a row of seeds in a test, and tells how to see a failure again. */

import { assertEquals } from "@std/assert";
import { planFor } from "./plan.ts";
import { run } from "./run.ts";

/** Asserts that no rule is broken in the worlds of `count` seeds from `first` on. */
export async function assertNoRuleBroken(first: number, count: number): Promise<void> {
  for (let seed = first; seed < first + count; seed++) {
    const { broken } = await run(planFor(seed));
    assertEquals(broken, undefined, `for its story: deno task sim --seed ${seed}`);
  }
}

/** Half of the seeds that every test run simulates, so that two processors share them. */

import { assertNoRuleBroken } from "./seeds.ts";

Deno.test("no rule is broken in the worlds of seeds 501 to 1000", () =>
  assertNoRuleBroken(501, 500));

/** Half of the seeds that every test run simulates, so that two processors share them. */

import { assertNoRuleBroken } from "./seeds.ts";

Deno.test("no rule is broken in the worlds of seeds 1 to 500", () => assertNoRuleBroken(1, 500));

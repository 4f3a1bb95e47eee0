import { assertNoRuleBroken } from "./seeds.ts";

Deno.test("no rule is broken in the worlds of seeds 501 to 1000", () =>
  assertNoRuleBroken(501, 500));

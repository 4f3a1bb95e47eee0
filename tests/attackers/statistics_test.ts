import { assert } from "@std/assert";
import { SeededRandom } from "../session/fixtures.ts";
import { kolmogorovSmirnov, welch } from "./statistics.ts";

/** Numbers like times: most of them close together, some far off. */
function times(seed: number, shift: number): number[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: 5_000 }, () => 50 + shift - 10 * Math.log(1 - random.next()));
}

Deno.test("both tests see a difference of a tenth of the spread, and none where there is none", () => {
  for (const test of [welch, kolmogorovSmirnov]) {
    assert(test(times(1, 0), times(2, 0)).p > 0.01);
    assert(test(times(1, 0), times(2, 1)).p < 0.001);
    assert(test(times(1, 0), times(1, 0)).p > 0.99);
  }
});

Deno.test("both tests give what tables give", () => {
  const near = (value: number, wanted: number): boolean => Math.abs(value - wanted) < 0.002;
  const [a, b] = [[0, 1, 2, 3, 4], [1, 2, 3, 4, 5]];
  assert(near(welch(a, b).statistic, -1));
  assert(near(welch(a, b).p, 0.3173));
  assert(near(kolmogorovSmirnov(a, b).statistic, 0.2));
});

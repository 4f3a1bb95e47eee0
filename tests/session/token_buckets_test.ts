import { assertEquals } from "@std/assert";
import { TokenBuckets } from "../../lib/session/token_buckets.ts";

function taken(buckets: TokenBuckets, name: string, now: number, tries = 100): number {
  return Array.from({ length: tries }, () => buckets.take(name, now)).filter(Boolean).length;
}

Deno.test("a bucket gives its burst at once, and then so many a second", () => {
  const buckets = new TokenBuckets({ perSecond: 10, burst: 20, remembered: 100 });
  assertEquals(taken(buckets, "a", 0), 20);
  assertEquals(taken(buckets, "a", 99), 0);
  assertEquals(taken(buckets, "a", 200), 2);
  assertEquals(taken(buckets, "a", 1_200), 10);
  assertEquals(taken(buckets, "a", 1_000_000), 20);
});

Deno.test("a bucket that is asked again and again fills all the same", () => {
  const buckets = new TokenBuckets({ perSecond: 10, burst: 1, remembered: 100 });
  let count = 0;
  for (let now = 0; now < 10_000; now += 25) if (buckets.take("a", now)) count++;
  assertEquals(count, 100);
});

Deno.test("each has a bucket of its own", () => {
  const buckets = new TokenBuckets({ perSecond: 10, burst: 5, remembered: 100 });
  assertEquals([taken(buckets, "a", 0), taken(buckets, "b", 0)], [5, 5]);
});

Deno.test("no more buckets are remembered than is allowed; beyond that each is full again", () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 1, remembered: 2 });
  assertEquals(["a", "b", "a", "c", "a"].map((name) => buckets.take(name, 0)), [
    true,
    true,
    false,
    true,
    true,
  ]);
});

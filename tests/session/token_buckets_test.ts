import { assert, assertEquals } from "@std/assert";
import { TokenBucket, TokenBuckets } from "../../lib/session/token_buckets.ts";

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

Deno.test("a bucket says how long it is until there is a token, and then there is one", () => {
  const bucket = new TokenBucket({ perSecond: 8, burst: 2 }, 0);
  assertEquals([bucket.take(), bucket.wait, bucket.take(), bucket.wait], [true, 0, true, 125]);
  bucket.refill(62.5);
  assertEquals([bucket.take(), bucket.wait], [false, 62.5]);
  bucket.refill(125);
  assertEquals([bucket.wait, bucket.take()], [0, true]);
});

Deno.test("what takes more tokens than there are passes once, and the rest is owed", () => {
  const bucket = new TokenBucket({ perSecond: 8, burst: 2 }, 0);
  assertEquals([bucket.take(4), bucket.take(), bucket.wait], [true, false, 375]);
  bucket.refill(375);
  assertEquals([bucket.take(4), bucket.take(4), bucket.wait], [true, false, 500]);
});

Deno.test("each has a bucket of its own", () => {
  const buckets = new TokenBuckets({ perSecond: 10, burst: 5, remembered: 100 });
  assertEquals([taken(buckets, "a", 0), taken(buckets, "b", 0)], [5, 5]);
});

Deno.test("isEmpty() takes nothing, and remembers nobody", () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 1, remembered: 100 });
  assertEquals([buckets.isEmpty("a", 0), buckets.size], [false, 0]);
  buckets.take("a", 0);
  assertEquals([999, 1_000, 1_000].map((now) => buckets.isEmpty("a", now)), [true, false, false]);
  assertEquals(buckets.take("a", 1_000), true);
});

Deno.test("whoever makes names up fills no memory, and takes nothing from those who come later", () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 1, remembered: 10 });
  for (let i = 0; i < 1_000; i++) {
    assert(buckets.take(`made up ${i}`, 0));
    assert(buckets.size <= 10);
  }
  assert(buckets.take("a", 0));
});

Deno.test("a bucket in use is not forgotten for others, unless there are very many of them", () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 3, remembered: 10 });
  assertEquals(taken(buckets, "a", 0), 3);
  for (let i = 0; i < 4; i++) buckets.take(`made up ${i}`, 0);
  assert(!buckets.take("a", 0));
  for (let i = 4; i < 8; i++) buckets.take(`made up ${i}`, 0);
  assert(!buckets.take("a", 0));
  for (let i = 8; i < 20; i++) buckets.take(`made up ${i}`, 0);
  assertEquals(taken(buckets, "a", 0), 3);
});

Deno.test("whoever has not come for so long that the bucket is full is forgotten, and nobody else", () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 10, remembered: 1_000 });
  assertEquals(taken(buckets, "a", 0), 10);
  let most = 0;
  for (let now = 100; now < 60_000; now += 100) {
    buckets.take(`made up ${now}`, now);
    most = Math.max(most, buckets.size);
    // Forgotten too soon, it would have ten.
    if (now === 4_900) assertEquals(taken(buckets, "a", now), 4);
    if (now === 10_100) assertEquals(taken(buckets, "a", now), 6);
  }
  assert(most <= 201, `${most} buckets`);
});

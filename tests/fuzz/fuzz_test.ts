/** Every target on 10^5 inputs between them, and on every input that ever broke one. */

import { assert, assertEquals } from "@std/assert";
import { corpusOf, CRASHES } from "./corpus.ts";
import { fuzz, report, shares, tryInput } from "./fuzz.ts";
import { must, type Target } from "./target.ts";
import { TARGETS } from "./targets/mod.ts";

const INPUTS = 100_000;
/** What the slow targets get at least. */
const LEAST = 600;
const SEED = 1;

for (const [target, share] of shares(TARGETS, INPUTS)) {
  Deno.test(`fuzz ${target.name}: ${target.invariant}`, async () => {
    const crash = await fuzz(target, Math.max(share, LEAST), SEED, corpusOf(target));
    assert(crash === undefined, crash && report(crash));
  });
}

Deno.test("fuzz: no input that broke an invariant once breaks it again", async () => {
  for (const { name, input } of CRASHES) {
    const crash = await tryInput(TARGETS.find((target) => target.name === name)!, input);
    assert(crash === undefined, crash && report(crash));
  }
});

/** A target that only `check` tells anything of. */
function targetOf(check: (input: Uint8Array) => void): Target {
  const seeds = (): Uint8Array[] => [new Uint8Array(20)];
  return { invariant: "", name: "broken", share: 1, maxLength: 40, seeds, check };
}

/** Which input of 10,000 breaks `check`. */
async function brokenBy(check: (input: Uint8Array) => void): Promise<number | undefined> {
  const target = targetOf(check);
  return (await fuzz(target, 10_000, SEED, target.seeds()))?.index;
}

Deno.test("fuzz() finds what throws, writes to its input or around it, and what is found again", async () => {
  assert(await brokenBy((input) => must(input[7] !== 1 << 5, "a bit")) !== undefined);
  assert(await brokenBy((input) => must(input.length !== 19, "a length")) !== undefined);
  assertEquals(await brokenBy((input) => input.fill(1)), 1);
  assertEquals(
    await brokenBy(({ buffer, byteOffset, length }) => {
      new Uint8Array(buffer)[byteOffset + length] = 0;
    }),
    1,
  );
  assertEquals(await brokenBy(() => {}), undefined);
  const again = (): Promise<number | undefined> =>
    brokenBy((input) => must(input[0] !== 0xff || input[1] === 0, "two bytes"));
  assertEquals(await again(), await again());
});

Deno.test("a crash is told with its input and the command that replays it", async () => {
  const target = targetOf((input) => must(input.length < 3, "three bytes"));
  const crash = await tryInput(target, Uint8Array.of(1, 2, 0xab));
  const told = report(crash!);
  assert(told.includes("three bytes") && told.includes("input: 0102ab"));
  assert(told.includes("deno task fuzz --target broken --input 0102ab"));
  assertEquals(await tryInput(target, Uint8Array.of(1, 2)), undefined);
});

/** The simulation itself: it repeats, it makes stories short, and much happens in it. */

import { assert, assertEquals } from "@std/assert";
import { planFor, type Step } from "./plan.ts";
import { run } from "./run.ts";
import { shrink } from "./shrink.ts";

async function storyOf(seed: number): Promise<string[]> {
  const story: string[] = [];
  await run(planFor(seed), (line) => story.push(line));
  return story;
}

Deno.test("a seed is a history that repeats, to the last message", async () => {
  for (const seed of [1, 2, 3]) {
    const story = await storyOf(seed);
    assertEquals(await storyOf(seed), story);
    assert(story.length > 100);
  }
});

Deno.test("in a hundred seeds everything happens that a plan knows of", () => {
  const steps = Array.from({ length: 100 }, (_, seed) => planFor(seed).steps).flat();
  const kinds = new Set(steps.map((step) => step.do));
  assertEquals([...kinds].sort(), [
    "chat",
    "clock jump",
    "crash",
    "cut",
    "disk",
    "eavesdropper",
    "end chat",
    "go on",
    "kill server",
    "log off",
    "log on",
    "recall",
    "rogue",
    "rotate",
    "silence",
    "stall",
    "start server",
    "stop server",
    "tamper",
    "weather",
  ]);
});

Deno.test("twenty worlds have chats, messages stored, delivered and refused, and histories", async () => {
  const totals = { chats: 0, stored: 0, delivered: 0, refused: 0, histories: 0 };
  for (let seed = 1; seed <= 20; seed++) {
    const { counts } = await run(planFor(seed));
    for (const what of Object.keys(totals) as (keyof typeof totals)[]) totals[what] += counts[what];
  }
  for (const [what, count] of Object.entries(totals)) assert(count >= 20, `${count} ${what}`);
});

Deno.test("shrink() leaves the steps that a failure takes, and no other", async () => {
  const plan = planFor(1);
  const needed = [plan.steps[3]!, plan.steps[40]!];
  const fails = (steps: readonly Step[]): boolean => needed.every((step) => steps.includes(step));
  const short = await shrink(plan, ({ steps }) => Promise.resolve(fails(steps)));
  assertEquals(short.steps, needed);
});

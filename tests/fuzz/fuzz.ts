/**
 * Runs targets on inputs, and tells of the first input that breaks an invariant.
 *
 * What a target is about is not known here. The same seed makes the same inputs.
 */

import { SeededRandom } from "../session/fixtures.ts";
import { toHex } from "../hex.ts";
import { Mutator } from "./mutator.ts";
import type { Target } from "./target.ts";

/** An input that broke the invariant of a target. */
export interface Crash {
  readonly target: Target;
  readonly input: Uint8Array;
  readonly error: unknown;
  /** Which input of the run it was, from 1. */
  readonly index: number;
}

/** An input that takes longer than this is a crash, in milliseconds: no busy machine explains it. */
const TOO_SLOW = 10_000;

/** Checks one input; undefined where the invariant holds. */
export async function tryInput(target: Target, input: Uint8Array): Promise<Crash | undefined> {
  return await tryAll(target, [input.slice()], 1);
}

/** Checks the corpus of `target` as it is, then as many mutations of it as make `count` inputs. */
export async function fuzz(
  target: Target,
  count: number,
  seed: number,
  corpus: readonly Uint8Array[],
): Promise<Crash | undefined> {
  const own = target.name.split("").reduce((sum, letter) => sum * 31 + letter.charCodeAt(0) | 0, 0);
  return await tryAll(target, corpus, count, new SeededRandom(seed ^ own));
}

async function tryAll(
  target: Target,
  corpus: readonly Uint8Array[],
  count: number,
  random = new SeededRandom(0),
): Promise<Crash | undefined> {
  const maxLength = corpus.reduce((most, { length }) => Math.max(most, length), target.maxLength);
  const mutator = new Mutator(random, corpus, maxLength);
  for (let index = 1; index <= count; index++) {
    const original = corpus[index - 1];
    const input = original === undefined ? mutator.next() : mutator.place(original);
    const kept = input.slice();
    try {
      const start = performance.now();
      const pending = target.check(input);
      if (pending !== undefined) await pending;
      if (performance.now() - start > TOO_SLOW) throw new Error("this took too long");
      mutator.verify();
    } catch (error) {
      return { target, input: kept, error, index };
    }
  }
  return undefined;
}

/** How many inputs each of `targets` gets of `inputs` in all. */
export function shares(targets: readonly Target[], inputs: number): Map<Target, number> {
  const all = targets.reduce((sum, { share }) => sum + share, 0);
  return new Map(targets.map((target) => [target, Math.ceil(inputs * target.share / all)]));
}

/** What to tell about `crash`, and how to see it again. */
export function report({ target, input, error, index }: Crash): string {
  const about = target.describe?.(input);
  return [
    `${target.name}: broken by input ${index}. ${target.invariant}`,
    error instanceof Error ? error.stack ?? error.message : String(error),
    `input: ${toHex(input)}`,
    ...(about === undefined ? [] : [`which is: ${JSON.stringify(about)}`]),
    `replay: deno task fuzz --target ${target.name} --input ${toHex(input)}`,
  ].join("\n");
}

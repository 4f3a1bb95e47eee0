/**
 * Fuzzes all targets, or one: `deno task fuzz --inputs 1000000 [--seed 1] [--target frames]`.
 *
 * With `--input HEX` it checks one input of one target, as a crash says. Ends with 1 at the first
 * crash of any target, once all have been run.
 */

import { parseArgs } from "@std/cli/parse-args";
import { hex } from "../hex.ts";
import { corpusOf } from "./corpus.ts";
import { type Crash, fuzz, report, shares, tryInput } from "./fuzz.ts";
import { TARGETS } from "./targets/mod.ts";

const flags = parseArgs(Deno.args, {
  string: ["inputs", "seed", "target", "input"],
  default: { inputs: "1000000", seed: "1" },
});
const inputs = natural("inputs", flags.inputs);
const seed = natural("seed", flags.seed);
const targets = TARGETS.filter(({ name }) => flags.target === undefined || flags.target === name);
if (targets.length === 0) {
  fail(
    `there is no target ${flags.target}; name one of ${TARGETS.map(({ name }) => name).join(" ")}`,
  );
}
let crashes = 0;
if (flags.input === undefined) await fuzzAll();
else if (targets.length !== 1) fail("--input goes with the --target that it is for");
else tell(await tryInput(targets[0]!, hex(flags.input)));
Deno.exit(crashes === 0 ? 0 : 1);

async function fuzzAll(): Promise<void> {
  console.log(`seed ${seed}`);
  const started = performance.now();
  let all = 0;
  for (const [target, count] of shares(targets, inputs)) {
    const start = performance.now();
    const crash = await fuzz(target, count, seed, corpusOf(target));
    const done = crash?.index ?? count;
    all += done;
    console.log(line(target.name, done, start));
    tell(crash);
  }
  console.log(line("in all", all, started));
}

function line(name: string, count: number, start: number): string {
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  return `${name.padEnd(12)} ${String(count).padStart(11)} inputs ${seconds.padStart(8)} s`;
}

function tell(crash: Crash | undefined): void {
  if (crash === undefined) return;
  crashes++;
  console.log(report(crash));
}

function natural(name: string, text: string): number {
  if (!/^\d+$/.test(text)) fail(`--${name} takes a whole number, not "${text}"`);
  return Number(text);
}

function fail(message: string): never {
  console.error(message);
  Deno.exit(2);
}

/**
 * `deno task scenarios`: plays the validation scenarios of the assignment for a person to read, with
 * a real server and real clients. `deno task scenarios c e` plays those two only.
 *
 * Exit codes: 0, all went as they should; 1, one did not; 2, there is no such scenario.
 */

import { type Scenario, SCENARIOS } from "../tests/scenarios/scenarios.ts";
import { Stage, type Told, untilInterrupted } from "./stage/mod.ts";

const color = !Deno.noColor && Deno.stdout.isTerminal();

/** Who does what, as wide as the longest of them. */
const WHO = 16;

/** Plays one scenario. Returns whether it went as it should. */
async function show({ letter, title, play }: Scenario, signal: AbortSignal): Promise<boolean> {
  console.log(`\n${paint("1", `(${letter}) ${title}`)}\n`);
  let steps = 0;
  const start = performance.now();
  try {
    await using stage = await Stage.open((told) => {
      signal.throwIfAborted();
      console.log(line(told));
    });
    await play(stage, (text) => console.log(`  ${++steps}. ${text}`));
    await stage.close();
  } catch (error) {
    if (signal.aborted || !(error instanceof Error)) throw error;
    console.log(`\n  ${paint("31", "FAILED")}: ${error.message.replaceAll("\n", "\n  ")}`);
    return false;
  }
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  console.log(`\n  ${paint("32", "passed")} in ${seconds} s`);
  return true;
}

function line({ id, does, what }: Told): string {
  switch (does) {
    case "types":
    case "sees":
      return `     ${`${id} ${does}`.padEnd(WHO)} ${paint("1", what)}`;
    case "sends":
      return paint("2", `     ${`${id} -> server`.padEnd(WHO)} ${what}`);
    case "receives":
      return paint("2", `     ${`server -> ${id}`.padEnd(WHO)} ${what}`);
    case "closes TCP":
      return paint("2", `     ${id} closes the TCP connection`);
  }
}

/** `text` in a colour or weight (SGR parameter `code`), on a terminal that takes it. */
function paint(code: string, text: string): string {
  return color ? `\x1b[${code}m${text}\x1b[0m` : text;
}

async function main(letters: readonly string[]): Promise<number> {
  const unknown = letters.find((letter) => !SCENARIOS.some((known) => known.letter === letter));
  if (unknown !== undefined) {
    const known = SCENARIOS.map(({ letter }) => letter).join(" ");
    console.error(`There is no scenario "${unknown}": name some of ${known}, or none to play all.`);
    return 2;
  }
  const wanted = SCENARIOS.filter(({ letter }) => letters.length === 0 || letters.includes(letter));
  return await untilInterrupted(async (signal) => {
    const failed: string[] = [];
    for (const scenario of wanted) {
      if (!await show(scenario, signal)) failed.push(`(${scenario.letter})`);
    }
    const passed = wanted.length - failed.length;
    console.log(`\n${passed} of ${wanted.length} scenarios passed${failures(failed)}`);
    return failed.length === 0 ? 0 : 1;
  });
}

function failures(failed: readonly string[]): string {
  return failed.length === 0 ? "" : `; failed: ${failed.join(", ")}`;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

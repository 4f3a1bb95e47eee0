/**
 * `deno task soak [--messages N] [--pairs N] [--out FOLDER]`: a soak of the server, its summary on
 * standard output, and soak.json and soak.svg with what was sampled in the folder.
 *
 * Exit codes: 0, all is well; 2, the command line was not understood; 130, interrupted. Whatever is
 * not well throws.
 */

import { fromFileUrl, join } from "@std/path";
import { readFlags, readNumber, UsageError } from "../../lib/terminal/mod.ts";
import { untilInterrupted } from "../../tools/stage/mod.ts";
import { summary, toJson, toSvg } from "./report.ts";
import { soak } from "./soak.ts";

const IMAGES = fromFileUrl(new URL("../../docs/images", import.meta.url));

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { text, words } = readFlags(args, { text: ["messages", "pairs", "out"], switches: [] });
  if (words.length > 0) throw new UsageError(`"${words[0]}" is not a flag`);
  const result = await soak({
    messages: readNumber("--messages", text.messages, { min: 1_000, max: 1e9, otherwise: 1e7 }),
    pairs: readNumber("--pairs", text.pairs, { min: 1, max: 400, otherwise: 50 }),
    signal,
  });
  console.log(summary(result));
  const folder = text.out ?? IMAGES;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, "soak.json"), toJson(result.samples));
  await Deno.writeTextFile(join(folder, "soak.svg"), await toSvg(result.samples));
  return 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await untilInterrupted((signal) => main(Deno.args, signal)));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`soak: ${error.message}. Its flags: --messages N, --pairs N, --out FOLDER.`);
    Deno.exit(2);
  }
}

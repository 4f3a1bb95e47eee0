/**
 * `deno task compile`: makes dist/parley-server and dist/parley for this machine.
 *
 * Exit codes: 0, both are there; 1, they could not be made.
 */

import { join } from "@std/path";
import { bundle, readCommit } from "./build/bundle.ts";
import { compile, type Compiler, RuntimeError } from "./build/compile.ts";
import { FALLBACK_UNFIT, FALLBACK_VERSION, fallbackCompiler } from "./build/fallback.ts";
import { BUNDLES, DIST, PROGRAMS } from "./build/programs.ts";
import { executableSuffix } from "./build/targets.ts";

async function main(): Promise<number> {
  const commit = await readCommit();
  let compiler: Compiler | undefined;
  for (const program of PROGRAMS) {
    const files = {
      bundle: await bundle(program, commit, BUNDLES),
      output: join(DIST, program.name + executableSuffix()),
    };
    try {
      await compile(program, files, compiler);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      if (FALLBACK_UNFIT !== undefined) {
        console.error(`compile: ${error.message}, and ${FALLBACK_UNFIT}.`);
        return 1;
      }
      console.error(`compile: ${error.message}: taking that of Deno ${FALLBACK_VERSION} from npm`);
      compiler = await fallbackCompiler();
      await compile(program, files, compiler);
    }
    const { size } = await Deno.stat(files.output);
    console.log(`${files.output} (${(size / 1e6).toFixed(1)} MB)`);
  }
  return 0;
}

if (import.meta.main) Deno.exit(await main());

/**
 * `deno task release`: makes dist/release, with an archive of each program for each kind of machine
 * and the list of their checksums.
 *
 * Every runtime is Deno's own, fetched from Deno's host. The sources must be those of a commit, which
 * the programs then tell.
 *
 * Exit codes: 0, all of it is there; 1, it is not.
 */

import { join } from "@std/path";
import { pack, writeChecksums } from "./build/archive.ts";
import { bundle, readCommit } from "./build/bundle.ts";
import { compile, RuntimeError } from "./build/compile.ts";
import { BUNDLES, DIST, PROGRAMS } from "./build/programs.ts";
import { executableSuffix, TARGETS } from "./build/targets.ts";

const RELEASE = join(DIST, "release");

async function main(): Promise<number> {
  const commit = await readCommit();
  const why = whyNot(commit);
  if (why !== undefined) return fail(why);
  await Deno.remove(RELEASE, { recursive: true }).catch(() => {});
  await Deno.mkdir(RELEASE, { recursive: true });
  const archives: string[] = [];
  for (const program of PROGRAMS) {
    const file = await bundle(program, commit, BUNDLES);
    for (const target of TARGETS) {
      const name = `${program.name}-${target.name}${executableSuffix(target.triple)}`;
      const output = join(DIST, "targets", name);
      try {
        await compile(program, { bundle: file, output, target: target.triple });
      } catch (error) {
        if (!(error instanceof RuntimeError)) throw error;
        return fail(`${error.message}, and nothing else will do for a release`);
      }
      archives.push(await pack(program, target, output, RELEASE));
      console.log(join(RELEASE, archives.at(-1)!));
    }
  }
  await writeChecksums(RELEASE, archives);
  console.log(join(RELEASE, "SHA256SUMS"));
  return 0;
}

/** What stands in the way of a release of `commit`, if anything. */
function whyNot(commit: string): string | undefined {
  if (Deno.env.get("DENORT_BIN") !== undefined) {
    return "DENORT_BIN is set: a release takes its runtimes from Deno's host only";
  }
  if (commit === "unknown") return "these sources are of no known commit: release from a clone";
  if (commit.endsWith("-dirty")) {
    return `the sources have changed since ${commit.replace("-dirty", "")}: commit them first`;
  }
  return undefined;
}

function fail(why: string): number {
  console.error(`release: ${why}.`);
  return 1;
}

if (import.meta.main) Deno.exit(await main());

/**
 * A program as one file of JavaScript, so that a compiled program embeds what it uses and no more.
 *
 * `deno compile` alone embeds every npm package of deno.lock, whole: the tools, the tests' own
 * packages, and all of each library. What is bundled holds neither those nor unused functions. It
 * is not minified, which would save 0.1 MB of 87 and cost the names in a report of a crash.
 */

import { join } from "@std/path";
import { CommandError, runCommand } from "./command.ts";
import { type Program, ROOT } from "./programs.ts";

/** A comment that says which file of a package comes next; the path is this machine's own. */
const PACKAGE_FILE = /^(?<indent> *)\/\/ .*\/npm\/registry\.npmjs\.org\//gm;

/** Bundles `program`, which is of `commit`, into `folder`, and returns the path of the file. */
export async function bundle(
  { name, source }: Program,
  commit: string,
  folder: string,
): Promise<string> {
  const path = join(folder, `${name}.js`);
  await runCommand(Deno.execPath(), ["bundle", "--output", path, source], { folder: ROOT });
  const code = (await Deno.readTextFile(path)).replaceAll(PACKAGE_FILE, "$<indent>// npm:");
  await Deno.writeTextFile(path, `const PARLEY_COMMIT = ${JSON.stringify(commit)};\n${code}`);
  // The time goes into the compiled program, which is to be the same whenever it is compiled.
  await Deno.utime(path, 0, 0);
  return path;
}

/** The commit that the sources are of, with `-dirty` when they have changed since. */
export async function readCommit(): Promise<string> {
  const args = ["describe", "--always", "--exclude=*", "--abbrev=7", "--dirty"];
  try {
    return (await runCommand("git", args, { folder: ROOT })).trim();
  } catch (error) {
    // Sources without their history, or no git.
    if (error instanceof CommandError || error instanceof Deno.errors.NotFound) return "unknown";
    throw error;
  }
}

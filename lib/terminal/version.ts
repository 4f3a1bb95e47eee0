/**
 * What a program says of itself when it is asked for its version.
 *
 * It knows where a program came from, and nothing of what it does.
 */

/** The commit of a compiled program, which tools/build/bundle.ts writes in front of its code. */
declare const PARLEY_COMMIT: string | undefined;

/** One line such as `parley 0.1.0 (commit 0123abc, Deno 2.9.6)`. */
export function versionLine(program: string, version: string): string {
  const source = typeof PARLEY_COMMIT === "string" ? `commit ${PARLEY_COMMIT}` : "from source";
  return `${program} ${version} (${source}, Deno ${Deno.version.deno})`;
}

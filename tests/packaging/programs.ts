/**
 * Runs programs that a machine may not have: linters, a shell, systemd's checks.
 *
 * A test says in its name which one it lacks, and is skipped.
 */

import { basename } from "@std/path";

export interface Ended {
  readonly code: number;
  /** Standard output and standard error, in this order. */
  readonly text: string;
}

/** Runs a program to its end, with nothing to read. */
export async function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; clearEnv?: boolean } = {},
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    ...options,
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** Declares a test that needs a program: `probe` is run once to see whether it is here. */
export async function testWith(
  [program, ...probe]: readonly [string, ...string[]],
  name: string,
  fn: () => Promise<void>,
): Promise<void> {
  const here = await run(program, probe).then(({ code }) => code === 0, () => false);
  Deno.test({
    name: here ? name : `${name} (skipped: no ${basename(program)} here)`,
    ignore: !here,
    fn,
  });
}

/**
 * A bundle to a program that runs by itself, with `deno compile`.
 *
 * Where the runtime comes from that goes in front of the code is Deno's business, or the caller's.
 */

import { dirname } from "@std/path";
import { CommandError, runCommand } from "./command.ts";
import type { Program } from "./programs.ts";

/** Where `deno compile` fetches runtimes from. */
export const RUNTIME_HOST = "dl.deno.land";

/** Deno's parser takes so much stack for the WebAssembly in libsodium's source, in bytes. */
const STACK = 64 * 1024 * 1024;

/** A Deno that compiles. */
export interface Compiler {
  /** Its executable. */
  readonly deno: string;
  /** The runtime of the same version; without it, Deno fetches its own. */
  readonly runtime?: string;
}

/** The Deno that runs this. */
export const OWN_COMPILER: Compiler = { deno: Deno.execPath() };

/** The runtime for a target could not be fetched. */
export class RuntimeError extends Error {
  override readonly name = "RuntimeError";
}

/**
 * Compiles `bundle` to `output`, for `target` (a triple of Deno's), or for this machine.
 *
 * The program never asks for a permission. It keeps no cache of compiled code: Deno would put that
 * under a known name into a folder that everybody may write to, and believe what it finds there.
 *
 * @throws {RuntimeError}
 * @throws {CommandError}
 */
export async function compile(
  { flags }: Program,
  { bundle, output, target }: { bundle: string; output: string; target?: string },
  { deno, runtime }: Compiler = OWN_COMPILER,
): Promise<void> {
  const args = ["compile", "--no-check", "--no-config", "--no-npm", "--no-remote"];
  args.push("--no-code-cache", "--deny-import", ...flags, "--output", output);
  if (target !== undefined) args.push("--target", target);
  const env = {
    // A package.json above this folder is none of ours.
    DENO_NO_PACKAGE_JSON: "1",
    RUST_MIN_STACK: `${STACK}`,
    ...(runtime === undefined ? {} : { DENORT_BIN: runtime }),
  };
  try {
    await runCommand(deno, [...args, bundle], { folder: dirname(bundle), env });
  } catch (error) {
    if (!(error instanceof CommandError) || !error.output.includes(RUNTIME_HOST)) throw error;
    const whose = `the runtime of Deno ${Deno.version.deno} for ${target ?? "this machine"}`;
    throw new RuntimeError(`${whose} cannot be fetched from ${RUNTIME_HOST}`);
  }
}

/** Where a command of the server program writes, and how it fails. */

import { asksForHelp, type Out } from "../terminal/mod.ts";

export type { Out };

/** A command cannot do what it was asked for; the message says why and what to do. */
export class AdminError extends Error {
  override readonly name = "AdminError";
}

/**
 * What a command does with the words after its name, in a program of this version; the exit code is
 * what it returns.
 */
export type AdminCommand = (
  args: readonly string[],
  out: Out,
  version: string,
) => Promise<number>;

/** A command that says `help` and does nothing else where its arguments ask for that. */
export function withHelp(help: string, command: AdminCommand): AdminCommand {
  return (args, out, version) => {
    if (!asksForHelp(args)) return command(args, out, version);
    out.say(help);
    return Promise.resolve(0);
  };
}

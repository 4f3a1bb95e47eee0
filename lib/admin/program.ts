/**
 * The server program: which command the command line names, and what becomes of its errors.
 *
 * Exit codes: 0, all went well; 1, what was asked for could not be done; 2, the command line or a
 * setting was not understood.
 */

import { HistoryError, SubscribersError } from "../server/mod.ts";
import { asksForHelp, OutputError, UsageError, versionLine } from "../terminal/mod.ts";
import { check } from "./check.ts";
import { history } from "./history.ts";
import { type AdminCommand, AdminError, type Out } from "./out.ts";
import { serve } from "./serve.ts";
import { serverSettingsHelp } from "./settings.ts";
import { subscriber } from "./subscriber.ts";

const PROGRAM = "parley-server";

const COMMANDS: ReadonlyMap<string, AdminCommand> = new Map(
  Object.entries({ serve, check, subscriber, history }),
);

function help(version: string): string {
  return `Parley server ${version}: mediates chats between two clients each.

Usage: ${PROGRAM} [serve] [flags]     start the server
       ${PROGRAM} check               validate the settings and the subscribers
       ${PROGRAM} subscriber COMMAND  add, remove, rotate or list subscribers
       ${PROGRAM} history COMMAND     export, prune or measure the history
       ${PROGRAM} COMMAND --help  (or -h, or ${PROGRAM} help COMMAND)
       ${PROGRAM} --version

Flags of serve:
${serverSettingsHelp()}`;
}

/** Does what the command line says; resolves with the exit code. */
export async function runServerProgram(
  args: readonly string[],
  version: string,
  out: Out,
): Promise<number> {
  try {
    return await run(args, version, out);
  } catch (error) {
    return report(error, out);
  }
}

async function run(args: readonly string[], version: string, out: Out): Promise<number> {
  const [first = "serve", ...rest] = args;
  if (first === "help") return await run([...rest, "--help"], version, out);
  const command = COMMANDS.get(first);
  if (command !== undefined) return await command(rest, out, version);
  if (asksForHelp(args)) out.say(help(version));
  else if (args.includes("--version")) out.say(versionLine(PROGRAM, version));
  else if (first.startsWith("-")) return await serve(args, out, version);
  else {
    const commands = [...COMMANDS.keys()].join(", ");
    throw new UsageError(`there is no command "${first}"; there are ${commands}`);
  }
  return 0;
}

function report(error: unknown, out: Out): number {
  if (error instanceof UsageError) {
    out.complain(`${PROGRAM}: ${error.message}. See ${PROGRAM} --help.`);
    return 2;
  }
  if (error instanceof SubscribersError) {
    out.complain(`${PROGRAM}: cannot use the subscribers:\n${error.message}`);
    return 1;
  }
  if (
    error instanceof AdminError || error instanceof HistoryError || error instanceof OutputError
  ) {
    out.complain(`${PROGRAM}: ${error.message}`);
    return 1;
  }
  throw error;
}

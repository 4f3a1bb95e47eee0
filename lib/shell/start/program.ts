/**
 * The client program: what the command line says, and what becomes of its errors.
 *
 * Exit codes: 0, all went well; 1, something that was asked for could not be done; 2, the command
 * line was not understood.
 */

import {
  asksForHelp,
  type Notify,
  OutputError,
  readFlags,
  readNumber,
  UsageError,
  versionLine,
} from "../../terminal/mod.ts";
import { askerAtTerminal } from "./asker.ts";
import { chat } from "./chat.ts";
import { type Out, StartError } from "./out.ts";
import { giveUp } from "./permissions.ts";
import { HELP, Profiles, SETUP } from "./profiles.ts";
import { SECRET_VARIABLE } from "./secret.ts";
import { setUp } from "./setup.ts";
import { findTarget } from "./target.ts";
import { DEFAULT_ACTIVITY_TIMEOUT, DEFAULT_NOTIFY, help } from "./usage.ts";

const PROGRAM = "parley";

/** The longest time, in seconds, that a timer can run for. */
const LONGEST = 2_000_000;

/** Does what the command line says; resolves with the exit code. */
export async function runClientProgram(
  args: readonly string[],
  version: string,
  out: Out,
): Promise<number> {
  try {
    return await run(args, version, out) ? 0 : 1;
  } catch (error) {
    if (error instanceof UsageError) {
      out.complain(`${PROGRAM}: ${error.message}. See ${PROGRAM} --help.`);
      return 2;
    }
    if (!(error instanceof StartError || error instanceof OutputError)) throw error;
    out.complain(`${PROGRAM}: ${error.message}.`);
    return 1;
  }
}

async function run(args: readonly string[], version: string, out: Out): Promise<boolean> {
  if (asksForHelp(args) || (args.length === 1 && args[0] === HELP)) {
    out.say(help(version));
    return true;
  }
  const { text, switches, words } = readFlags(args, {
    text: ["server", "secret-file", "activity-timeout", "notify"],
    switches: ["ask-secret", "log-on", "json", "no-reconnect", "trace", "version"],
  });
  if (switches.version) {
    out.say(versionLine(PROGRAM, version));
    return true;
  }
  const profiles = Profiles.ofUser();
  if (words[0] === SETUP) return await setup(args, profiles, out);
  const activityTimeout = 1_000 * readNumber("--activity-timeout", text["activity-timeout"], {
    min: 1,
    max: LONGEST,
    otherwise: DEFAULT_ACTIVITY_TIMEOUT,
  });
  const options = {
    secret: {
      file: text["secret-file"],
      variable: Deno.env.get(SECRET_VARIABLE),
      ask: switches["ask-secret"],
    },
    json: switches.json,
    logOn: switches["log-on"],
    activityTimeout,
    reconnect: !switches["no-reconnect"],
    notify: readNotify(text.notify),
    trace: switches.trace,
    home: Deno.env.get("HOME"),
  };
  return await chat(findTarget(words, text.server, profiles), options, profiles, out);
}

function readNotify(value: string = DEFAULT_NOTIFY): Notify {
  if (value === "off" || value === "bell" || value === "desktop") return value;
  throw new UsageError(`--notify takes off, bell or desktop, not "${value}"`);
}

async function setup(args: readonly string[], profiles: Profiles, out: Out): Promise<boolean> {
  if (args.length > 1) throw new UsageError(`${PROGRAM} ${SETUP} asks, and takes nothing else`);
  const asker = askerAtTerminal();
  if (asker === undefined) {
    throw new StartError(`${PROGRAM} ${SETUP} asks questions: run it at a terminal`);
  }
  giveUp("env");
  return await setUp(profiles, asker, out);
}

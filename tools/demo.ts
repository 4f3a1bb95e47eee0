/**
 * `deno task demo`: a real server and two real clients have a short chat, on one screen, and then
 * it tells how to start one's own. `--fast` leaves out the pauses.
 *
 * Exit codes: 0, it was played; 2, the command line was not understood; 130, interrupted.
 */

import { delay } from "@std/async/delay";
import { readFlags, UsageError } from "../lib/terminal/mod.ts";
import { Diagram, type Style } from "./demo/diagram.ts";
import {
  Chat,
  isFree,
  logOff,
  logOn,
  recall,
  Stage,
  type Told,
  untilInterrupted,
  USUAL_PORT,
} from "./stage/mod.ts";

/** Pauses before what happens, in milliseconds: about ten seconds in all. */
const PAUSE: Readonly<Record<Told["does"], number>> = {
  types: 450,
  sees: 200,
  sends: 90,
  receives: 90,
  "closes TCP": 90,
};

const DEFAULT_WIDTH = 80;

/** Looks on a terminal, as SGR parameters. */
const LOOKS: Readonly<Record<Style, string>> = { screen: "0", typed: "1", wire: "2" };

async function play(fast: boolean, signal: AbortSignal): Promise<number> {
  const terminal = Deno.stdout.isTerminal();
  const color = terminal && !Deno.noColor;
  const width = terminal ? Deno.consoleSize().columns : DEFAULT_WIDTH;
  const diagram = new Diagram(
    ["alice", "bob"],
    width,
    (text, style) => color ? `\x1b[${LOOKS[style]}m${text}\x1b[0m` : text,
  );

  await using stage = await Stage.open(async (told) => {
    if (!fast) await delay(PAUSE[told.does], { signal });
    signal.throwIfAborted();
    for (const row of diagram.rows(told)) console.log(row);
  });
  const [alice, bob] = stage.enter("alice", "bob");
  for (const row of diagram.heading()) console.log(row);
  await logOn(alice);
  await logOn(bob);
  const chat = await Chat.start(alice, bob);
  await chat.say(alice, "Lunch at noon?");
  await chat.say(bob, "Gladly. Where?");
  await chat.say(alice, "At the usual place.");
  await chat.end(bob);
  await recall(alice, bob, chat);
  await logOff(alice);
  await logOff(bob);
  await stage.close();
  console.log(`\n${invitation()}`);
  return 0;
}

/** How to go on. */
function invitation(): string {
  const port = freePort();
  const usual = port === USUAL_PORT;
  const server = usual ? "" : ` --port ${port}`;
  const client = usual ? "" : ` --server 127.0.0.1:${port}`;
  const taken = `(with a port of their own: ${USUAL_PORT}, the usual one, is taken here)\n`;
  return `This was a real server with two real clients. In the middle are the messages
that they exchanged; from AUTH_SUCCESS on, all of it was encrypted.

To chat yourself, start these, each in a terminal of its own:
${usual ? "" : taken}
  deno task server${server}
  deno task client alice${client}
  deno task client bob${client}

Type "Log on" at both clients, then "Chat bob" as alice; "Help" lists the rest.
Without Deno on your path, "npx --yes deno@${Deno.version.deno} task" stands for "deno task".`;
}

/** The first port from the usual one on that nobody uses. */
function freePort(): number {
  for (let port = USUAL_PORT; port < USUAL_PORT + 100; port++) if (isFree(port)) return port;
  return USUAL_PORT;
}

if (import.meta.main) {
  try {
    const { switches, words } = readFlags(Deno.args, { text: [], switches: ["fast"] });
    if (words.length > 0) throw new UsageError(`"${words[0]}" is not a flag`);
    Deno.exit(await untilInterrupted((signal) => play(switches.fast, signal)));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`demo: ${error.message}. The only flag is --fast.`);
    Deno.exit(2);
  }
}

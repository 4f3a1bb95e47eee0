/**
 * Visits every state of a few clients and a server: `deno task explore --depth 10`.
 *
 * Prints what was visited, and whether that is all there is within the bounds. Where something is
 * that must not be, it tells the shortest way there and exits with 1.
 */

import { parseArgs } from "@std/cli/parse-args";
import { CLIENTS, clientsAndServer } from "./clients.ts";
import { explore } from "./explorer.ts";
import type { Bounds } from "./state.ts";
import { story } from "./story.ts";

const NUMBERS = {
  depth: Infinity,
  states: Infinity,
  clients: 3,
  up: 2,
  down: 3,
  messages: 2,
  programs: 2,
  directory: 4,
};

const USAGE = `Usage: deno task explore [options]
  --depth N      go no further than N moves            (until closed)
  --states N     go no further than about N states     (until closed)
  --clients N    2 or 3                                (${NUMBERS.clients})
  --up N         frames on each way up                 (${NUMBERS.up})
  --down N       frames on each way down               (${NUMBERS.down})
  --messages N   messages of a member in a chat        (${NUMBERS.messages})
  --programs N   programs of one client at a time      (${NUMBERS.programs})
  --directory N  requests and answers on their way between switchboard and directory;
                 at 0 it answers at once               (${NUMBERS.directory})
  --no-outsiders users do not ask for themselves, nor for an unknown client-ID
  --no-faults    no connection is lost, nobody revoked, no commit fails`;

function read(args: readonly string[]): { numbers: typeof NUMBERS; bounds: Bounds } | undefined {
  let known = true;
  const flags = parseArgs([...args], {
    string: Object.keys(NUMBERS),
    boolean: ["outsiders", "faults"],
    default: { outsiders: true, faults: true },
    negatable: ["outsiders", "faults"],
    unknown: () => known = false,
  }) as Record<string, unknown>;
  const numbers = { ...NUMBERS };
  for (const name of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]) {
    const given = flags[name];
    if (typeof given !== "string") continue;
    if (!/^\d+$/.test(given)) return undefined;
    numbers[name] = Number(given);
  }
  if (!known || numbers.clients < 1 || numbers.clients > CLIENTS.length) return undefined;
  const bounds: Bounds = {
    ...numbers,
    clients: CLIENTS.slice(0, numbers.clients),
    outsiders: flags.outsiders === true,
    faults: flags.faults === true,
  };
  return { numbers, bounds };
}

const options = read(Deno.args);
if (options === undefined) {
  console.error(USAGE);
  Deno.exit(2);
}
const { numbers, bounds } = options;
const start = performance.now();
const seconds = (): string => ((performance.now() - start) / 1_000).toFixed(1);
const graph = clientsAndServer(bounds);
const found = explore(graph, numbers, ({ depth, states, frontier, transitions }) =>
  console.log(
    `depth ${depth}: ${frontier} new states, ${states} states and ${transitions} transitions ` +
      `in all, ${seconds()} s`,
  ));
if (found.violation !== undefined) {
  const { path, error } = found.violation;
  console.log([`After ${path.length} moves: ${error.message}`, ...story(path, bounds)].join("\n"));
  Deno.exit(1);
}
console.log(
  `${found.states} states, ${found.transitions} transitions, depth ${found.depth}, ${
    found.closed ? "closed: no other state is reachable within the bounds" : "not closed"
  }, ${seconds()} s`,
);

/** `parley-server history`: which command its next word names. */

import { asksForHelp, UsageError } from "../terminal/mod.ts";
import { exportHistory } from "./history/export.ts";
import { pruneHistory } from "./history/prune.ts";
import { showStats } from "./history/stats.ts";
import type { AdminCommand } from "./out.ts";

const COMMANDS: ReadonlyMap<string, AdminCommand> = new Map(
  Object.entries({ export: exportHistory, stats: showStats, prune: pruneHistory }),
);

const HELP = `Reads and prunes the history, also while a server is running on it.

Usage: parley-server history export ID ID  write what two clients said to each other
       parley-server history stats         tell how much there is
       parley-server history prune         delete old messages
       parley-server history COMMAND --help

For example, a page a day, and nothing kept for more than 90 days:

  parley-server history export alice bob --since 24h > today.txt
  parley-server history prune --older-than 90d`;

/** Runs `history COMMAND ...`. */
export const history: AdminCommand = async (args, out, version) => {
  const [name, ...rest] = args;
  const command = COMMANDS.get(name ?? "");
  if (command !== undefined) return await command(rest, out, version);
  if (!asksForHelp(args) && name !== "help") {
    throw new UsageError("history needs export, stats or prune");
  }
  out.say(HELP);
  return 0;
};

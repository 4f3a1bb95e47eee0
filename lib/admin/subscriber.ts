/** `parley-server subscriber`: which command its next word names. */

import { asksForHelp, UsageError } from "../terminal/mod.ts";
import type { AdminCommand } from "./out.ts";
import { addSubscribers, removeSubscribers, rotateSubscribers } from "./subscriber/edit.ts";
import { listSubscribers } from "./subscriber/list.ts";

const COMMANDS: ReadonlyMap<string, AdminCommand> = new Map(
  Object.entries({
    add: addSubscribers,
    remove: removeSubscribers,
    rotate: rotateSubscribers,
    list: listSubscribers,
  }),
);

const HELP = `Says who may log on. A running server takes every change by itself, within a second.

Usage: parley-server subscriber add ID...     give new subscribers a secret each
       parley-server subscriber remove ID...  subscribers may log on no more
       parley-server subscriber rotate ID...  give subscribers another secret
       parley-server subscriber list          tell who there is
       parley-server subscriber COMMAND --help

For example:

  parley-server subscriber add zoe --subscribers /etc/parley/subscribers.toml`;

/** Runs `subscriber COMMAND ...`. */
export const subscriber: AdminCommand = async (args, out, version) => {
  const [name, ...rest] = args;
  const command = COMMANDS.get(name ?? "");
  if (command !== undefined) return await command(rest, out, version);
  if (!asksForHelp(args) && name !== "help") {
    throw new UsageError("subscriber needs add, remove, rotate or list");
  }
  out.say(HELP);
  return 0;
};

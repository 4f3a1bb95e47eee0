/**
 * `subscriber add`, `remove` and `rotate`: all that one command names change together, or none.
 *
 * How a file is edited is the business of lib/subscribers.
 */

import { encodeHex } from "@std/encoding/hex";
import type { ClientId } from "../../codec/mod.ts";
import {
  addSubscriber,
  EditError,
  removeSubscriber,
  rewriteSubscribers,
  type Rewritten,
  rotateSubscriber,
} from "../../subscribers/mod.ts";
import { type AdminCommand, AdminError, type Out, withHelp } from "../out.ts";
import { readSettings, settingsHelp } from "../settings.ts";
import { handover } from "./handover.ts";
import { readIds } from "./ids.ts";

/** Bytes of a new secret, before it is spelled in hexadecimal digits. */
const SECRET_BYTES = 32;

const EDITING =
  `The file is edited in place: comments, order and all else stay as they are. It is replaced all at
once, and nobody but its owner may read it (mode 0600). A running server takes it by itself.`;

const ADD_HELP =
  `Adds subscribers, with a new secret of 256 bits each, and prints what to give to them.

Usage: parley-server subscriber add ID... [flags]

${settingsHelp(["subscribers"])}

A file that is missing is created. ${EDITING}

For example:

  parley-server subscriber add zoe`;

const ROTATE_HELP =
  `Gives subscribers another secret of 256 bits each, and prints what to give to them. Their old ones
are good no more, and who is logged on with one is logged off.

Usage: parley-server subscriber rotate ID... [flags]

${settingsHelp(["subscribers"])}

${EDITING}

For example:

  parley-server subscriber rotate zoe`;

const REMOVE_HELP =
  `Removes subscribers. Who is logged on is logged off. Their messages stay in the history.

Usage: parley-server subscriber remove ID... [flags]

${settingsHelp(["subscribers"])}

${EDITING}
Lines of comment directly above an entry go with it; but not a block that begins the file.

For example:

  parley-server subscriber remove zoe`;

/** Runs `subscriber add ...`. */
export const addSubscribers = withHelp(ADD_HELP, handingOver("Added", addSubscriber, true));

/** Runs `subscriber rotate ...`. */
export const rotateSubscribers = withHelp(
  ROTATE_HELP,
  handingOver("Gave another secret to", rotateSubscriber, false),
);

/** Runs `subscriber remove ...`. */
export const removeSubscribers = withHelp(REMOVE_HELP, async (args, out) => {
  const { file, ids } = commandLine(args, "remove");
  const done = await rewrite(file, (toml) => {
    for (const id of ids) toml = removeSubscriber({ file, toml }, id);
    return toml;
  });
  tell("Removed", ids, file, done, out);
  return 0;
});

/** A command that gives everybody it names a new secret, by `edit`. */
function handingOver(done: string, edit: typeof addSubscriber, create: boolean): AdminCommand {
  return async (args, out) => {
    const { file, ids } = commandLine(args, create ? "add" : "rotate");
    const secrets = ids.map((id) => [id, newSecret()] as const);
    const rewritten = await rewrite(file, (toml) => {
      for (const [id, secret] of secrets) toml = edit({ file, toml }, id, secret);
      return toml;
    }, create);
    tell(done, ids, file, rewritten, out);
    for (const [id, secret] of secrets) out.say(handover(id, secret));
    return 0;
  };
}

function commandLine(
  args: readonly string[],
  command: string,
): { file: string; ids: readonly ClientId[] } {
  const { settings, words } = readSettings(args, { settings: ["subscribers"] });
  return { file: settings.subscribers, ids: readIds(words, command) };
}

/** @throws {AdminError | SubscribersError} */
async function rewrite(
  file: string,
  edit: (toml: string) => string,
  create = false,
): Promise<Rewritten> {
  try {
    return await rewriteSubscribers(file, edit, { create });
  } catch (error) {
    throw error instanceof EditError ? new AdminError(error.message) : error;
  }
}

function tell(
  done: string,
  ids: readonly ClientId[],
  file: string,
  { created, ownerKept, groupShutOut }: Rewritten,
  out: Out,
): void {
  const where = created ? `${file}, a new file` : file;
  out.say(`${done} ${ids.join(", ")} (${where}). A running server takes this by itself.`);
  if (!ownerKept) {
    out.complain(
      `warning: ${file} belongs to your user now, and nobody else may read it. ` +
        "If the server runs as another user, give the file to that one: chown",
    );
  } else if (groupShutOut) {
    out.complain(
      `warning: the group of ${file} could read it, and can no more. ` +
        "If the server runs as another user than the file's, give the file to that one: chown",
    );
  }
}

function newSecret(): string {
  return encodeHex(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
}

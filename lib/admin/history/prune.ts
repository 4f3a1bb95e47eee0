/** `history prune`: messages are not kept for ever. */

import { Archive } from "../../history/mod.ts";
import { UsageError } from "../../terminal/mod.ts";
import { withHelp } from "../out.ts";
import { historyFileOf, readSettings } from "../settings.ts";
import { bytesShown, MOMENT_HELP, PLACE, PLACE_HELP, readMoment } from "./options.ts";

const HELP =
  `Deletes messages that are older than some age, for good. A running server goes on as it does.

Usage: parley-server history prune --older-than WHEN [flags]

  --older-than WHEN         ${MOMENT_HELP}
  --dry-run                 only tell how many it would delete
${PLACE_HELP}

What is deleted is overwritten. Who has exchanged messages, and how many, stays known: positions
are never used twice. Of each pair the oldest go first: a message that looks old because the clock
had gone back stays as long as those before it.

The file does not shrink: its space is used for new messages. To give it back to the disk, stop the
server and run: sqlite3 history.db VACUUM

For example, every night:

  parley-server history prune --older-than 90d`;

/** Runs `history prune ...`. */
export const pruneHistory = withHelp(HELP, async (args, out) => {
  const { settings, own, switches, words } = readSettings(args, {
    settings: PLACE,
    own: ["older-than"],
    switches: ["dry-run"],
  });
  if (words.length > 0) throw new UsageError(`history prune takes no "${words[0]}"`);
  const age = own["older-than"];
  if (age === undefined) throw new UsageError("history prune needs --older-than, such as 90d");
  const before = readMoment("older-than", age, Date.now());
  const dryRun = switches["dry-run"];

  using archive = Archive.open(historyFileOf(settings), dryRun ? "read" : "write");
  const { messages, freeBytes, logEmptied } = await archive.prune({ before, dryRun });
  const what = `${messages} ${messages === 1 ? "message" : "messages"} from before ${
    new Date(before).toISOString()
  }`;
  if (dryRun) {
    out.say(`Would delete ${what}`);
    return 0;
  }
  out.say(`Deleted ${what}`);
  out.say(`${bytesShown(freeBytes)} of ${archive.path} are free for new messages`);
  if (!logEmptied) {
    out.complain(
      `Somebody is reading ${archive.path}: what was deleted may still stand in ${archive.path}-wal. ` +
        "Run this again later.",
    );
  }
  return 0;
});

/** `subscriber list`: who may log on. */

import { loadSubscribers } from "../../subscribers/mod.ts";
import { UsageError } from "../../terminal/mod.ts";
import { withHelp } from "../out.ts";
import { readSettings, settingsHelp } from "../settings.ts";

const HELP =
  `Lists the subscribers, one on each line, and marks those whose secret is a sample. Secrets are not
shown.

Usage: parley-server subscriber list [flags]

${settingsHelp(["subscribers"])}

For example:

  parley-server subscriber list --subscribers /etc/parley/subscribers.toml`;

/** Runs `subscriber list ...`. */
export const listSubscribers = withHelp(HELP, async (args, out) => {
  const { settings, words } = readSettings(args, { settings: ["subscribers"] });
  if (words.length > 0) throw new UsageError(`subscriber list takes no "${words[0]}"`);
  const subscribers = await loadSubscribers(settings.subscribers);
  const samples = new Set(subscribers.sampleIds());
  for (const id of subscribers.ids()) {
    out.say(samples.has(id) ? `${id}  (a sample secret, which everybody knows)` : id);
  }
  return 0;
});

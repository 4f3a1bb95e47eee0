/** `parley-server check`: whether `serve` could be started with the same flags. Changes nothing. */

import { dirname } from "@std/path";
import { isLoopback, loadSubscribers } from "../server/mod.ts";
import { adminLine } from "./notes.ts";
import { AdminError, withHelp } from "./out.ts";
import { historyFileOf, readServerSettings, serverSettingsHelp } from "./settings.ts";
import { warningsOf } from "./warnings.ts";

const HELP = `Validates the settings and the subscribers, and changes nothing.

Usage: parley-server check [flags]

It takes the flags of serve, and tells what serve would do with them:
${serverSettingsHelp()}

Exit codes: 0, all is sound; 1, the subscribers or the history's folder are not; 2, a flag or a
setting is not understood. Warnings change no exit code.`;

/** Says on standard output what there is, and on standard error what is wrong with it. */
export const check = withHelp(HELP, async (args, out) => {
  const { settings } = readServerSettings(args);
  const { host, port, "tcp-port": tcpPort = port, subscribers: file } = settings;
  const historyFile = historyFileOf(settings);
  const subscribers = await loadSubscribers(file, { refuseSamples: !isLoopback(host) });
  await requirePlace(historyFile);
  for (const warning of await warningsOf(subscribers, file)) {
    out.complain(`warning: ${adminLine(warning)}`);
  }
  const samples = subscribers.sampleIds().length;
  out.say(`settings: UDP port ${port} and TCP port ${tcpPort} of ${host}, history in ${historyFile}
subscribers: ${subscribers.size} in ${file}${samples > 0 ? `, ${samples} with sample secrets` : ""}
All is sound.`);
  return 0;
});

/**
 * That `file` can be there, or be made.
 *
 * @throws {AdminError}
 */
async function requirePlace(file: string): Promise<void> {
  const folder = dirname(file);
  if (!await isFolder(folder)) {
    throw new AdminError(`there is no folder ${folder} for the history; create it first`);
  }
  if (await isFolder(file)) {
    throw new AdminError(`the history ${file} is a folder. Name a file, such as one inside.`);
  }
}

function isFolder(path: string): Promise<boolean> {
  return Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}

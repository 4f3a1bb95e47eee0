/** `history stats`: how much there is. */

import { Archive, type HistoryStats } from "../../history/mod.ts";
import { UsageError } from "../../terminal/mod.ts";
import { withHelp } from "../out.ts";
import { historyFileOf, readSettings } from "../settings.ts";
import { bytesShown, PLACE, PLACE_HELP, readFormat } from "./options.ts";

const HELP =
  `Tells how many messages the history holds, of whom, since when, and its size on the disk.

Usage: parley-server history stats [flags]

  --format FORMAT           text, or json: one object (default text)
${PLACE_HELP}

For example:

  parley-server history stats --history /var/lib/parley/history.db`;

/** Runs `history stats ...`. */
export const showStats = withHelp(HELP, (args, out) => {
  const { settings, own, words } = readSettings(args, {
    settings: PLACE,
    own: ["format"],
  });
  if (words.length > 0) throw new UsageError(`history stats takes no "${words[0]}"`);
  const format = readFormat(own.format);
  using archive = Archive.open(historyFileOf(settings));
  const stats = archive.stats();
  out.say(format === "json" ? statsJson(archive.path, stats) : statsText(archive.path, stats));
  return Promise.resolve(0);
});

/** `stats` of the history in `path`, for people. */
export function statsText(path: string, stats: HistoryStats): string {
  const { messages, pairs, oldest, newest, bytes, freeBytes, biggest } = stats;
  const lines = [
    `History in ${path}`,
    `  messages  ${messages}`,
    `  pairs     ${pairs}`,
    `  oldest    ${time(oldest) ?? "none"}`,
    `  newest    ${time(newest) ?? "none"}`,
    `  on disk   ${bytesShown(bytes)}, of which ${bytesShown(freeBytes)} free for new messages`,
  ];
  if (biggest.length === 0) return lines.join("\n");
  const width = String(biggest[0]!.messages).length;
  const rows = biggest.map(({ pair, messages }) =>
    `  ${String(messages).padStart(width)}  ${pair.join(" ")}`
  );
  return [...lines, "Most messages", ...rows].join("\n");
}

/** `stats` of the history in `path`, for programs. */
export function statsJson(path: string, { oldest, newest, ...stats }: HistoryStats): string {
  const times = { oldest: time(oldest) ?? null, newest: time(newest) ?? null };
  return JSON.stringify({ history: path, ...stats, ...times });
}

function time(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}

/** How a person who looks elsewhere is called: by a bell, or by a message of their desktop. */

import { cut } from "./rows.ts";
import { visible } from "./visible.ts";

/** `desktop` rings the bell as well: a terminal that shows no messages ignores them. */
export type Notify = "off" | "bell" | "desktop";

const BELL = "\x07";
/** As much of a message as is shown, in columns. */
const MAX_MESSAGE = 100;

/** What to write to a terminal. A message goes as OSC 9, which iTerm2 began. */
export function notification(text: string, notify: Notify): string {
  if (notify === "off") return "";
  if (notify === "bell") return BELL;
  // ConEmu and Windows Terminal take a number for a command of their own.
  const message = cut(visible(text), MAX_MESSAGE).replace(/^(?=\d)/, " ");
  return `\x1b]9;${message}\x07${BELL}`;
}

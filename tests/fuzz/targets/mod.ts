/** All targets, the decoders first. */

import type { Target } from "../target.ts";
import { CLIENT } from "./client.ts";
import { ADMISSIONS, CLIENT_IDS, DATAGRAMS, FRAMES, TEXTS } from "./codec.ts";
import { LOGINS } from "./logins.ts";
import { NEWCOMERS } from "./newcomers.ts";
import { RECEPTION } from "./reception.ts";
import { RECORDS } from "./records.ts";
import { OPENER, SEALED } from "./sealed.ts";
import { BATCHES, JOURNAL, SUBSCRIBERS } from "./stored.ts";
import { SWITCHBOARD } from "./switchboard.ts";
import { COMMANDS, LINES, VISIBLE } from "./terminal.ts";

export const TARGETS: readonly Target[] = [
  DATAGRAMS,
  ADMISSIONS,
  FRAMES,
  RECORDS,
  TEXTS,
  CLIENT_IDS,
  BATCHES,
  JOURNAL,
  SUBSCRIBERS,
  LINES,
  COMMANDS,
  VISIBLE,
  SEALED,
  OPENER,
  RECEPTION,
  NEWCOMERS,
  LOGINS,
  CLIENT,
  SWITCHBOARD,
];

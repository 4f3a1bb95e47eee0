/** What the flags of the history's commands mean. */

import { UsageError } from "../../terminal/mod.ts";
import { settingsHelp } from "../settings.ts";

/** The settings that tell where the history is. */
export const PLACE = ["history", "subscribers"] as const;

/** What help says about them. */
export const PLACE_HELP = settingsHelp(PLACE).replace("who may log on", "only to find history.db");

const HOUR = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { h: HOUR, d: 24 * HOUR, w: 7 * 24 * HOUR };
const AGE = /^(?<count>\d{1,6})(?<unit>[hdw])$/;
const DATE = /^(?<day>\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/;

/** How to write a moment, for help. */
export const MOMENT_HELP = `an age in hours, days or weeks (12h, 90d, 8w),
                            or a date in UTC (2026-01-31, 2026-01-31T18:00Z)`;

/**
 * The moment that `value` spells, as an age or as a date, in milliseconds since 1970-01-01 UTC.
 *
 * @throws {UsageError} also when it is still to come
 */
export function readMoment(flag: string, value: string, now: number): number {
  const moment = ageBefore(value, now) ?? dateOf(value);
  if (moment === undefined) {
    throw new UsageError(`--${flag} takes an age such as 90d or a date, not "${value}"`);
  }
  if (moment > now) throw new UsageError(`--${flag} ${value} is still to come`);
  return moment;
}

/**
 * The form of output that `value` names; "text" where there is none.
 *
 * @throws {UsageError}
 */
export function readFormat(value: string | undefined): "text" | "json" {
  if (value === undefined || value === "text" || value === "json") return value ?? "text";
  throw new UsageError(`--format takes text or json, not "${value}"`);
}

/** A number of bytes as people read it. */
export function bytesShown(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let [shown, unit] = [bytes, 0];
  for (; shown >= 1_000 && unit < units.length - 1; unit++) shown /= 1_000;
  return `${unit === 0 ? shown : shown.toFixed(1)} ${units[unit]}`;
}

function ageBefore(value: string, now: number): number | undefined {
  const { count, unit } = AGE.exec(value)?.groups ?? {};
  return count === undefined ? undefined : Math.max(0, now - Number(count) * UNITS[unit!]!);
}

function dateOf(value: string): number | undefined {
  const day = DATE.exec(value)?.groups?.["day"];
  if (day === undefined) return undefined;
  // Date takes 31 February for 3 March.
  const start = new Date(day);
  if (Number.isNaN(start.getTime()) || start.toISOString().slice(0, 10) !== day) return undefined;
  const moment = Date.parse(value);
  return Number.isNaN(moment) ? undefined : moment;
}

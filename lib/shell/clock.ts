/** Times as a person reads them off a wall clock: local, 24 hours, in any locale. */

/** The time of day, such as `14:03`. @param at milliseconds since 1970 */
export function timeOf(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The day, such as `2026-11-22`. @param at milliseconds since 1970 */
export function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** A length of time in whole seconds, such as `9 min 58 s`. @param ms milliseconds */
export function lengthOf(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

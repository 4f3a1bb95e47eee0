/**
 * Command-line flags, read strictly: what a program does not know, it does not guess.
 *
 * A mistake becomes a {@linkcode UsageError} that says which flag and what it takes.
 */

import { parseArgs } from "@std/cli/parse-args";

/** The command line is not one that the program understands. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The flags that a program takes, without their dashes. */
export interface FlagNames<Text extends string, Switch extends string> {
  /** Flags with a value. */
  readonly text: readonly Text[];
  /** Flags that are there or not. */
  readonly switches: readonly Switch[];
}

/** The flags and other words that were given. */
export interface Flags<Text extends string, Switch extends string> {
  readonly text: { readonly [Name in Text]?: string };
  readonly switches: { readonly [Name in Switch]: boolean };
  readonly words: readonly string[];
}

/** Whether `args` ask for help: `--help` or `-h`, where flags may stand. */
export function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const flags = end < 0 ? args : args.slice(0, end);
  return flags.includes("--help") || flags.includes("-h");
}

/** What parseArgs() returns, without what it infers from the names of the flags. */
type Parsed = Record<string, unknown> & { readonly _: readonly (string | number)[] };

/**
 * Reads `args`.
 *
 * @throws {UsageError} for an unknown flag, and for one without the value it needs
 */
export function readFlags<Text extends string, Switch extends string>(
  args: readonly string[],
  { text, switches }: FlagNames<Text, Switch>,
): Flags<Text, Switch> {
  const options = {
    string: [...text, "_"] as string[],
    boolean: [...switches] as string[],
    unknown: (flag: string, key?: string): void => {
      if (key !== undefined) throw new UsageError(`unknown flag ${flag}`);
    },
  };
  const parsed = parseArgs([...args], options) as unknown as Parsed;
  const values: { [Name in Text]?: string } = {};
  for (const name of text) {
    const value = parsed[name];
    if (value === "") throw new UsageError(`--${name} needs a value`);
    if (typeof value === "string") values[name] = value;
  }
  const given = Object.fromEntries(switches.map((name) => [name, parsed[name] === true]));
  return {
    text: values,
    switches: given as { [Name in Switch]: boolean },
    words: parsed._.map(String),
  };
}

/**
 * The whole number from `min` to `max` that `value` spells; `otherwise` where there is none.
 *
 * @param place where the value was given, such as `--port`
 * @throws {UsageError}
 */
export function readNumber(
  place: string,
  value: string | undefined,
  { min, max, otherwise }: { min: number; max: number; otherwise: number },
): number {
  if (value === undefined) return otherwise;
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(`${place} takes a whole number from ${min} to ${max}, not "${value}"`);
}

/**
 * The host and port that `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT` spells.
 *
 * @param place where the value was given, such as `--server`
 * @throws {UsageError}
 */
export function readEndpoint(
  place: string,
  value: string,
  defaultPort: number,
): { host: string; port: number } {
  const match = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<name>[^:[\]\s]+))(?::(?<port>\d{1,5}))?$/.exec(
    value,
  );
  const host = match?.groups?.v6 ?? match?.groups?.name;
  const port = Number(match?.groups?.port ?? defaultPort);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new UsageError(`${place} takes HOST or HOST:PORT, not "${value}"`);
  }
  return { host, port };
}

/**
 * The optional file of settings: TOML, one `name = value` for each.
 *
 * It knows which names there may be, and nothing of what they mean.
 */

import { parse, TomlError } from "smol-toml";
import { reasonOf, UsageError } from "../terminal/mod.ts";

/** A key, in quotes of two kinds or in none. */
const KEY = /^\s*\[{0,2}\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))/;

/** A value as a flag would have it, and where it stands, for errors. */
export interface ConfigEntry {
  readonly value: string;
  readonly place: string;
}

/**
 * The settings in the file at `path`.
 *
 * @param names the settings that there are
 * @throws {UsageError} with file and line
 */
export function readConfigFile(path: string, names: readonly string[]): Map<string, ConfigEntry> {
  const text = read(path);
  const entries = new Map<string, ConfigEntry>();
  for (const [name, value] of Object.entries(parsed(text, path))) {
    const place = `${path}:${lineOf(name, text)}: ${name}`;
    if (!names.includes(name)) {
      throw new UsageError(`${place} is no setting; there are ${names.join(", ")}`);
    }
    if (typeof value !== "string" && typeof value !== "number") {
      throw new UsageError(`${place} takes a text in quotes or a number`);
    }
    entries.set(name, { value: String(value), place });
  }
  return entries;
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw new UsageError(`cannot read the settings in ${path}: ${reasonOf(error)}`);
  }
}

function parsed(text: string, path: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split("\n", 1)[0]!.replace("Invalid TOML document: ", "");
    throw new UsageError(`${path}:${error.line}: this is not TOML (${reason})`);
  }
}

/** The line on which `name` first begins one, as a key or as the header of a table. */
function lineOf(name: string, text: string): number {
  return text.split("\n").findIndex((line) => {
    const [, double, single, bare] = KEY.exec(line) ?? [];
    return (double ?? single ?? bare) === name;
  }) + 1;
}

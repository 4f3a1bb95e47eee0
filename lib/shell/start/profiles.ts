/**
 * The profiles of the person who runs the client: one file each, in a folder of theirs.
 *
 * `$XDG_CONFIG_HOME/parley`, or `~/.config/parley`, on macOS too; `%APPDATA%\parley` on Windows. What
 * a profile is good for is not known here.
 */

import { isAbsolute, join } from "@std/path";
import { isClientId } from "../../codec/mod.ts";
import { reasonOf } from "../../terminal/mod.ts";
import { StartError } from "./out.ts";
import { opennessOf, writePrivate } from "./private_file.ts";
import { formatProfile, parseProfile, type Profile } from "./profile_text.ts";

/** A profile as it was found. */
export interface KeptProfile extends Profile {
  readonly path: string;
  /** What its owner should mend. */
  readonly warning: string | undefined;
}

/** What is said on the command line to make a profile. */
export const SETUP = "setup";
/** What is said on the command line for help. */
export const HELP = "help";

/** Whether no profile can be called so, as `parley NAME` means something else. */
export function isReserved(name: string): boolean {
  return name === SETUP || name === HELP;
}

const SUFFIX = ".toml";

/** The profiles in one folder. Their names are formed like client-IDs. */
export class Profiles {
  readonly #folder: string | undefined;

  /** @param folder undefined where there is no place for profiles, so that there are none */
  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** Those of the user, where the environment says that they are; only absolute paths count. */
  static ofUser(variable = (name: string): string | undefined => Deno.env.get(name)): Profiles {
    const within = (name: string, ...names: string[]): string | undefined => {
      const folder = variable(name);
      return folder !== undefined && isAbsolute(folder) ? join(folder, ...names) : undefined;
    };
    if (Deno.build.os === "windows") return new Profiles(within("APPDATA", "parley"));
    return new Profiles(within("XDG_CONFIG_HOME", "parley") ?? within("HOME", ".config", "parley"));
  }

  /** All names, in order. */
  names(): string[] {
    if (this.#folder === undefined) return [];
    try {
      return Array.from(Deno.readDirSync(this.#folder), ({ name }) => name)
        .filter((name) => name.endsWith(SUFFIX))
        .map((name) => name.slice(0, -SUFFIX.length))
        .filter(isClientId)
        .sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw new StartError(`cannot look for profiles: ${reasonOf(error)}`);
    }
  }

  /** Whether a profile can be called `name`, and none is; not, where nobody can look. */
  canTake(name: string): boolean {
    try {
      return this.#folder !== undefined && !isReserved(name) && !this.names().includes(name);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      return false;
    }
  }

  /** Where the profile `name` is, or would be. @throws {StartError} where there is no place for it */
  path(name: string): string {
    if (this.#folder !== undefined) return join(this.#folder, name + SUFFIX);
    const variable = Deno.build.os === "windows" ? "APPDATA" : "HOME or XDG_CONFIG_HOME";
    throw new StartError(`there is no place to keep a profile: set ${variable}`);
  }

  /** The profile `name`, if there is one. @throws {StartError} when it cannot be read */
  read(name: string): KeptProfile | undefined {
    if (this.#folder === undefined) return undefined;
    const path = this.path(name);
    let text: string;
    try {
      text = Deno.readTextFileSync(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw new StartError(`cannot read a profile: ${reasonOf(error)}`);
    }
    return { ...parseProfile(text, path), path, warning: opennessOf(path) };
  }

  /** Keeps `profile` as `name`, in place of what was kept so. @throws {StartError} */
  write(name: string, profile: Profile): void {
    const path = this.path(name);
    try {
      writePrivate(path, formatProfile(profile));
    } catch (error) {
      throw new StartError(`cannot write ${path}: ${reasonOf(error)}`);
    }
  }
}

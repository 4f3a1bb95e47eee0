/**
 * Whom the command line means: `parley NAME`, `parley ID@HOST:PORT`, or `parley` alone.
 *
 * NAME is a profile where there is one of that name and no --server is given; otherwise it is a
 * client-ID. How the client proves to be that one is not known here.
 */

import { type ClientId, isClientId } from "../../codec/mod.ts";
import { UsageError } from "../../terminal/mod.ts";
import type { Endpoint } from "../../transport/mod.ts";
import { ID_FORM } from "./profile_text.ts";
import type { KeptProfile, Profiles } from "./profiles.ts";
import { DEFAULT_HOST, DEFAULT_PORT, readServer } from "./server_address.ts";

/** Whom to log on as, and where. */
export interface Target {
  readonly clientId: ClientId;
  readonly server: Endpoint;
  /** The profile that says so. */
  readonly profile: KeptProfile | undefined;
  /** Whether there is nothing left to decide, so that the client logs on at once. */
  readonly atOnce: boolean;
}

/** The profile that `parley` alone means, where there are several. */
const DEFAULT_PROFILE = "default";

/**
 * Whom `words` mean.
 *
 * @param server the value of --server
 * @throws {UsageError}
 * @throws {StartError} when a profile cannot be read
 */
export function findTarget(
  words: readonly string[],
  server: string | undefined,
  profiles: Profiles,
): Target {
  const [word, ...rest] = words;
  if (rest.length > 0) throw new UsageError(`one name is enough, not ${words.length}`);
  if (word === undefined) return ofProfile(theOnly(profiles, server));
  const [, id = word, host] = /^([^@]*)@(.*)$/.exec(word) ?? [];
  if (!isClientId(id)) throw new UsageError(`"${id}" is no name: ${ID_FORM}`);
  if (host !== undefined) {
    if (server !== undefined) {
      throw new UsageError(`${word} names the server, and so does --server`);
    }
    return atServer(id, readServer(`${id}@`, host), true);
  }
  if (server !== undefined) return atServer(id, readServer("--server", server), false);
  const profile = profiles.read(id);
  if (profile !== undefined) return ofProfile(profile);
  return atServer(id, { host: DEFAULT_HOST, port: DEFAULT_PORT }, false);
}

function ofProfile(profile: KeptProfile): Target {
  return { clientId: profile.id, server: profile.server, profile, atOnce: true };
}

function atServer(clientId: ClientId, server: Endpoint, atOnce: boolean): Target {
  return { clientId, server, profile: undefined, atOnce };
}

function theOnly(profiles: Profiles, server: string | undefined): KeptProfile {
  if (server !== undefined) throw new UsageError("say whom to log on as, such as alice");
  const names = profiles.names();
  const name = names.length === 1 ? names[0]! : DEFAULT_PROFILE;
  const profile = names.includes(name) ? profiles.read(name) : undefined;
  if (profile !== undefined) return profile;
  const which = names.length === 0
    ? "there is no profile yet"
    : `there are ${names.length} profiles, and none is called ${DEFAULT_PROFILE}`;
  const ways = [
    ...names.map((each) => [`parley ${each}`, `logs on with the profile ${each}`]),
    ["parley setup", "asks for server, client-ID and secret, and keeps them in a profile"],
    ["parley alice@HOST", "logs on without a profile, and asks for the secret"],
    ...(names.includes("alice")
      ? []
      : [["parley alice", "is alice of the sample, with a server on this machine"]]),
  ].map(([typed, does]) => `  ${typed!.padEnd(20)}  ${does}`);
  throw new UsageError([`whom to log on as? ${which}. Type`, ...ways].join("\n"));
}

/** What `parley --help` says. */

import type { Notify } from "../../terminal/mod.ts";
import { SECRET_VARIABLE } from "./secret.ts";
import { DEFAULT_HOST, DEFAULT_PORT } from "./server_address.ts";

/** In seconds. */
export const DEFAULT_ACTIVITY_TIMEOUT = 600;

/** How a person who looks elsewhere is called. */
export const DEFAULT_NOTIFY: Notify = "bell";

/** The help of the client program. */
export function help(version: string): string {
  return `Parley ${version}: chat with one other person, through a server.

Usage: parley [NAME] [flags]            NAME: a profile, or a client-ID of this machine's server
       parley ID@HOST[:PORT] [flags]    a client-ID and its server; logs on at once
       parley setup                     asks for server, ID and secret, and keeps a profile

Whom to log on as
  A profile logs on at once. Without NAME, it is the only one, or the one called "default".
  --server HOST[:PORT]          NAME is a client-ID of this server (default ${DEFAULT_HOST}:${DEFAULT_PORT})
  --log-on                      log on at once, also without a profile

The secret: the first of these that there is
  --ask-secret                  ask for it
  --secret-file FILE            read it from a file
  ${SECRET_VARIABLE}                 in the environment
  the profile                   one that keeps it
  the sample's                  for alice, bob, ... with a server on this machine
  a prompt                      at a terminal

The chat
  --notify off|bell|desktop     how to call you when you look elsewhere (default ${DEFAULT_NOTIFY})
  --no-reconnect                do not log on again when the connection is lost
  --activity-timeout SECONDS    log off when nothing happens for so long (default ${DEFAULT_ACTIVITY_TIMEOUT})
  --json                        for programs: orders in and events out, a JSON object on each line
  --trace                       show every protocol message, on standard error
  --version, --help, -h

Profiles are kept in $XDG_CONFIG_HOME/parley or ~/.config/parley (on Windows, %APPDATA%\\parley), one
file each, such as alice.toml: server = "HOST:PORT", id = "alice", secret = "...".

Examples
  parley alice                              the sample's alice, with a server on this machine
  parley alice@chat.example                 asks for the secret
  parley setup && parley                    keeps a profile, and uses it
  echo 'History bob' | parley alice@chat.example --secret-file alice.secret
  parley work --json < orders > events      a profile called "work"; see docs/json.md

Exit codes: 0, all went well; 1, something that was asked for could not be done; 2, the command line
was not understood. Once logged on, type "Help".`;
}

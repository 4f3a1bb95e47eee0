/** A chat from a command line: a client for the target, and a shell at the terminal or the pipe. */

import { ChatClient, describe, type Message } from "../client/mod.ts";
import { openTerminal } from "../terminal/mod.ts";
import { formatEndpoint } from "../transport/mod.ts";
import type { Out } from "./out.ts";
import { giveUp } from "./permissions.ts";
import type { Profiles } from "./profiles.ts";
import { Remembering } from "./remember.ts";
import { findSecret, type Secret, type SecretSources } from "./secret.ts";
import { Shell } from "./shell.ts";
import type { Target } from "./target.ts";

/** How to chat. */
export interface ChatOptions {
  readonly secret: SecretSources;
  readonly logOn: boolean;
  /** In milliseconds. */
  readonly activityTimeout: number;
  /** Log a person on again when the connection is lost. */
  readonly reconnect: boolean;
  readonly trace: boolean;
}

/**
 * Chats until the input ends; resolves with whether everything could be done.
 *
 * @throws {StartError} where there is no secret
 */
export async function chat(
  target: Target,
  { secret: sources, logOn, activityTimeout, reconnect, trace }: ChatOptions,
  profiles: Profiles,
  out: Out,
): Promise<boolean> {
  const { clientId, server, profile, atOnce } = target;
  const secret = findSecret(target, sources);
  for (const warning of [profile?.warning, secret.warning]) {
    if (warning !== undefined) out.complain(`parley: ${warning}`);
  }
  const terminal = openTerminal();
  const remember = terminal.interactive ? remembering(target, secret, profiles) : undefined;
  giveUp("env");
  // To keep a profile takes both; to write a history to a file takes a person, and the latter.
  if (remember === undefined) giveUp("read");
  if (!terminal.interactive) giveUp("write");

  const shell = new Shell(terminal, {
    name: clientId,
    server: formatEndpoint(server),
    reconnect,
    ...(remember === undefined ? {} : { remember }),
    ...(secret.ifRefused === undefined ? {} : { ifRefused: secret.ifRefused }),
  });
  const onTrace = (direction: "sent" | "received", message: Message): void => {
    const line = `trace ${direction} ${describe(message)}`;
    if (terminal.interactive && Deno.stderr.isTerminal()) terminal.print(line);
    else out.complain(line);
  };
  const client = new ChatClient({
    server,
    clientId,
    secret: new TextEncoder().encode(secret.text),
    limits: { activityTimeout },
    onNotice: (notice) => shell.notice(notice),
    ...(trace ? { onTrace } : {}),
  });
  return await shell.run(client, { logOn: logOn || atOnce });
}

/** What there is to keep: a secret that the user gave, where no profile of that name is. */
function remembering(
  { clientId, server, profile }: Target,
  secret: Secret,
  profiles: Profiles,
): Remembering | undefined {
  if (!secret.given || profile !== undefined || !profiles.canTake(clientId)) return undefined;
  return new Remembering(profiles, { server, id: clientId, secret: secret.text });
}

/**
 * A chat from a command line: a client for whom it means, for a person, a script or a program.
 *
 * Here the client program gives up what it needs no more.
 */

import { ChatClient, type ChatClientOptions, describe, type Message } from "../../client/mod.ts";
import { isSampleSecret } from "../../subscribers/mod.ts";
import { type Notify, openTerminal, type Terminal } from "../../terminal/mod.ts";
import { formatEndpoint } from "../../transport/mod.ts";
import { runJson } from "../json/json.ts";
import type { Out } from "./out.ts";
import { giveUp } from "./permissions.ts";
import type { Profiles } from "./profiles.ts";
import { Remembering } from "./remember.ts";
import { findSecret, type Secret, secretPrompt, type SecretSources } from "./secret.ts";
import { Shell } from "../shell.ts";
import type { Target } from "./target.ts";

const encoder = new TextEncoder();

/** How to chat. */
export interface ChatOptions {
  readonly secret: SecretSources;
  /** Orders and events as JSON, instead of lines for people. */
  readonly json: boolean;
  readonly logOn: boolean;
  /** In milliseconds. */
  readonly activityTimeout: number;
  /** Log on again when the connection is lost. */
  readonly reconnect: boolean;
  readonly notify: Notify;
  readonly trace: boolean;
  /** The user's own folder, where there is one. */
  readonly home: string | undefined;
}

/**
 * Chats until the input ends; resolves with whether everything could be done.
 *
 * @throws {StartError} where there is no secret
 */
export async function chat(
  target: Target,
  options: ChatOptions,
  profiles: Profiles,
  out: Out,
): Promise<boolean> {
  const secret = findSecret(target, options.secret);
  for (const warning of [target.profile?.warning, secret.warning]) {
    if (warning !== undefined) out.complain(`parley: ${warning}`);
  }
  const { json, reconnect, trace, activityTimeout } = options;
  const logOn = options.logOn || target.atOnce;
  const { clientId, server } = target;
  const terminal = json ? undefined : openTerminal({ notify: options.notify });
  const onTrace = (direction: "sent" | "received", message: Message): void => {
    const line = `trace ${direction} ${describe(message)}`;
    if (terminal?.interactive && Deno.stderr.isTerminal()) terminal.print(line);
    else out.complain(line);
  };
  const client: ChatClientOptions = {
    server,
    clientId,
    secret: encoder.encode(secret.text),
    limits: { activityTimeout },
    ...(trace ? { onTrace } : {}),
  };
  if (terminal === undefined) {
    giveUp("env", "read", "write");
    return await runJson({ client, logOn, reconnect });
  }
  const remember = terminal.interactive ? remembering(target, secret, profiles) : undefined;
  giveUpAt(terminal, remember);
  const anotherSecret = async (): Promise<Uint8Array | undefined> => {
    const text = await terminal.askSecret(secretPrompt(clientId));
    if (!text) return undefined;
    remember?.tries(text);
    return encoder.encode(text);
  };
  const shell = new Shell(terminal, {
    name: clientId,
    server: formatEndpoint(server),
    reconnect,
    home: options.home,
    ...(remember === undefined ? {} : { remember }),
    ...(target.profile === undefined ? {} : { keptIn: target.profile.path }),
    ...(secret.typed ? { anotherSecret } : {}),
    ...(secret.ifRefused === undefined ? {} : { ifRefused: secret.ifRefused }),
  });
  const onNotice = shell.notice.bind(shell);
  return await shell.run(new ChatClient({ ...client, onNotice }), { logOn });
}

/** To keep a profile takes reading and writing; to write a history to a file, a person, and writing. */
function giveUpAt({ interactive }: Terminal, remember: Remembering | undefined): void {
  giveUp("env");
  if (remember === undefined) giveUp("read");
  if (!interactive) giveUp("write");
}

/** What there is to keep: a secret that the user gave, and that is one, where no profile is yet. */
function remembering(
  { clientId, server, profile }: Target,
  secret: Secret,
  profiles: Profiles,
): Remembering | undefined {
  if (!secret.given || isSampleSecret(secret.text)) return undefined;
  if (profile !== undefined || !profiles.canTake(clientId)) return undefined;
  return new Remembering(profiles, { server, id: clientId, secret: secret.text });
}

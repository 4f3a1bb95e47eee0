/**
 * The client program: reads the command line, finds the secret, and hands over to the shell.
 *
 * Exit codes: 0, all went well; 1, something that was asked for could not be done; 2, the command
 * line was not understood.
 */

import config from "./deno.json" with { type: "json" };
import { ChatClient, describe, type Endpoint, isClientId, type Message } from "./lib/client/mod.ts";
import { findSecret, SECRET_VARIABLE, SecretError, Shell } from "./lib/shell/mod.ts";
import {
  openTerminal,
  readEndpoint,
  readFlags,
  readNumber,
  UsageError,
  versionLine,
} from "./lib/terminal/mod.ts";

const DEFAULT_PORT = 4390;
const DEFAULT_ACTIVITY_TIMEOUT = 600;

const HELP = `Parley ${config.version}: chat with one other person, through a server.

Usage: parley CLIENT-ID [flags]

  --server HOST[:PORT]          the server (default 127.0.0.1:${DEFAULT_PORT})
  --secret-file FILE            a file that holds your secret
  --ask-secret                  ask for the secret
  --log-on                      log on at once
  --activity-timeout SECONDS    log off when nothing happens for so long (default ${DEFAULT_ACTIVITY_TIMEOUT})
  --trace                       show every protocol message, on standard error
  --version, --help

Without --secret-file, the secret is taken from ${SECRET_VARIABLE}, or asked for. The sample
subscribers (alice, bob, ...) need none on their own machine. Type "Help" for what to type then.`;

async function main(args: readonly string[]): Promise<number> {
  const { text, switches, words } = readFlags(args, {
    text: ["server", "secret-file", "activity-timeout"],
    switches: ["ask-secret", "log-on", "trace", "version", "help"],
  });
  if (switches.help) return say(HELP);
  if (switches.version) return say(versionLine("parley", config.version));
  const [clientId, ...rest] = words;
  if (clientId === undefined || rest.length > 0 || !isClientId(clientId)) {
    throw new UsageError("name one client-ID: 1 to 32 characters of A-Z a-z 0-9 _ -");
  }
  const server: Endpoint = readEndpoint("--server", text.server ?? "127.0.0.1", DEFAULT_PORT);
  const activityTimeout = 1_000 * readNumber("--activity-timeout", text["activity-timeout"], {
    min: 1,
    max: 2_000_000,
    otherwise: DEFAULT_ACTIVITY_TIMEOUT,
  });
  const secret = findSecret({
    clientId,
    host: server.host,
    file: text["secret-file"],
    ask: switches["ask-secret"],
  });

  const terminal = openTerminal();
  const shell = new Shell(terminal, {
    name: clientId,
    server: `${server.host}:${server.port}`,
    reconnect: true,
  });
  const trace = (direction: "sent" | "received", message: Message): void => {
    const line = `trace ${direction} ${describe(message)}`;
    if (terminal.interactive && Deno.stderr.isTerminal()) terminal.print(line);
    else complain(line);
  };
  const client = new ChatClient({
    server,
    clientId,
    secret,
    limits: { activityTimeout },
    onNotice: (notice) => shell.notice(notice),
    ...(switches.trace ? { onTrace: trace } : {}),
  });
  return await shell.run(client, { logOn: switches["log-on"] }) ? 0 : 1;
}

function say(text: string): number {
  console.log(text);
  return 0;
}

function complain(text: string): void {
  console.error(text);
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    if (error instanceof UsageError) {
      complain(`parley: ${error.message}. See parley --help.`);
      Deno.exit(2);
    }
    if (!(error instanceof SecretError)) throw error;
    complain(`parley: ${error.message}.`);
    Deno.exit(1);
  }
}

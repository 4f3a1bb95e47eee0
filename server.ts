/**
 * The server program: reads the command line and the subscribers, opens the history, and serves
 * until it is told to stop.
 *
 * Exit codes: 0, stopped in order; 1, it could not serve; 2, the command line was not understood.
 */

import { dirname, join } from "@std/path";
import config from "./deno.json" with { type: "json" };
import {
  ChatServer,
  type ChatServerOptions,
  describe,
  formatEndpoint,
  HistoryError,
  isLoopback,
  loadSubscribers,
  logLine,
  type Observer,
  openHistory,
  SERVER_LIMITS,
  type Subscribers,
  SubscribersError,
} from "./lib/server/mod.ts";
import { readFlags, readNumber, UsageError, versionLine } from "./lib/terminal/mod.ts";

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 4390;
const DEFAULT_SUBSCRIBERS = "subscribers.toml";
const DEFAULT_IDLE_TIMEOUT = SERVER_LIMITS.idleTimeout / 1_000;

const HELP = `Parley server ${config.version}: mediates chats between two clients each.

Usage: parley-server [flags]

  --host ADDRESS            the address to listen on (default ${DEFAULT_HOST}: this machine only)
  --port PORT               UDP port for log-ons (default ${DEFAULT_PORT}; 0: any)
  --tcp-port PORT           TCP port for everything after (default: the same; 0: any)
  --subscribers FILE        who may log on (default ${DEFAULT_SUBSCRIBERS})
  --history FILE            where messages are kept (default: history.db beside the subscribers)
  --idle-timeout SECONDS    log off clients that do nothing for so long (default ${DEFAULT_IDLE_TIMEOUT})
  --trace                   show every protocol message, on standard error
  --version, --help`;

/** The program cannot do its job; the message says why and what to do. */
class StartError extends Error {
  override readonly name = "StartError";
}

async function main(args: readonly string[]): Promise<number> {
  const { text, switches, words } = readFlags(args, {
    text: ["host", "port", "tcp-port", "subscribers", "history", "idle-timeout"],
    switches: ["trace", "version", "help"],
  });
  if (switches.help) return say(HELP);
  if (switches.version) return say(versionLine("parley-server", config.version));
  if (words.length > 0) throw new UsageError(`"${words[0]}" is not a flag`);

  const host = text.host ?? DEFAULT_HOST;
  const port = { min: 0, max: 65_535, otherwise: DEFAULT_PORT };
  const udpPort = readNumber("port", text.port, port);
  const tcpPort = readNumber("tcp-port", text["tcp-port"], { ...port, otherwise: udpPort });
  const idleTimeout = 1_000 * readNumber("idle-timeout", text["idle-timeout"], {
    min: 1,
    max: 2_000_000,
    otherwise: DEFAULT_IDLE_TIMEOUT,
  });
  const file = text.subscribers ?? DEFAULT_SUBSCRIBERS;
  const subscribers = await loadSubscribers(file);
  refuseSampleSecrets(subscribers, host, file);
  const historyFile = text.history ?? join(dirname(file), "history.db");

  const history = await openHistory(historyFile);
  try {
    const server = await start(
      { host, udpPort, tcpPort, subscribers, history, limits: { idleTimeout } },
      switches.trace,
    );
    // Who reads that it listens may stop it at once.
    const stopped = stopSignal();
    const udp = formatEndpoint(server.udpAddress);
    say(`Parley server listening on ${udp} (UDP) and ${formatEndpoint(server.tcpAddress)} (TCP)`);
    say(`${subscribers.size} subscribers from ${file}, history in ${historyFile}`);
    const client = Deno.build.standalone ? "parley" : "deno task client";
    say(`To join: ${client} ${subscribers.ids()[0]} --server ${joinAddress(server)}`);
    await stopped;
    say("Stopping");
    await server.close();
  } catch (error) {
    // On a full disk closing fails as well, and would hide why.
    await history.close().catch(() => {});
    throw error;
  }
  await history.close();
  return 0;
}

/** @throws {StartError} */
async function start(options: ChatServerOptions, trace: boolean): Promise<ChatServer> {
  try {
    return await ChatServer.start({ ...options, observer: observer(trace) });
  } catch (error) {
    const { host, udpPort, tcpPort } = options;
    if (error instanceof Deno.errors.AddrInUse) {
      const ports = `UDP port ${udpPort} or TCP port ${tcpPort}`;
      throw new StartError(`${ports} of ${host} is in use; stop what uses it, or give --port`);
    }
    if (
      error instanceof Deno.errors.AddrNotAvailable || error instanceof Deno.errors.PermissionDenied
    ) {
      throw new StartError(`cannot listen on ${host}: ${error.message}`);
    }
    // Deno has no class for a name that nobody knows.
    if (error instanceof Error && error.message.startsWith("failed to lookup address")) {
      throw new StartError(`there is no host ${host}; give an address of this machine as --host`);
    }
    throw error;
  }
}

/** Where clients find the server; an address that stands for all of them is no place to go to. */
function joinAddress({ udpAddress }: ChatServer): string {
  const { host, port } = udpAddress;
  const everywhere = host === "0.0.0.0" || host === "::";
  return everywhere ? `NAME-OF-THIS-MACHINE:${port}` : formatEndpoint(udpAddress);
}

/** A sample secret is published, so it must not open the server to anybody else. */
function refuseSampleSecrets(subscribers: Subscribers, host: string, file: string): void {
  if (isLoopback(host) || !subscribers.hasSample()) return;
  const names = subscribers.sampleIds().join(", ");
  throw new StartError(
    `${file} holds sample secrets (${names}), which everybody knows: replace them, or listen on ${DEFAULT_HOST} only`,
  );
}

function observer(trace: boolean): Observer {
  return {
    note: (note) => complain(`${new Date().toISOString()} ${logLine(note)}`),
    ...(trace
      ? {
        trace: ({ direction, peer, message }): void => {
          const other = direction === "sent" ? `to ${peer}` : `from ${peer}`;
          complain(`trace ${direction} ${describe(message)} ${other}`);
        },
      }
      : {}),
  };
}

/** Resolves when the program is told to stop. */
function stopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // Windows has no SIGTERM to listen to, but a Ctrl-Break.
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, resolve);
  return promise;
}

function say(text: string): number {
  console.log(text);
  return 0;
}

function complain(text: string): void {
  console.error(text);
}

/** Tells what went wrong, and returns the exit code for it. */
function report(error: unknown): number {
  if (error instanceof UsageError) {
    complain(`parley-server: ${error.message}. See parley-server --help.`);
    return 2;
  }
  if (error instanceof SubscribersError) {
    complain(`parley-server: cannot use the subscribers:\n${error.message}`);
    return 1;
  }
  if (error instanceof StartError || error instanceof HistoryError) {
    complain(`parley-server: ${error.message}`);
    return 1;
  }
  throw error;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    Deno.exit(report(error));
  }
}

/** `parley-server serve`: opens the history, and serves until it is told to stop. */

import { dirname, join } from "@std/path";
import {
  ChatServer,
  type ChatServerOptions,
  describe,
  formatEndpoint,
  isLoopback,
  loadSubscribers,
  logLine,
  type Observer,
  openHistory,
  type Subscribers,
} from "../server/mod.ts";
import { UsageError } from "../terminal/mod.ts";
import { AdminError, type Out } from "./out.ts";
import { readSettings, settingsHelp } from "./settings.ts";

const NAMES = [
  "subscribers",
  "history",
  "host",
  "port",
  "tcp-port",
  "idle-timeout",
] as const;

/** What `serve` takes. */
export const SERVE_HELP = `${settingsHelp(NAMES)}
  --trace                   show every protocol message, on standard error`;

/** Serves until a signal says to stop. */
export async function serve(args: readonly string[], out: Out): Promise<number> {
  const { settings, switches, words } = readSettings(args, {
    settings: NAMES,
    switches: ["trace"],
  });
  if (words.length > 0) throw new UsageError(`"${words[0]}" is not a flag`);

  const { host, port: udpPort, "tcp-port": tcpPort = udpPort, subscribers: file } = settings;
  const subscribers = await loadSubscribers(file);
  refuseSampleSecrets(subscribers, host, file);
  const historyFile = settings.history ?? join(dirname(file), "history.db");
  const limits = { idleTimeout: 1_000 * settings["idle-timeout"] };

  const history = await openHistory(historyFile);
  try {
    const observer = observerOf(switches.trace, out);
    const server = await start({ host, udpPort, tcpPort, subscribers, history, limits, observer });
    // Who reads that it listens may stop it at once.
    const stopped = stopSignal();
    const udp = formatEndpoint(server.udpAddress);
    out.say(
      `Parley server listening on ${udp} (UDP) and ${formatEndpoint(server.tcpAddress)} (TCP)`,
    );
    out.say(`${subscribers.size} subscribers from ${file}, history in ${historyFile}`);
    const client = Deno.build.standalone ? "parley" : "deno task client";
    out.say(`To join: ${client} ${subscribers.ids()[0]} --server ${joinAddress(server)}`);
    await stopped;
    out.say("Stopping");
    await server.close();
  } catch (error) {
    // On a full disk closing fails as well, and would hide why.
    await history.close().catch(() => {});
    throw error;
  }
  await history.close();
  return 0;
}

/** @throws {AdminError} */
async function start(options: ChatServerOptions): Promise<ChatServer> {
  try {
    return await ChatServer.start(options);
  } catch (error) {
    const { host, udpPort, tcpPort } = options;
    if (error instanceof Deno.errors.AddrInUse) {
      const ports = `UDP port ${udpPort} or TCP port ${tcpPort}`;
      throw new AdminError(`${ports} of ${host} is in use; stop what uses it, or give --port`);
    }
    if (
      error instanceof Deno.errors.AddrNotAvailable || error instanceof Deno.errors.PermissionDenied
    ) {
      throw new AdminError(`cannot listen on ${host}: ${error.message}`);
    }
    // Deno has no class for a name that nobody knows.
    if (error instanceof Error && error.message.startsWith("failed to lookup address")) {
      throw new AdminError(`there is no host ${host}; give an address of this machine as --host`);
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
  throw new AdminError(
    `${file} holds sample secrets (${names}), which everybody knows: replace them, or listen on 127.0.0.1 only`,
  );
}

function observerOf(trace: boolean, out: Out): Observer {
  return {
    note: (note) => out.complain(`${new Date().toISOString()} ${logLine(note)}`),
    ...(trace
      ? {
        trace: ({ direction, peer, message }): void => {
          const other = direction === "sent" ? `to ${peer}` : `from ${peer}`;
          out.complain(`trace ${direction} ${describe(message)} ${other}`);
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

/** `parley-server serve`: opens the history, and serves until it is told to stop. */

import {
  describe,
  isLoopback,
  LiveSubscribers,
  logLine,
  type Observer,
  openHistory,
} from "../server/mod.ts";
import { adminLine, type AdminNote } from "./notes.ts";
import { type Out, withHelp } from "./out.ts";
import { dropPermissions } from "./permissions.ts";
import { Reloader } from "./reload.ts";
import { historyFileOf, readServerSettings, serverSettingsHelp } from "./settings.ts";
import { untilStopped } from "./signals.ts";
import { joining, listening, startServer } from "./start.ts";
import { warningsOf } from "./warnings.ts";

const HELP = `Starts the server, and serves until it is told to stop (Ctrl-C, SIGTERM).

Usage: parley-server [serve] [flags]

${serverSettingsHelp()}

An edit of the subscribers takes effect within a second; SIGHUP has it take effect at once.`;

/** Serves until a signal says to stop. */
export const serve = withHelp(HELP, async (args, out) => {
  const { settings, trace } = readServerSettings(args);
  const { host, port: udpPort, "tcp-port": tcpPort = udpPort, subscribers: file } = settings;
  const subscribers = await LiveSubscribers.open(file, { refuseSamples: !isLoopback(host) });
  const note = (note: AdminNote): void => complain(out, adminLine(note));

  const historyFile = historyFileOf(settings);
  const history = await openHistory(historyFile);
  try {
    const limits = { idleTimeout: 1_000 * settings["idle-timeout"] };
    const observer = observerOf(trace, out);
    const server = await startServer({
      host,
      udpPort,
      tcpPort,
      subscribers,
      history,
      limits,
      observer,
    });
    await dropPermissions();
    const reloader = new Reloader(subscribers, { note, revoke: (id) => server.revoke(id) });
    reloader.start();
    // Who reads that it listens may stop it at once.
    const stopped = untilStopped(() => void reloader.reload());
    const { current } = subscribers;
    out.say(listening(server));
    out.say(`${current.size} subscribers from ${file}, history in ${historyFile}`);
    out.say(joining(server, current.ids()[0]!));
    for (const warning of await warningsOf(current, file)) note(warning);
    await stopped;
    out.say("Stopping");
    reloader[Symbol.dispose]();
    await server.close();
  } catch (error) {
    // On a full disk closing fails as well, and would hide why.
    await history.close().catch(() => {});
    throw error;
  }
  await history.close();
  return 0;
});

function observerOf(trace: boolean, out: Out): Observer {
  return {
    note: (note) => complain(out, logLine(note)),
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

function complain(out: Out, line: string): void {
  out.complain(`${new Date().toISOString()} ${line}`);
}

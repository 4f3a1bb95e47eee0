/** `parley-server serve`: opens the history, and serves until it is told to stop. */

import { isLoopback, LiveSubscribers, openHistory } from "../server/mod.ts";
import { announcer } from "./announce.ts";
import { allOf } from "./listeners.ts";
import { Log } from "./logging.ts";
import { Monitor } from "./metrics/monitor.ts";
import { withHelp } from "./out.ts";
import { dropPermissions } from "./permissions.ts";
import { Reloader } from "./reload.ts";
import { historyFileOf, limitsOf, readServerSettings, serverSettingsHelp } from "./settings.ts";
import { untilStopped } from "./signals.ts";
import { startServer } from "./start.ts";
import { warningsOf } from "./warnings.ts";

const HELP = `Starts the server, and serves until it is told to stop (Ctrl-C, SIGTERM).

Usage: parley-server [serve] [flags]

${serverSettingsHelp()}

An edit of the subscribers takes effect within a second; SIGHUP has it take effect at once.`;

/** Serves until a signal says to stop. */
export const serve = withHelp(HELP, async (args, out, version) => {
  const { settings, trace } = readServerSettings(args);
  const { host, port: udpPort, "tcp-port": tcpPort = udpPort, subscribers: file } = settings;
  const { "log-format": format, "metrics-port": metricsPort } = settings;
  const subscribers = await LiveSubscribers.open(file, { refuseSamples: !isLoopback(host) });

  const colour = Deno.stderr.isTerminal() && !Deno.noColor;
  using log = new Log({ format, colour, trace, write: (text) => out.complain(text) });
  const announce = announcer(format, log, out);
  await using monitor = metricsPort === undefined ? undefined : new Monitor(metricsPort, version);
  const observer = allOf(monitor === undefined ? [log] : [log, monitor]);

  const historyFile = historyFileOf(settings);
  const history = await openHistory(historyFile);
  try {
    const server = await startServer({
      host,
      udpPort,
      tcpPort,
      subscribers,
      history: monitor?.measure(history) ?? history,
      limits: limitsOf(settings),
      observer,
    });
    await dropPermissions();
    const { note } = observer;
    const reloader = new Reloader(subscribers, { note, revoke: (id) => server.revoke(id) });
    reloader.start();
    monitor?.watch(server);
    // Who reads that it listens may stop it at once.
    const stopped = untilStopped(() => void reloader.reload());
    const { current } = subscribers;
    const metrics = monitor?.url;
    announce.started({ server, subscribers: current, file, historyFile, metrics, version });
    for (const warning of await warningsOf(current, file)) note(warning);
    await stopped;
    announce.stopping();
    monitor?.stopping();
    reloader[Symbol.dispose]();
    await server.close();
  } catch (error) {
    // On a full disk closing fails as well, and would hide why.
    await history.close().catch(() => {});
    throw error;
  }
  await history.close();
  announce.stopped();
  return 0;
});

/**
 * How the program says that it serves, and that it stops: in sentences to whoever started it, or,
 * where the log is for programs, as lines of it and nothing else.
 */

import { type ChatServer, formatEndpoint, type Subscribers } from "../server/mod.ts";
import type { Log, LogFormat } from "./logging.ts";
import type { Out } from "./out.ts";
import { joining, listening } from "./start.ts";

/** A server that serves, and what with. */
export interface Serving {
  readonly server: ChatServer;
  readonly subscribers: Subscribers;
  /** The files of the subscribers and of the history. */
  readonly file: string;
  readonly historyFile: string;
  /** Where metrics are read, without a path. */
  readonly metrics: string | undefined;
  /** Parley's. */
  readonly version: string;
}

/** Says what becomes of the server. */
export interface Announcer {
  started(serving: Serving): void;
  stopping(): void;
  stopped(): void;
}

/** The announcer that goes with a log of this format. */
export function announcer(format: LogFormat, log: Log, out: Out): Announcer {
  return format === "json" ? toPrograms(log) : toPeople(out);
}

function toPeople(out: Out): Announcer {
  const say = (text: string): void => {
    try {
      out.say(text);
    } catch {
      // A disk that is full is no reason not to serve, or not to stop in order.
    }
  };
  return {
    started({ server, subscribers, file, historyFile, metrics }): void {
      say(listening(server));
      const { size } = subscribers;
      const count = size === 1 ? "1 subscriber" : `${size} subscribers`;
      say(`${count} from ${file}, history in ${historyFile}`);
      say(joining(server, subscribers.ids()[0]!));
      if (metrics !== undefined) say(`Metrics on ${metrics}/metrics, health on /healthz`);
    },
    stopping: () => say("Stopping"),
    stopped: () => {},
  };
}

function toPrograms(log: Log): Announcer {
  return {
    started({ server, subscribers, file, historyFile: history, metrics, version }): void {
      log.note({
        type: "started",
        version,
        udp: formatEndpoint(server.udpAddress),
        tcp: formatEndpoint(server.tcpAddress),
        metrics,
        subscribers: subscribers.size,
        file,
        history,
      });
    },
    stopping: () => log.note({ type: "stopping" }),
    stopped: () => log.note({ type: "stopped" }),
  };
}

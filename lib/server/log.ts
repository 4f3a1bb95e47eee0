/** A server's notes as lines of a log. */

import type { ServerNote } from "./events.ts";

/** The sentence for a note. */
export function logLine(note: ServerNote): string {
  switch (note.type) {
    case "log-on refused":
      return `refused a log-on as ${note.clientId} from ${note.address}: ${note.why}`;
    case "log-on accepted":
      return `accepted a log-on as ${note.clientId} from ${note.address}`;
    case "connected":
      return `${note.clientId} is connected`;
    case "disconnected":
      return `${note.clientId} is disconnected: ${note.why.replaceAll("_", " ")}`;
    case "chat started":
      return `chat ${note.sessionId} started between ${note.between.join(" and ")}`;
    case "chat ended":
      return `chat ${note.sessionId} ended`;
    case "protocol error":
      return `${note.clientId} broke the protocol: ${note.message}; told once`;
    case "dropped":
      if (note.what.startsWith("pauses")) return `made ${note.count} ${note.what}`;
      return `dropped ${note.count} ${note.what}${note.why === undefined ? "" : `: ${note.why}`}`;
    case "internal error":
      return `a defect of the server: ${note.message}`;
  }
}

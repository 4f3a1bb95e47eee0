/** Where a server is, as people write it: a host, and the port when it is not the usual one. */

import { readEndpoint } from "../../terminal/mod.ts";
import { type Endpoint, formatEndpoint } from "../../transport/mod.ts";

/** The UDP port of a server, where nobody says another. */
export const DEFAULT_PORT = 4390;

/** This machine. */
export const DEFAULT_HOST = "127.0.0.1";

/**
 * The server that `text` names.
 *
 * @param place where it was given, such as `--server`
 * @throws {UsageError}
 */
export function readServer(place: string, text: string): Endpoint {
  return readEndpoint(place, text, DEFAULT_PORT);
}

/** The shortest text that {@linkcode readServer} reads as `server`. */
export function formatServer(server: Endpoint): string {
  const text = formatEndpoint(server);
  return server.port === DEFAULT_PORT ? text.slice(0, text.lastIndexOf(":")) : text;
}

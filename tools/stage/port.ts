/** Ports of this machine, as far as a server of one's own wants one. */

/** The port of a server that was not told another. */
export const USUAL_PORT = 4390;

/** A free TCP port of loopback, for whoever takes it at once. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/**
 * A port that a server can have, and have again once it was stopped: one that systems give to nobody
 * who asks for any.
 */
export function quietPort(): number {
  const port = 10_000 + Math.floor(Math.random() * 20_000);
  return isFree(port) ? port : quietPort();
}

/** Whether nobody uses `port` on loopback, for TCP or for UDP. */
export function isFree(port: number): boolean {
  const address = { hostname: "127.0.0.1", port };
  try {
    using _tcp = Deno.listen(address);
    Deno.listenDatagram({ ...address, transport: "udp" }).close();
    return true;
  } catch {
    return false;
  }
}

/** Ports of this machine that nobody uses at the moment. */

/** A free TCP port of 127.0.0.1. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

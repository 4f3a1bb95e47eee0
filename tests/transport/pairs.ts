/** Both ends of a TCP connection on loopback, as links with the same keys. */

import type { TrafficKey } from "../../lib/crypto/mod.ts";
import { connectTcp, type Link, TcpListener } from "../../lib/transport/mod.ts";

/** The keys of the two directions. */
export const TO_SERVER: TrafficKey = {
  key: new Uint8Array(32).fill(1),
  iv: new Uint8Array(12).fill(2),
};
export const TO_CLIENT: TrafficKey = {
  key: new Uint8Array(32).fill(3),
  iv: new Uint8Array(12).fill(4),
};

/** Runs `test` with two links that are each other's peer; closes what it leaves open. */
export async function withLinks(
  test: (client: Link, server: Link) => Promise<void>,
): Promise<void> {
  const listener = new TcpListener("127.0.0.1", 0);
  const { promise: accepted, resolve: accept } = Promise.withResolvers<Link>();
  const accepting = listener.acceptAll(accept);
  const client = await connectTcp(listener.local, new AbortController().signal);
  const server = await accepted;
  try {
    client.useKeys(TO_SERVER, TO_CLIENT);
    server.useKeys(TO_CLIENT, TO_SERVER);
    await test(client, server);
  } finally {
    client.close();
    server.close();
    listener.close();
    await accepting;
  }
}

/** The raw end of a TCP connection, and the link at its other end, with keys. */
export async function withRaw(
  test: (raw: Deno.TcpConn, link: Link) => Promise<void>,
): Promise<void> {
  const listener = new TcpListener("127.0.0.1", 0);
  const { promise: accepted, resolve: accept } = Promise.withResolvers<Link>();
  const accepting = listener.acceptAll(accept);
  const { host, port } = listener.local;
  const raw = await Deno.connect({ hostname: host, port });
  const link = await accepted;
  try {
    link.useKeys(TO_CLIENT, TO_SERVER);
    await test(raw, link);
  } finally {
    link.close();
    try {
      raw.close();
    } catch {
      // The test has closed it.
    }
    listener.close();
    await accepting;
  }
}

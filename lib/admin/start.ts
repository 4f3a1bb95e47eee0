/**
 * Starts a server on the ports that the settings name, and says where it is.
 *
 * What the system refuses becomes an AdminError that says what to do.
 */

import { ChatServer, type ChatServerOptions, formatEndpoint } from "../server/mod.ts";
import { AdminError } from "./out.ts";

/** @throws {AdminError} */
export async function startServer(options: ChatServerOptions): Promise<ChatServer> {
  try {
    return await ChatServer.start(options);
  } catch (error) {
    const { host, udpPort, tcpPort } = options;
    if (error instanceof Deno.errors.AddrInUse) {
      const ports = `UDP port ${udpPort} or TCP port ${tcpPort}`;
      throw new AdminError(`${ports} of ${host} is in use; stop what uses it, or give --port`);
    }
    if (
      error instanceof Deno.errors.AddrNotAvailable ||
      error instanceof Deno.errors.PermissionDenied || isInvalidAddress(error)
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

/** Such as a link's own address (fe80::1) without its link: Deno has no class for it. */
function isInvalidAddress(error: unknown): error is TypeError {
  return error instanceof TypeError && /\(os error \d+\)$/.test(error.message);
}

/** Where the server listens, for people. */
export function listening({ udpAddress, tcpAddress }: ChatServer): string {
  const tcp = formatEndpoint(tcpAddress);
  return `Parley server listening on ${formatEndpoint(udpAddress)} (UDP) and ${tcp} (TCP)`;
}

/** What somebody types to join as `id`; an address that stands for all of them is no place to go to. */
export function joining({ udpAddress }: ChatServer, id: string): string {
  const { host, port } = udpAddress;
  const everywhere = host === "0.0.0.0" || host === "::";
  const address = everywhere ? `NAME-OF-THIS-MACHINE:${port}` : formatEndpoint(udpAddress);
  const client = Deno.build.standalone ? "parley" : "deno task client";
  return `To join: ${client} ${id} --server ${address}`;
}

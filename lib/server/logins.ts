/** The UDP half of the server: datagrams in, logins stepped, datagrams and grants out. */

import { CodecError, type Datagram, decodeDatagram, encodeDatagram } from "../codec/mod.ts";
import type { Grant, LoginDesk } from "../session/mod.ts";
import { type Endpoint, formatEndpoint, type UdpSocket } from "../transport/mod.ts";
import type { Drops } from "./drops.ts";
import { env } from "./env.ts";
import { type Observer, reportDefect } from "./events.ts";

/** Where datagrams lead to. */
export interface LoginsOptions {
  readonly socket: UdpSocket;
  readonly desk: LoginDesk;
  readonly observer: Observer;
  readonly drops: Drops;
  grant(grant: Grant): void;
}

/** Handles datagrams until the socket is closed. */
export async function serveLogins(options: LoginsOptions): Promise<void> {
  const { socket, desk, observer, drops } = options;

  function receive(bytes: Uint8Array, from: Endpoint): void {
    try {
      handle(decodeDatagram(bytes), from);
    } catch (error) {
      if (error instanceof CodecError) {
        drops.add("datagrams that are not Parley's or are damaged", performance.now());
      } else {
        reportDefect(observer, error);
      }
    }
  }

  function handle(datagram: Datagram, from: Endpoint): void {
    const peer = "clientId" in datagram ? datagram.clientId : formatEndpoint(from);
    observer.trace?.({ direction: "received", peer, message: datagram });
    for (const action of desk.handle(datagram, formatEndpoint(from), env())) {
      if (action.type === "grant") options.grant(action.grant);
      else if (action.type === "note") observer.note?.(action.note);
      else {
        observer.trace?.({ direction: "sent", peer, message: action.datagram });
        void socket.send(encodeDatagram(action.datagram), from);
      }
    }
  }

  await socket.receiveAll(receive);
}

/** The UDP half of the server: datagrams in, logins stepped, datagrams and grants out. */

import { CodecError, type Datagram, decodeDatagram, encodeDatagram } from "../codec/mod.ts";
import type { Grant, LoginAction, LoginDesk } from "../session/mod.ts";
import { type Endpoint, formatEndpoint, type UdpSocket } from "../transport/mod.ts";
import type { Drops } from "./drops.ts";
import { env } from "./env.ts";
import { type LogOnResult, type Observer, reportDefect } from "./events.ts";

/** Refused log-ons of a minute that are told one by one. */
const MAX_REFUSALS_TOLD = 10;
const MINUTE = 60_000;

type LogOnNote = Extract<LoginAction, { type: "note" }>["note"];

/** Where datagrams lead to. */
export interface LoginsOptions {
  readonly socket: UdpSocket;
  readonly desk: LoginDesk;
  readonly observer: Observer;
  readonly drops: Drops;
  /** How many log-ons have ended how. */
  readonly results: Map<LogOnResult, number>;
  grant(grant: Grant): void;
}

/** Handles datagrams until the socket is closed. */
export async function serveLogins(options: LoginsOptions): Promise<void> {
  const { socket, desk, observer, drops, results } = options;
  const refusals = { minute: 0, count: 0 };

  function receive(bytes: Uint8Array, from: Endpoint): void {
    const now = performance.now();
    if (!desk.admits(from.host, now)) return drops.add("datagrams beyond a host's share", now);
    try {
      handle(decodeDatagram(bytes), from);
    } catch (error) {
      if (error instanceof CodecError) {
        drops.add("datagrams that are not Parley's or are damaged", now);
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
      else if (action.type === "note") conclude(action.note);
      else {
        observer.trace?.({ direction: "sent", peer, message: action.datagram });
        void socket.send(encodeDatagram(action.datagram), from);
      }
    }
  }

  function conclude(note: LogOnNote): void {
    const now = performance.now();
    const result = note.type === "log-on accepted" ? "accepted" : note.why;
    results.set(result, (results.get(result) ?? 0) + 1);
    if (note.type === "log-on refused" && !mayTellRefusal(now)) {
      drops.add("further log-ons that were refused", now);
    } else {
      observer.note?.(note);
    }
  }

  function mayTellRefusal(now: number): boolean {
    const minute = Math.floor(now / MINUTE);
    if (minute !== refusals.minute) Object.assign(refusals, { minute, count: 0 });
    return ++refusals.count <= MAX_REFUSALS_TOLD;
  }

  await socket.receiveAll(receive);
}

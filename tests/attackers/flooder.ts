/**
 * A process that floods a server with HELLOs, at a steady rate from many addresses, and counts what
 * is answered: `flooder.ts HOST PORT RATE SECONDS`.
 *
 * It knows one datagram and no login: every HELLO has an Nc of its own and is never followed up.
 * It tells the rate it reached as one line of JSON, for each second and in the end.
 */

import { encodeDatagram, parseClientId } from "../../lib/codec/mod.ts";
import { randomBytes } from "../server/raw_client.ts";
import { loopbackAddress } from "./addresses.ts";

/** Sockets, each with an address of its own where the system has that many. */
const SOCKETS = 256;
/** How many HELLOs go out between two looks at the clock, at most. */
const BURST = 500;
const NC_AT = 6;

/** What a flood amounted to. */
export interface Flood {
  readonly seconds: number;
  readonly sent: number;
  readonly answered: number;
}

async function flood(host: string, port: number, rate: number, seconds: number): Promise<void> {
  const server: Deno.NetAddr = { transport: "udp", hostname: host, port };
  const sockets = Array.from(
    { length: SOCKETS },
    (_, i) => Deno.listenDatagram({ transport: "udp", hostname: loopbackAddress(i), port: 0 }),
  );
  let answered = 0;
  const counting = sockets.map(async (socket) => {
    const buffer = new Uint8Array(512);
    while (await socket.receive(buffer).catch(() => undefined) !== undefined) answered++;
  });

  const hellos = sockets.map((_, i) =>
    encodeDatagram({
      type: "HELLO",
      nc: randomBytes(16),
      clientKey: randomBytes(32),
      clientId: parseClientId(`flood-${i}`),
    })
  );
  let sent = 0;
  const send = (): Promise<unknown> => {
    const hello = hellos[sent % SOCKETS]!;
    new DataView(hello.buffer, hello.byteOffset).setUint32(NC_AT, sent);
    return sockets[sent++ % SOCKETS]!.send(hello, server).catch(() => {});
  };

  const start = performance.now();
  const tell = (seconds: number): void => {
    console.log(JSON.stringify({ seconds, sent, answered } satisfies Flood));
  };
  for (let told = 0, elapsed = 0; elapsed < seconds; elapsed = (performance.now() - start) / 1e3) {
    const due = Math.min(Math.floor(elapsed * rate) - sent, BURST);
    await Promise.all(Array.from({ length: due }, send));
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (elapsed >= told + 1) tell(told = Math.floor(elapsed));
  }
  const elapsed = (performance.now() - start) / 1e3;
  // The last answers are still on their way.
  await new Promise((resolve) => setTimeout(resolve, 300));
  tell(elapsed);
  for (const socket of sockets) socket.close();
  await Promise.all(counting);
}

if (import.meta.main) {
  const [host, port, rate, seconds] = Deno.args;
  await flood(host!, Number(port), Number(rate), Number(seconds));
}

/**
 * Whether the time of a reply tells known client-IDs from unknown ones: the same datagrams for one
 * of each, in pairs and in random order, from HELLO to CHALLENGE and from RESPONSE to AUTH_FAIL.
 *
 * It measures and says what the statistics say; it draws no conclusion.
 */

import { type Challenge, decodeDatagram, parseClientId } from "../../lib/codec/mod.ts";
import { randomBytes, RawLogin, RawUdp } from "../server/raw_client.ts";
import { honest } from "./people.ts";
import { kolmogorovSmirnov, mean, median, welch } from "./statistics.ts";

/** As long as the known one, so that all datagrams are of the same lengths. */
const NOBODY = "nobody-0";
const WRONG_SECRET = randomBytes(30);
/** Logins that a server takes before it is under load, when one host cannot send it as many. */
const PAIRS_AT_REST = 1_900;
/** Pairs that are not counted: the code they run in is not compiled yet. */
const WARM_UP = 200;

/** Times in microseconds, of the known ID and of the unknown one. */
class Samples {
  readonly known: number[] = [];
  readonly unknown: number[] = [];

  show(what: string): void {
    const { known, unknown } = this;
    const [t, ks] = [welch(known, unknown), kolmogorovSmirnov(known, unknown)];
    const us = (value: number): string => value.toFixed(2);
    console.log(
      `${what}: ${known.length} pairs; known: mean ${us(mean(known))} µs, median ` +
        `${us(median(known))}; unknown: mean ${us(mean(unknown))}, median ${
          us(median(unknown))
        }; ` +
        `Welch t ${us(t.statistic)}, p ${t.p.toPrecision(2)}; ` +
        `KS D ${ks.statistic.toFixed(4)}, p ${ks.p.toPrecision(2)}`,
    );
  }
}

/** Measures until there are `pairs` pairs; `start` starts a server and gives its UDP port. */
export async function measureTiming(
  pairs: number,
  start: (use: (port: number) => Promise<void>) => Promise<void>,
): Promise<void> {
  const samples = { hello: new Samples(), response: new Samples() };
  while (samples.hello.known.length < pairs) {
    await start((port) => measurePairs(port, PAIRS_AT_REST, samples));
  }
  samples.hello.show("HELLO to CHALLENGE");
  samples.response.show("RESPONSE to AUTH_FAIL");
}

async function measurePairs(
  port: number,
  pairs: number,
  into: { hello: Samples; response: Samples },
): Promise<void> {
  using udp = new RawUdp({ host: "127.0.0.1", port });
  for (let pair = 0; pair < pairs; pair++) {
    const both = ["known", "unknown"] as const;
    for (const which of Math.random() < 0.5 ? both : both.toReversed()) {
      const clientId = parseClientId(which === "known" ? honest(0) : NOBODY);
      const login = new RawLogin(clientId, WRONG_SECRET);
      const [challenge, toChallenge] = await time(udp, login.hello);
      const [, toFail] = await time(udp, login.response(challenge as Challenge));
      if (pair < WARM_UP) continue;
      into.hello[which].push(toChallenge);
      into.response[which].push(toFail);
    }
  }
}

async function time(
  udp: RawUdp,
  datagram: Parameters<RawUdp["send"]>[0],
): Promise<[reply: ReturnType<typeof decodeDatagram>, microseconds: number]> {
  const start = performance.now();
  await udp.send(datagram);
  const bytes = await udp.receive();
  const took = (performance.now() - start) * 1e3;
  return [decodeDatagram(bytes), took];
}

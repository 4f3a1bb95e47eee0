/** A load on a server for a while, and what it costs the server meanwhile. */

import { delay } from "@std/async/delay";
import { type Mode, quantilesOf, round, type Sample } from "../results.ts";
import { type Load, Paced, PingPong, Saturation } from "./loads.ts";
import type { LoadedServer, Pair } from "./pair.ts";
import { processorTime } from "./server_process.ts";

/** Messages that each pair of a saturation keeps on their way. */
export const OUTSTANDING = 64;
/** Messages a second of a paced load, over all pairs. */
export const PACE = 2_000;
/** How long the last messages may be on their way, in milliseconds. */
const PATIENCE = 20_000;

/** For how long, in milliseconds. */
export interface Times {
  readonly warmUp: number;
  readonly duration: number;
}

/**
 * Loads `server`, and measures it once it is warm.
 *
 * @throws {Error} when a connection breaks, and when messages are lost
 */
export async function measure(
  server: LoadedServer,
  pairs: readonly Pair[],
  mode: Mode,
  { warmUp, duration }: Times,
): Promise<Sample> {
  const load = loadOf(mode, pairs);
  load.start();
  await Promise.race([delay(warmUp), server.broken]);
  const [before, count, start] = [processorTime(server.pid), load.delivered, performance.now()];
  await Promise.race([delay(duration), server.broken]);
  const messages = load.delivered - count;
  const seconds = (performance.now() - start) / 1_000;
  const latencies = load.latencies?.slice(count, count + messages);
  const after = processorTime(server.pid);
  const system = after.system - before.system;
  const cpu = after.user - before.user + system;
  using patience = new Patience();
  await Promise.race([load.stop(), patience.over, server.broken]);
  return {
    cpu: round(cpu / messages, 3),
    system: round(system / messages, 3),
    rate: Math.round(messages / seconds),
    busy: round(cpu / seconds / 1e6, 2),
    ...(latencies === undefined ? {} : { latency: quantilesOf(latencies) }),
  };
}

function loadOf(mode: Mode, pairs: readonly Pair[]): Load {
  switch (mode) {
    case "coalesced":
      return new Saturation(pairs, OUTSTANDING, true);
    case "single":
      return new Saturation(pairs, OUTSTANDING, false);
    case "one outstanding":
      return new PingPong(pairs);
    case "paced":
      return new Paced(pairs, PACE);
  }
}

/** Rejects when it has been waited for too long. */
class Patience implements Disposable {
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly over: Promise<never>;

  constructor() {
    const { promise, reject } = Promise.withResolvers<never>();
    this.over = promise;
    this.#timer = setTimeout(() => reject(new Error("messages are lost")), PATIENCE);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

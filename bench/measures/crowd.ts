/** Many clients that log on at once and then do nothing: what that costs, and what they hold. */

import { delay } from "@std/async/delay";
import type { ServerKind } from "../load/pair.ts";
import { processorTime, residentMemory } from "../load/server_process.ts";
import { type CrowdRow, round } from "../results.ts";

/** What is to be measured. */
export interface CrowdPlan {
  /** Log-ons at once. */
  readonly logOns: number;
  /** Connections in the end. */
  readonly idle: number;
  /** How long the server may collect its garbage, in milliseconds. */
  readonly settle: number;
}

/** Log-ons that nobody counts: the first are slower. */
const WARM_UP = 200;
/** Further log-ons under way at a time. */
const AT_ONCE = 250;

/** Measures a server of one kind. @throws {Error} unless every log-on succeeds */
export async function measureCrowd(
  kind: ServerKind,
  { logOns, idle, settle }: CrowdPlan,
  folder: string,
): Promise<CrowdRow> {
  const most = kind.atOnce ?? Infinity;
  const own = await Deno.makeTempDir({ dir: folder });
  await using server = await kind.start({ folder: own, clients: idle });
  for (const client of await server.logOn(WARM_UP, Math.min(WARM_UP, most))) {
    client[Symbol.dispose]();
  }
  await delay(settle);
  const memory = residentMemory(server.pid).now;
  using crowd = new DisposableStack();
  const before = processorTime(server.pid);
  const first = await Promise.race([server.logOn(logOns, Math.min(logOns, most)), server.broken]);
  for (const client of first) crowd.use(client);
  const after = processorTime(server.pid);
  // Those who come again under the same name would drive the first out.
  const more = idle > logOns
    ? await server.logOn(idle - logOns, Math.min(AT_ONCE, most), logOns)
    : [];
  for (const client of more) crowd.use(client);
  await Promise.race([delay(settle), server.broken]);
  const cpu = after.user + after.system - before.user - before.system;
  return {
    server: kind.name,
    logOns,
    atOnce: Math.min(logOns, most),
    cpu: round(cpu / logOns, 1),
    idle,
    memory: Math.round((residentMemory(server.pid).now - memory) / idle),
  };
}

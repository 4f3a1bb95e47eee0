/**
 * Servers under the same load, side by side: each has a process and clients of its own, and they
 * take turns, so that whatever else this machine does meets them all.
 */

import { join } from "@std/path";
import { measure, type Times } from "../load/measure.ts";
import type { LoadedServer, Pair, ServerKind } from "../load/pair.ts";
import type { LoadRow, Mode } from "../results.ts";

/** What is to be measured. */
export interface LoadPlan extends Times {
  readonly experiment: LoadRow["experiment"];
  readonly modes: readonly Mode[];
  readonly pairs: number;
  readonly size: number;
  readonly rounds: number;
  /** A history to go on with, and how many messages are in it. */
  readonly history?: { readonly path: string; readonly messages: number };
}

/** Hears of a server that could not be measured; the others are. */
export type OnFailure = (server: string, error: unknown) => void;

/** A server that takes part. */
interface Contender {
  readonly kind: ServerKind;
  readonly server: LoadedServer;
  readonly pairs: readonly Pair[];
}

/** The first turn of a mode warms up so many times longer: code is compiled as it gets hot. */
const FIRST = 4;

/** Runs `plan` with all of `kinds`. */
export async function measureLoads(
  kinds: readonly ServerKind[],
  plan: LoadPlan,
  folder: string,
  onFailure: OnFailure,
): Promise<LoadRow[]> {
  await using stack = new AsyncDisposableStack();
  const contenders: Contender[] = [];
  for (const kind of kinds) {
    try {
      const own = await Deno.makeTempDir({ dir: folder });
      const { path: history } = plan.history ?? { path: join(own, "history.db") };
      const server = await kind.start({ folder: own, clients: 2 * plan.pairs, history });
      stack.use(server);
      const pairs = await server.connect(plan.pairs, plan.size);
      stack.defer(() => pairs.forEach((pair) => pair.close()));
      contenders.push({ kind, server, pairs });
    } catch (error) {
      onFailure(kind.name, error);
    }
  }
  const rows: LoadRow[] = [];
  for (const mode of plan.modes) rows.push(...await takeTurns(contenders, mode, plan, onFailure));
  return rows;
}

async function takeTurns(
  contenders: Contender[],
  mode: Mode,
  { experiment, pairs, size, rounds, history, warmUp, duration }: LoadPlan,
  onFailure: OnFailure,
): Promise<LoadRow[]> {
  const able = contenders.filter(({ kind }) => kind.modes?.includes(mode) ?? true);
  const rows = able.map(({ kind: { name: server } }): LoadRow => {
    const messages = history?.messages ?? 0;
    return { experiment, server, mode, pairs, size, history: messages, samples: [] };
  });
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of able.entries()) {
      if (!contenders.includes(contender)) continue;
      try {
        const times = { warmUp: round === 0 ? FIRST * warmUp : warmUp, duration };
        rows[i]!.samples.push(await measure(contender.server, contender.pairs, mode, times));
      } catch (error) {
        onFailure(contender.kind.name, error);
        contenders.splice(contenders.indexOf(contender), 1);
      }
    }
  }
  return rows.filter(({ samples }) => samples.length > 0);
}

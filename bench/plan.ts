/** What a run of the bench measures, and for how long: the short plan and the full one. */

import { join } from "@std/path";
import type { Times } from "./load/measure.ts";
import type { ServerKind } from "./load/pair.ts";
import { measureClient } from "./measures/client.ts";
import { type CrowdPlan, measureCrowd } from "./measures/crowd.ts";
import { fillHistory, measurePages } from "./measures/history.ts";
import { type LoadPlan, measureLoads } from "./measures/loads.ts";
import type { Mode, Results } from "./results.ts";
import { PARLEY } from "./servers/mod.ts";

/** A plan. */
export interface Plan extends Times {
  readonly rounds: number;
  readonly crowd: CrowdPlan;
  /** The values of what is varied; none in the short plan. */
  readonly pairs: readonly number[];
  readonly sizes: readonly number[];
  readonly histories: readonly number[];
  /** Lines through the real client, if any. */
  readonly lines: number;
}

/** In less than three minutes. */
export const SHORT: Plan = {
  rounds: 3,
  warmUp: 200,
  duration: 700,
  crowd: { logOns: 1_000, idle: 1_000, settle: 1_000 },
  pairs: [],
  sizes: [],
  histories: [],
  lines: 0,
};

/** In twenty minutes and more. */
export const FULL: Plan = {
  rounds: 3,
  warmUp: 500,
  duration: 2_000,
  crowd: { logOns: 1_000, idle: 5_000, settle: 10_000 },
  pairs: [5, 50, 200, 1_000],
  sizes: [16, 64, 256, 1_024, 4_096],
  histories: [0, 10_000, 1_000_000, 10_000_000],
  lines: 100_000,
};

/** What every experiment has that does not vary it. */
const USUAL = { pairs: 50, size: 64 } as const;

const ALL_MODES: readonly Mode[] = ["coalesced", "single", "one outstanding", "paced"];
const GROWTH_MODES: readonly Mode[] = ["coalesced", "one outstanding"];

/** Lines of IRC end after 512 bytes; who would be cut off is left out. */
const IRC_LIMIT = 400;

/** Carries out `plan`, and adds to `results` what comes of it. */
export async function runPlan(
  plan: Plan,
  kinds: readonly ServerKind[],
  folder: string,
  results: Results,
  tell: (line: string) => void,
): Promise<void> {
  const { setting, loads, crowds } = results;
  const { rounds, warmUp, duration } = plan;
  const fail = (server: string, error: unknown): void => {
    setting.missing[server] = error instanceof Error ? error.message : String(error);
    tell(`${server}: ${setting.missing[server]}`);
  };
  const run = async (
    what: Pick<LoadPlan, "experiment" | "modes"> & Partial<LoadPlan>,
    servers: readonly ServerKind[],
  ): Promise<void> => {
    tell(`${what.experiment}: ${JSON.stringify({ ...USUAL, ...what })}`);
    const whole = { ...USUAL, rounds, warmUp, duration, ...what };
    loads.push(...await measureLoads(servers, whole, folder, fail));
  };

  await run({ experiment: "modes", modes: ALL_MODES }, kinds);
  for (const kind of kinds) {
    tell(`log-ons and idle connections: ${kind.name}`);
    try {
      crowds.push(await measureCrowd(kind, plan.crowd, folder));
    } catch (error) {
      fail(kind.name, error);
    }
  }
  const few = kinds.filter(({ name }) => !/compiled|QoS 1/.test(name));
  for (const pairs of plan.pairs) {
    await run({ experiment: "pairs", modes: GROWTH_MODES, pairs }, few);
  }
  for (const size of plan.sizes) {
    const able = few.filter(({ name }) => !/IRC/i.test(name) || size <= IRC_LIMIT);
    await run({ experiment: "sizes", modes: ["coalesced"], size }, able);
  }
  if (kinds.includes(PARLEY)) await measureHistories(plan, folder, results, run);
  if (plan.lines > 0) {
    tell(`the client: ${plan.lines} lines`);
    results.client = await measureClient(plan.lines, await Deno.makeTempDir({ dir: folder }));
  }
}

async function measureHistories(
  { histories }: Plan,
  folder: string,
  { pages }: Results,
  run: (
    what: Pick<LoadPlan, "experiment" | "modes"> & Partial<LoadPlan>,
    servers: readonly ServerKind[],
  ) => Promise<void>,
): Promise<void> {
  const path = join(folder, "growing.db");
  let from = 0;
  for (const messages of histories) {
    await fillHistory(path, { from, to: messages, ...USUAL });
    from = messages;
    if (messages > 0) pages.push(await measurePages(path, { messages, pairs: USUAL.pairs }));
    const history = { path, messages };
    await run({ experiment: "history", modes: GROWTH_MODES, history }, [PARLEY]);
  }
}

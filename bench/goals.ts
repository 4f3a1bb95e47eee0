/** What the server is to cost, and whether it does: the one place where the goals stand. */

import { latency, type LoadRow, median, type Mode, type Results } from "./results.ts";
import { PARLEY, PLAIN_RELAY } from "./servers/mod.ts";

/** A goal, held against results. */
export interface Verdict {
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  readonly reached: boolean;
}

/** What is allowed for beyond the relay and a fdatasync, in milliseconds. */
const LATENCY_ALLOWANCE = 0.06;
/** How much more the most expensive may cost than the cheapest. */
const FLAT = 1.15;

/** Every goal for which there are figures. */
export function verdicts(results: Results): Verdict[] {
  const { setting: { fdatasync }, crowds, pages, client } = results;
  const found: Verdict[] = [];
  const judge = (what: string, goal: string, measured: string, reached: boolean): void =>
    void found.push({ what, goal, measured, reached });
  const most = (what: string, mode: Mode, limit: number): void => {
    const row = usual(results, PARLEY.name, mode);
    if (row === undefined) return;
    const cpu = cpuOf(row);
    judge(what, `at most ${limit} µs a message`, `${cpu.toFixed(2)} µs`, cpu <= limit);
  };

  most("saturated, clients coalesce", "coalesced", 2);
  most("saturated, one record per message", "single", 6);
  most("one outstanding per pair, 50 pairs", "one outstanding", 25);
  const compare = (
    what: string,
    mode: Mode,
    share: number,
    limit: (relay: number) => number,
  ): void => {
    const [parley, relay] = [PARLEY, PLAIN_RELAY].map(({ name }) => usual(results, name, mode));
    if (parley === undefined || relay === undefined) return;
    const [ours, theirs] = [latency(parley, share), limit(latency(relay, share))];
    judge(what, `at most ${theirs.toFixed(2)} ms`, `${ours.toFixed(2)} ms`, ours <= theirs);
  };
  compare(
    "the same: median latency, beside the relay's, one fdatasync and 0.06 ms",
    "one outstanding",
    0.5,
    (relay) => relay + fdatasync + LATENCY_ALLOWANCE,
  );
  compare(
    "2,000 messages a second over 50 pairs: 99 % of latencies, beside twice the relay's and one " +
      "fdatasync",
    "paced",
    0.99,
    (relay) => 2 * relay + fdatasync,
  );

  const crowd = crowds.find(({ server }) => server === PARLEY.name);
  if (crowd !== undefined) {
    const [memory, cpu] = [crowd.memory / 1_024, crowd.cpu / 1_000];
    const count = (value: number): string => value.toLocaleString("en");
    judge(
      `idle connection, of ${count(crowd.idle)}`,
      "at most 20 KiB",
      `${memory.toFixed(1)} KiB`,
      memory <= 20,
    );
    judge(
      `log-on, of ${count(crowd.logOns)} at once, all of which succeed`,
      "at most 0.6 ms of processor time",
      `${cpu.toFixed(2)} ms`,
      cpu <= 0.6,
    );
  }
  for (const [experiment, what] of [["pairs", "pairs"], ["history", "stored messages"]] as const) {
    const rows = results.loads.filter((row) =>
      row.experiment === experiment && row.server === PARLEY.name && row.mode === "coalesced"
    );
    if (rows.length < 2) continue;
    const costs = rows.map(cpuOf);
    const growth = Math.max(...costs) / Math.min(...costs);
    const values = rows.map((row) => row[experiment].toLocaleString("en"));
    judge(
      `from ${values.at(0)} to ${values.at(-1)} ${what}`,
      "flat within 15 %",
      `${Math.min(...costs).toFixed(2)} to ${Math.max(...costs).toFixed(2)} µs`,
      growth <= FLAT,
    );
  }
  const page = pages.at(-1);
  if (page !== undefined) {
    judge(
      `a page of a history of ${page.messages.toLocaleString("en")} messages`,
      "in under 5 ms",
      `${page.median.toFixed(2)} ms; 99 %: ${page.p99.toFixed(2)} ms`,
      page.p99 < 5,
    );
  }
  if (client !== undefined) {
    const { lines, complete, seconds, senderPeak } = client;
    judge(
      `the client: ${lines.toLocaleString("en")} lines piped in`,
      "complete and in order",
      `${complete ? "yes" : "no"}, in ${seconds} s, with ${(senderPeak / 2 ** 20).toFixed(0)} MiB`,
      complete,
    );
  }
  return found;
}

function usual({ loads }: Results, server: string, mode: Mode): LoadRow | undefined {
  return loads.find((row) =>
    row.experiment === "modes" && row.server === server && row.mode === mode
  );
}

function cpuOf({ samples }: LoadRow): number {
  return median(samples.map(({ cpu }) => cpu));
}

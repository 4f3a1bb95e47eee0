/** Results as tables in Markdown, for a terminal and for docs/performance.md alike. */

import {
  type Budget,
  type CrowdRow,
  latency,
  type Limit,
  type LoadRow,
  median,
  type Mode,
  type Results,
  type Sample,
} from "./results.ts";

const MODES: readonly Mode[] = ["coalesced", "single", "one outstanding", "paced"];

/** Rows with a head; the first column is text, the others are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, i) =>
    Math.max(3, ...[head, ...rows].map((row) => row[i]?.length ?? 0))
  );
  const line = (cells: readonly string[]): string =>
    `| ${
      widths.map((width, i) =>
        i === 0 ? (cells[i] ?? "").padEnd(width) : (cells[i] ?? "").padStart(width)
      ).join(" | ")
    } |`;
  const rule = widths.map((width, i) => i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`);
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

/** The same, of text only; the formatter aligns it. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** µs per message of every server in every mode, and what share of its core that was. */
export function modesTable({ loads }: Results): string {
  const rows = loads.filter(({ experiment }) => experiment === "modes");
  const cell = (server: string, mode: Mode): string => {
    const row = rows.find((row) => row.server === server && row.mode === mode);
    return row === undefined ? "–" : withSpread(row, ({ cpu }) => cpu);
  };
  return table(
    ["µs per message", "coalesced", "one a record", "one outstanding", "2,000 a second"],
    serversOf(rows).map((server) => [server, ...MODES.map((mode) => cell(server, mode))]),
  );
}

/** Messages a second of every server under saturation, and how busy it was. */
export function ratesTable({ loads }: Results): string {
  const rows = loads.filter(({ experiment }) => experiment === "modes");
  const cell = (server: string, mode: Mode): string => {
    const row = rows.find((row) => row.server === server && row.mode === mode);
    if (row === undefined) return "–";
    const thousands = median(row.samples.map(({ rate }) => rate)) / 1_000;
    const busy = median(row.samples.map(({ busy }) => busy));
    return `${thousands.toFixed(0)}k (${(100 * busy).toFixed(0)} %)`;
  };
  return table(
    ["messages a second (core in use)", "coalesced", "one a record", "one outstanding"],
    serversOf(rows).map((server) => [
      server,
      ...MODES.slice(0, 3).map((mode) => cell(server, mode)),
    ]),
  );
}

/** Latencies of every server where they are measured. */
export function latencyTable({ loads }: Results): string {
  const rows = loads.filter(({ experiment }) => experiment === "modes");
  const cells = (server: string, mode: Mode): string[] => {
    const row = rows.find((row) => row.server === server && row.mode === mode);
    if (row === undefined) return ["–", "–"];
    return [0.5, 0.99].map((share) => `${latency(row, share).toFixed(2)} ms`);
  };
  return table(
    ["latency", "one outstanding: median", "99 %", "2,000 a second: median", "99 %"],
    serversOf(rows).map((
      server,
    ) => [server, ...cells(server, "one outstanding"), ...cells(server, "paced")]),
  );
}

/** Log-ons and idle connections. */
export function crowdTable({ crowds }: Results): string {
  const [first] = crowds;
  const count = (value: number | undefined): string => value?.toLocaleString("en") ?? "";
  return table(
    [
      "log-ons and idle connections",
      `CPU ms per log-on, ${count(first?.logOns)} at once`,
      `KiB per idle connection, of ${count(first?.idle)}`,
    ],
    crowds.map(({ server, logOns, atOnce, cpu, memory }: CrowdRow) => [
      server,
      `${(cpu / 1_000).toFixed(2)}${atOnce < logOns ? ` (${atOnce} at once)` : ""}`,
      (memory / 1_024).toFixed(1),
    ]),
  );
}

/** One of the experiments that vary a number: µs per message for each of its values. */
export function growthTable(
  { loads }: Results,
  experiment: "pairs" | "sizes" | "history",
): string {
  const of = (row: LoadRow): number => row[fieldOf(experiment)];
  const rows = loads.filter((row) => row.experiment === experiment);
  const values = [...new Set(rows.map(of))].toSorted((a, b) => a - b);
  const cell = (server: string, mode: Mode, value: number): string => {
    const row = rows.find((row) => row.server === server && row.mode === mode && of(row) === value);
    return row === undefined ? "–" : withSpread(row, ({ cpu }) => cpu);
  };
  return table(
    [
      "µs per message",
      ...values.map((value) => `${value.toLocaleString("en")}${UNIT[experiment]}`),
    ],
    [...new Set(rows.map(({ mode }) => mode))].flatMap((mode) =>
      serversOf(rows).map((
        server,
      ) => [`${server}, ${mode}`, ...values.map((value) => cell(server, mode, value))])
    ),
  );
}

/** Pages of histories. */
export function pagesTable({ pages }: Results): string {
  return table(
    ["messages in the history", "file", "page, median", "page, 99 %"],
    pages.map(({ messages, fileSize, median, p99 }) => [
      messages.toLocaleString("en"),
      `${(fileSize / 1e6).toFixed(1)} MB`,
      `${median.toFixed(2)} ms`,
      `${p99.toFixed(2)} ms`,
    ]),
  );
}

/** Where the microseconds of a message go. */
export function budgetTable(budgets: readonly Budget[]): string {
  const parts = [...new Set(budgets.flatMap((budget) => Object.keys(budget.parts)))];
  const row = (name: string, of: (budget: Budget) => number): string[] => [
    name,
    ...budgets.map((budget) => of(budget).toFixed(2)),
  ];
  const sum = ({ parts }: Budget): number => Object.values(parts).reduce((a, b) => a + b, 0);
  return table(
    ["µs per message", ...budgets.map(({ mode }) => mode)],
    [
      ...parts.map((part) => row(part, (budget) => budget.parts[part] ?? 0)),
      row("all of it", sum),
      row("processor time, of all threads", ({ cpu }) => cpu),
      row("of that, the system's", ({ system }) => system),
    ],
  );
}

/** What each part costs by itself. */
export function limitsTable(limits: readonly Limit[]): string {
  return table(
    ["by itself", "messages at once", "µs", "µs per message"],
    limits.map(({ what, messages, cpu }) => [
      what,
      messages.toLocaleString("en"),
      cpu.toFixed(cpu < 10 ? 2 : 0),
      (cpu / messages).toFixed(2),
    ]),
  );
}

/** The field that an experiment varies. */
export function fieldOf(experiment: "pairs" | "sizes" | "history"): "pairs" | "size" | "history" {
  return experiment === "sizes" ? "size" : experiment;
}

const UNIT = { pairs: " pairs", sizes: " bytes", history: " stored" } as const;

/** The median, and between which values all rounds were. */
function withSpread({ samples }: LoadRow, of: (sample: Sample) => number): string {
  const values = samples.map(of);
  const digits = median(values) < 10 ? 2 : 1;
  const [low, high] = [Math.min(...values), Math.max(...values)].map((n) => n.toFixed(digits));
  return `${median(values).toFixed(digits)} (${low}–${high})`;
}

function serversOf(rows: readonly LoadRow[]): string[] {
  return [...new Set(rows.map(({ server }) => server))];
}

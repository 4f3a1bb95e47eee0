/** What came of a soak, for people: a summary, the samples as JSON, and a plot of them. */

import { plot, type PlotSpec } from "../../tools/plot.ts";
import type { Sample, SoakResult } from "./soak.ts";

const MEBI = 2 ** 20;

/** The summary: sentences, and a table in Markdown. */
export function summary({ tally, idle, before, after, samples, ...history }: SoakResult): string {
  const seconds = after.seconds - before.seconds;
  const rate = (after.messages - before.messages) / seconds;
  const busiest = (what: "rss" | "heap" | "handles"): number | undefined =>
    samples.map((sample) => sample[what]).reduce((most, value) =>
      Math.max(most ?? 0, value ?? 0) || undefined
    );
  const peak = { rss: busiest("rss"), heap: busiest("heap")!, handles: busiest("handles") };
  const columns = [idle, before, peak, after];
  return [
    `${count(tally.messages)} messages receipted; each arrived exactly once, in order, unaltered.`,
    `${count(history.stored)} messages in the history: the same ones (${size(history.fileSize)}).`,
    `${count(tally.chats)} chats, ${count(tally.logOns)} log-ons, ${
      count(tally.histories)
    } histories; ` +
    `${count(tally.refused)} messages refused because their chat had just been ended.`,
    `${seconds.toFixed(0)} s after the warm-up, ${count(Math.round(rate))} messages/s.`,
    "",
    "| Server          | idle | after the warm-up | at most | after all |",
    "| --------------- | ---- | ----------------- | ------- | --------- |",
    row("resident memory", columns.map(({ rss }) => size(rss))),
    row("heap in use", columns.map(({ heap }) => size(heap))),
    row("open handles", columns.map(({ handles }) => handles?.toString() ?? "not told here")),
  ].join("\n");
}

/** The samples, one a line. */
export function toJson(samples: readonly Sample[]): string {
  const lines = samples.map(({ seconds, messages, rss, heap, handles }) =>
    `  ${JSON.stringify({ seconds: Math.round(seconds * 10) / 10, messages, rss, heap, handles })}`
      .replaceAll(/[{,:]/g, "$& ").replace("}", " }")
  );
  return `[\n${lines.join(",\n")}\n]\n`;
}

/** The plot of memory and handles over time. */
export function toSvg(samples: readonly Sample[]): Promise<string> {
  const series: readonly [string, string, (sample: Sample) => number | undefined][] = [
    ["MiB", "resident memory", ({ rss }) => rss && rss / MEBI],
    ["MiB", "heap in use", ({ heap }) => heap / MEBI],
    ["handles", "open handles", ({ handles }) => handles],
    ["messages", "messages", ({ messages }) => messages],
  ];
  const rows = samples.flatMap((sample) =>
    series.flatMap(([unit, what, valueOf]) => {
      const value = valueOf(sample);
      return value === undefined ? [] : [{ seconds: sample.seconds, unit, what, value }];
    })
  );
  return plot(SPEC, rows);
}

const SPEC = {
  vconcat: [
    panel("MiB", "MiB", 200, ["resident memory", "heap in use"]),
    panel("handles", "open handles", 90),
    panel("messages", "messages so far", 90),
  ],
} as PlotSpec;

/** The rows of one unit; a legend where there are several lines. */
function panel(unit: string, title: string, height: number, legend?: readonly string[]): object {
  return {
    width: 720,
    height,
    transform: [{ filter: `datum.unit === '${unit}'` }],
    mark: "line",
    encoding: {
      x: { field: "seconds", type: "quantitative", title: "seconds", axis: { tickCount: 10 } },
      y: { field: "value", type: "quantitative", title },
      ...(legend === undefined
        ? {}
        : { color: { field: "what", type: "nominal", scale: { domain: legend } } }),
    },
  };
}

function row(name: string, cells: readonly string[]): string {
  return `| ${name} | ${cells.join(" | ")} |`;
}

function count(value: number): string {
  return value.toLocaleString("en");
}

function size(bytes: number | undefined): string {
  return bytes === undefined ? "not told here" : `${(bytes / MEBI).toFixed(1)} MiB`;
}

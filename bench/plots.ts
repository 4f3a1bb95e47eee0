/** Results as plots: what goes on which axis. How a plot looks is tools/plot.ts's business. */

import { plot, type PlotSpec } from "../tools/plot.ts";
import { median, type Results } from "./results.ts";
import { fieldOf } from "./tables.ts";

/** Draws all plots for which there are figures: name and SVG. */
export async function drawPlots(results: Results): Promise<[name: string, svg: string][]> {
  const plots: [string, string][] = [];
  const draw = async (name: string, spec: PlotSpec, rows: Row[]): Promise<void> => {
    if (rows.length > 0) plots.push([name, await plot(spec, rows)]);
  };
  await draw("bench-pairs", growth("pairs"), growthRows(results, "pairs"));
  await draw("bench-sizes", growth("bytes of a text"), growthRows(results, "sizes"));
  await draw("bench-history", growth("messages in the history"), growthRows(results, "history"));
  await draw("bench-latency", LATENCY, latencyRows(results));
  return plots;
}

type Row = Record<string, string | number>;

function growthRows({ loads }: Results, experiment: "pairs" | "sizes" | "history"): Row[] {
  return loads.filter((row) => row.experiment === experiment).map((row) => ({
    // A logarithm has no zero: an empty history stands at 1.
    x: Math.max(row[fieldOf(experiment)], 1),
    cpu: median(row.samples.map(({ cpu }) => cpu)),
    server: row.server,
    mode: row.mode,
  }));
}

/** Processor time over something that grows. */
function growth(title: string): PlotSpec {
  return {
    facet: { column: { field: "mode", type: "nominal", title: null, sort: "ascending" } },
    spec: {
      width: 330,
      height: 260,
      mark: { type: "line", point: true },
      encoding: {
        x: { field: "x", type: "quantitative", title, scale: { type: "log" } },
        y: {
          field: "cpu",
          type: "quantitative",
          title: "µs of the server per message",
          scale: { zero: true },
        },
        color: { field: "server", type: "nominal" },
      },
    },
    resolve: { scale: { y: "independent" } },
  } as unknown as PlotSpec;
}

function latencyRows({ loads }: Results): Row[] {
  return loads.filter((row) => row.experiment === "modes").flatMap(({ server, mode, samples }) => {
    const shares = samples[0]?.latency?.map(({ share }) => share) ?? [];
    return shares.map((share, i) => ({
      server,
      mode: mode === "paced" ? "2,000 messages a second" : mode,
      percent: 100 * share,
      ms: median(samples.map(({ latency }) => latency![i]!.ms)),
    }));
  });
}

const LATENCY = {
  facet: { column: { field: "mode", type: "nominal", title: null } },
  spec: {
    width: 330,
    height: 260,
    mark: { type: "line", point: true },
    encoding: {
      x: { field: "ms", type: "quantitative", title: "milliseconds", scale: { type: "log" } },
      y: { field: "percent", type: "quantitative", title: "% of the messages took no longer" },
      color: { field: "server", type: "nominal" },
      order: { field: "percent" },
    },
  },
} as unknown as PlotSpec;

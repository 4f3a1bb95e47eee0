/**
 * Rows to a plot, as SVG: the look that all plots of docs/ share.
 *
 * It needs no browser and no permission. What is measured, and what goes on which axis, is the
 * caller's business, in the terms of Vega-Lite.
 */

import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

/** Legible on a light and on a dark page. */
const LOOK = {
  background: "white",
  padding: 12,
  config: {
    font: "sans-serif",
    axis: { grid: true, gridColor: "#e5e5e5", titleFontWeight: "normal", labelFontSize: 11 },
    legend: { orient: "top", title: null, labelFontSize: 12 },
    line: { strokeWidth: 1.5 },
    view: { stroke: null },
  },
} as const;

/** What is to be drawn: a specification of Vega-Lite without its data. */
export type PlotSpec = Omit<TopLevelSpec, "data" | keyof typeof LOOK>;

/** Draws `rows` as `spec` says. */
export async function plot(
  spec: PlotSpec,
  rows: readonly Readonly<Record<string, string | number>>[],
): Promise<string> {
  const whole = { ...LOOK, ...spec, data: { values: rows } } as unknown as TopLevelSpec;
  const view = new View(parse(compile(whole).spec), { renderer: "none" });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}

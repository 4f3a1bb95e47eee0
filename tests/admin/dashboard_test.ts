/** The dashboard of docs/ and the metrics of the server: each knows all of the other. */

import { assertEquals, assertMatch } from "@std/assert";
import { Metrics } from "../../lib/admin/metrics/metrics.ts";
import dashboard from "../../docs/grafana-dashboard.json" with { type: "json" };
import { missing, Prometheus } from "./prometheus.ts";
import { Monitored } from "./monitored.ts";

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const PANELS: readonly Panel[] = dashboard.panels;
const EXPRESSIONS = PANELS.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const VARIABLES = dashboard.templating.list;

/** What each metric may be called in a query, by its own name. */
async function exported(): Promise<Map<string, string[]>> {
  const text = await new Metrics({ version: "1.2.3", deno: "4.5.6" }).text();
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Map(types.map(([, name, type]) => [
    name!,
    type === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name!],
  ]));
}

function named(queries: readonly string[]): Set<string> {
  return new Set(queries.flatMap((query) => query.match(/parley_\w+/g) ?? []));
}

Deno.test("every metric that the dashboard names is exported", async () => {
  const all = [...(await exported()).values()].flat();
  const queries = VARIABLES.map(({ query }) => JSON.stringify(query));
  const unknown = [...named([...EXPRESSIONS, ...queries])].filter((name) => !all.includes(name));
  assertEquals(unknown, []);
});

Deno.test("every metric that is exported is on the dashboard", async () => {
  const shown = named(EXPRESSIONS);
  const missing = [...await exported()].filter(([, names]) => !names.some((one) => shown.has(one)));
  assertEquals(missing.map(([name]) => name), []);
});

Deno.test("every label that the dashboard groups or names by is one that the metric has", async () => {
  const text = await new Metrics({ version: "1.2.3", deno: "4.5.6" }).text();
  for (const { targets = [] } of PANELS) {
    for (const { expr, legendFormat } of targets) {
      const [metric] = named([expr]);
      const grouped = /sum by \((\w+)\)/.exec(expr)?.[1];
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      for (const label of [...shown, ...(grouped === undefined ? [] : [grouped])]) {
        assertMatch(text, new RegExp(`^${metric}\\{.*\\b${label}="`, "m"));
      }
    }
  }
});

Deno.test("the panels of the dashboard have titles of their own, and do not overlap", () => {
  const cells = new Set<string>();
  for (const { title, gridPos: { x, y, w, h } } of PANELS) {
    for (let column = x; column < x + w; column++) {
      for (let line = y; line < y + h; line++) {
        const cell = `${column}/${line}`;
        assertEquals([title, cells.has(cell), column < 24], [title, false, true]);
        cells.add(cell);
      }
    }
  }
  assertEquals(new Set(PANELS.map(({ title }) => title)).size, PANELS.length);
});

const reason = missing("prometheus");

Deno.test({
  name: `Prometheus understands every query of the dashboard${
    reason === undefined ? "" : ` (skipped: ${reason})`
  }`,
  ignore: reason !== undefined,
  fn: async () => {
    await using monitored = await Monitored.start();
    await using prometheus = await Prometheus.start(new URL(monitored.monitor.url).host);
    await prometheus.up();
    await prometheus.value("parley_build_info", 1);
    for (const expr of EXPRESSIONS) {
      const query = expr.replaceAll("$__rate_interval", "1m")
        .replaceAll("$job", ".*").replaceAll("$instance", ".*");
      await prometheus.understands(query);
    }
  },
});

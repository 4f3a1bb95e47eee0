import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { fill } from "../../bench/document.ts";
import { verdicts } from "../../bench/goals.ts";
import { drawPlots } from "../../bench/plots.ts";
import { partOf, sumByPart } from "../../bench/profile/parts.ts";
import {
  latency,
  type LoadRow,
  type Mode,
  quantilesOf,
  type Results,
  type Sample,
} from "../../bench/results.ts";
import { PARLEY, PLAIN_RELAY } from "../../bench/servers/mod.ts";
import { table } from "../../bench/tables.ts";

function sample(cpu: number): Sample {
  const latency = quantilesOf(Array.from({ length: 1_000 }, (_, i) => (i + 1) / 1_000));
  return { cpu, system: cpu / 2, rate: 1_000, busy: 0.9, latency };
}

function row(server: string, mode: Mode, cpus: readonly number[], pairs = 50): LoadRow {
  const experiment = pairs === 50 ? "modes" : "pairs";
  return { experiment, server, mode, pairs, size: 64, history: 0, samples: cpus.map(sample) };
}

const RESULTS: Results = {
  setting: {
    ...{ at: "2026-01-02T03:04:05Z", command: "deno task bench-full", cpu: "CPU", cores: 2 },
    ...{ memory: 2 ** 33, system: "linux 6", fileSystem: "ext4", fdatasync: 0.2, pinned: true },
    versions: { Parley: "1" },
    missing: { ngIRCd: "not installed" },
  },
  loads: [
    row(PARLEY.name, "coalesced", [3, 1, 2]),
    row(PARLEY.name, "single", [6.1]),
    row(PARLEY.name, "one outstanding", [30]),
    row(PLAIN_RELAY.name, "one outstanding", [15]),
    row(PARLEY.name, "coalesced", [2], 5),
    row(PARLEY.name, "coalesced", [3], 1_000),
  ],
  crowds: [{ server: PARLEY.name, logOns: 1_000, atOnce: 1_000, cpu: 500, idle: 5_000, memory: 1 }],
  pages: [{ messages: 1e7, fileSize: 1e9, median: 1, p99: 6 }],
};

Deno.test("table() aligns text to the left and numbers to the right", () => {
  assertEquals(table(["name", "µs"], [["a", "1.5"], ["longer", "10"]]).split("\n"), [
    "| name   |  µs |",
    "| ------ | --: |",
    "| a      | 1.5 |",
    "| longer |  10 |",
  ]);
});

Deno.test("quantiles are those of the sorted latencies, whatever their order", () => {
  assertEquals(latency(row("x", "paced", [1]), 0.5), 0.501);
  assertEquals(quantilesOf([3, 1, 2]).find(({ share }) => share === 0.99)!.ms, 3);
});

Deno.test("goals are judged by the median of the rounds", () => {
  const reached = new Map(verdicts(RESULTS).map((verdict) => [verdict.what, verdict.reached]));
  assertEquals(reached.get("saturated, clients coalesce"), true);
  assertEquals(reached.get("saturated, one record per message"), false);
  assertEquals(reached.get("one outstanding per pair, 50 pairs"), false);
  assertEquals(
    reached.get("the same: median latency, beside the relay's, one fdatasync and 0.06 ms"),
    true,
  );
  assertEquals(reached.get("from 5 to 1,000 pairs"), false);
  assertEquals(reached.get("a page of a history of 10,000,000 messages"), false);
  assertEquals(reached.get("idle connection, of 5,000"), true);
  // What was not measured is not judged.
  assert(![...reached.keys()].some((what) => what.includes("2,000") || what.includes("client:")));
});

Deno.test("fill() fills what is marked, anew each time, and nothing else", () => {
  const text = "before\n<!-- bench:modes -->\n\nold\n\n<!-- /bench -->\nafter\n" +
    "<!-- bench:budget -->\n\nNot measured yet.\n\n<!-- /bench -->\n";
  const filled = fill(text, RESULTS, [], []);
  assertStringIncludes(filled, "2.00 (1.00–3.00)");
  assert(!filled.includes("old"));
  assertStringIncludes(filled, "Not measured yet.");
  assertEquals(fill(filled, RESULTS, [], []), filled);
  assertThrows(() => fill("<!-- bench:typo -->\n<!-- /bench -->", RESULTS, [], []), Error, "typo");
});

Deno.test("docs/performance.md has only places that can be filled", async () => {
  const text = await Deno.readTextFile(new URL("../../docs/performance.md", import.meta.url));
  const budget = { mode: "single", cpu: 6, system: 1, parts: { codec: 2 } } as const;
  const limit = { what: "encode", messages: 64, cpu: 5 };
  const filled = fill(text, RESULTS, [budget], [limit]);
  for (
    const name of [
      "goals",
      "setting",
      "modes",
      "rates",
      "latency",
      "crowd",
      "pairs",
      "budget",
      "limits",
    ]
  ) {
    const [, place] = filled.split(`<!-- bench:${name} -->`);
    assert(!place!.split("<!-- /bench -->")[0]!.includes("Not measured yet"), name);
  }
});

Deno.test("there is a plot of everything that there are figures of", async () => {
  const plots = await drawPlots(RESULTS);
  assertEquals(plots.map(([name]) => name), ["bench-pairs", "bench-latency"]);
  for (const [, svg] of plots) assert(svg.startsWith("<svg "));
});

Deno.test("a profile counts for the part of the house that asked for it", () => {
  const frames = (...calls: [functionName: string, url: string][]): Parameters<typeof partOf>[0] =>
    calls.map(([functionName, url]) => ({ callFrame: { functionName, url } }));
  const turns: [string, string] = ["run", "file:///x/lib/server/turns.ts"];
  const sqlite: [string, string] = ["commit", "file:///x/lib/history/sqlite.ts"];
  assertEquals(partOf(frames(turns)), "server");
  assertEquals(partOf(frames(["exec", ""], sqlite, turns)), "history: SQLite and the disk");
  assertEquals(
    partOf(frames(["op_write", ""], ["write", "file:///x/lib/transport/link.ts"])),
    "transport: system calls",
  );
  assertEquals(partOf(frames(["encode", "ext:deno_web/08.js"], sqlite)), "history");
  assertEquals(partOf(frames(["wasm-function[1]", "wasm://wasm/1"], turns)), "crypto");
  assertEquals(partOf(frames(["(garbage collector)", ""])), "garbage collection");
  assertEquals(partOf(frames(["tick", "ext:core/01_core.js"])), "runtime");
  const node = (id: number, [functionName, url]: [string, string], children: number[] = []) => ({
    ...{ id, callFrame: { functionName, url }, children },
  });
  const profile = {
    nodes: [node(1, turns, [2]), node(2, ["now", ""]), node(3, ["(idle)", ""])],
    samples: [2, 3, 1],
    timeDeltas: [10, 100, 5],
  };
  assertEquals([...sumByPart(profile)], [["server", 15]]);
});

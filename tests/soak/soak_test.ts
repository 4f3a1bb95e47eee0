/** A short soak, and that it would notice what it is there to notice. */

import { assertEquals, assertThrows } from "@std/assert";
import { Ledger, textOf } from "./ledger.ts";
import { summary, toJson, toSvg } from "./report.ts";
import { soak } from "./soak.ts";

Deno.test("20,000 messages arrive, are stored once, and leave no handle open at the server", async () => {
  const { tally, idle, before, after, samples, ...history } = await soak({
    messages: 20_000,
    pairs: 5,
  });
  assertEquals([tally.messages, history.stored], [20_000, 20_000]);
  assertEquals([before.handles, after.handles], [idle.handles, idle.handles]);
  const text = summary({ tally, idle, before, after, samples, ...history });
  assertEquals(text.split("\n")[0]!.split(" ")[0], "20,000");
});

Deno.test("a ledger notices a message that is missing, doubled, out of order or altered", () => {
  const wrong: ((ledger: Ledger) => void)[] = [
    (ledger) => ledger.arrived(7, "a", 2, textOf(7, "a", 2)),
    (ledger) => {
      ledger.arrived(7, "a", 1, textOf(7, "a", 1));
      ledger.arrived(7, "a", 1, textOf(7, "a", 1));
    },
    (ledger) => ledger.arrived(7, "a", 1, textOf(7, "b", 1)),
    (ledger) => ledger.arrived(8, "a", 1, textOf(8, "a", 1)),
    (ledger) => ledger.arrived(7, "c", 1, textOf(7, "c", 1)),
  ];
  for (const happen of wrong) {
    const ledger = new Ledger();
    ledger.open(7, "a", "b");
    assertThrows(() => happen(ledger), Error);
  }
});

Deno.test("a ledger is settled when what was receipted has arrived, and nothing else", () => {
  const ledger = new Ledger();
  ledger.open(7, "a", "b");
  ledger.open(7, "b", "a");
  assertEquals(ledger.settled(7), true);
  assertEquals(ledger.receipted(7, "a", 1), 1);
  assertEquals(ledger.settled(7), false);
  ledger.arrived(7, "a", 1, textOf(7, "a", 1));
  assertEquals(ledger.settled(7), true);
  ledger.arrived(7, "a", 2, textOf(7, "a", 2));
  assertEquals(ledger.settled(7), false);
  assertEquals(ledger.receipted(7, "a", 2), 1);
  assertEquals(ledger.close(7), 2);
  assertEquals(ledger.stored, [{ sessionId: 7, sender: "a", count: 2 }]);
});

Deno.test("the samples of a soak become JSON and a plot, also where the system tells little", async () => {
  const samples = [0, 1, 2].map((seconds) => ({
    seconds,
    messages: 1_000 * seconds,
    rss: undefined,
    heap: 9_000_000 + seconds,
    handles: seconds === 1 ? 137 : undefined,
  }));
  assertEquals(JSON.parse(toJson(samples)).length, 3);
  const svg = await toSvg(samples);
  assertEquals([svg.startsWith("<svg "), svg.includes("heap in use")], [true, true]);
});

import { assertEquals } from "@std/assert";
import { Drops } from "../../lib/server/drops.ts";
import type { ServerNote } from "../../lib/server/mod.ts";

const MINUTE = 60_000;
const SLOW = "readers that were too slow";
const DAMAGED = "connections with damaged records";

Deno.test("Drops tells the first of a kind at once, and the rest once a minute", () => {
  const notes: ServerNote[] = [];
  const drops = new Drops({ note: (note) => notes.push(note) });
  for (let i = 0; i < 1_000; i++) drops.add(SLOW, 5_000 + i);
  drops.add(DAMAGED, 6_000);
  assertEquals(notes, [
    { type: "dropped", what: SLOW, count: 1 },
    { type: "dropped", what: DAMAGED, count: 1 },
  ]);
  drops.tick(5_000 + MINUTE - 1);
  assertEquals(notes.length, 2);
  drops.tick(5_000 + MINUTE);
  drops.tick(5_000 + 3 * MINUTE);
  assertEquals(notes.slice(2), [{ type: "dropped", what: SLOW, count: 999 }]);
  drops.add(SLOW, 5_000 + 4 * MINUTE);
  assertEquals(notes.slice(3), [{ type: "dropped", what: SLOW, count: 1 }]);
  assertEquals([drops.total(SLOW), drops.total(DAMAGED)], [1_001, 1]);
  assertEquals(drops.total("connections that did not CONNECT"), 0);
});

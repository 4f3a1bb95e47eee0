/** A busy server killed a few times; `deno task crash` does it a thousand times. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { crash } from "./run.ts";

const KILLS = 8;

Deno.test(`a server killed ${KILLS} times has lost nothing, and clients log on again`, async () => {
  const folder = await Deno.makeTempDir({ prefix: "parley-crash-" });
  try {
    const history = join(folder, "history.db");
    const { faults, figures, tally } = await crash({ history, kills: KILLS, seed: 4, pairs: 3 });
    assertEquals(faults, []);
    assertEquals(figures.kills, KILLS);
    assert(tally.receipted > 0 && tally.sessions > 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

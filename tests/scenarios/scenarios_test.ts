/** The validation scenarios of the assignment, with real processes. `deno task scenarios` shows them. */

import { Stage } from "../../tools/stage/mod.ts";
import { SCENARIOS } from "./scenarios.ts";

for (const { letter, title, play } of SCENARIOS) {
  Deno.test(`scenario (${letter}): ${title}`, async () => {
    await using stage = await Stage.open();
    await play(stage, () => {});
    await stage.close();
  });
}

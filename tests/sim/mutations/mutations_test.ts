/** Every deliberate bug is noticed, so the simulation would have noticed a real one. */

import { assert, assertNotEquals } from "@std/assert";
import { MUTATIONS, WITHIN } from "./list.ts";
import { hunt } from "./run.ts";

Deno.test("there are at least 25 deliberate bugs", () => assert(MUTATIONS.length >= 25));

for (const mutation of MUTATIONS) {
  Deno.test(`${WITHIN} simulated worlds are enough to notice that ${mutation.name}`, async () => {
    assertNotEquals(await hunt(mutation), undefined);
  });
}

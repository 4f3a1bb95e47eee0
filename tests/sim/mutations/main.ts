/** Tells which seed notices which deliberate bug: `deno task mutations`. */

import { MUTATIONS, WITHIN } from "./list.ts";
import { hunt } from "./run.ts";

let missed = 0;
for (const mutation of MUTATIONS) {
  const found = await hunt(mutation);
  if (found === undefined) missed++;
  const when = found === undefined ? `NOT within ${WITHIN}` : `seed ${found.seed}`;
  console.log(`${when.padEnd(16)} ${mutation.name}`);
  if (found !== undefined) console.log(`${"".padEnd(16)}   ${found.rule}`);
}
console.log(`${MUTATIONS.length - missed} of ${MUTATIONS.length} bugs were noticed`);
Deno.exit(missed === 0 ? 0 : 1);

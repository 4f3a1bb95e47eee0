/** Commits to the history at its first argument until it is killed; tells of each commit by a line. */

import { openHistory } from "../../lib/history/mod.ts";
import { BOB, CAROL, entries } from "./fixtures.ts";

const history = await openHistory(Deno.args[0]!);
const encoder = new TextEncoder();
for (let sessionId = 1;; sessionId++) {
  await history.commit([
    ...entries(2, { sessionId }),
    ...entries(1, { sessionId, from: CAROL, to: BOB }),
  ]);
  await Deno.stdout.write(encoder.encode(`${sessionId}\n`));
}

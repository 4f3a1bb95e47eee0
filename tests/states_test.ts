/** docs/states.md is what the tables say. */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { STATES_FILE, statesDocument } from "../tools/states.ts";

Deno.test(`${STATES_FILE} is drawn from the tables (deno task docs)`, () => {
  const file = fromFileUrl(new URL(`../${STATES_FILE}`, import.meta.url));
  assertEquals(Deno.readTextFileSync(file), statesDocument());
});

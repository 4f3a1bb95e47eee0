/** What programs say of their version, from source. tests/binaries/ has that of compiled ones. */

import { assertEquals } from "@std/assert";
import { versionLine } from "../../lib/terminal/mod.ts";

Deno.test("versionLine() tells of a program that runs from source, and on which Deno", () => {
  const line = `parley 1.2.3 (from source, Deno ${Deno.version.deno})`;
  assertEquals(versionLine("parley", "1.2.3"), line);
});

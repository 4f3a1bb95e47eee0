/** A terminal that is gone before the program knows. */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

const FIXTURE = fromFileUrl(new URL("./terminal_fixture.ts", import.meta.url));
const CONFIG = fromFileUrl(new URL("../../deno.json", import.meta.url));

Deno.test("an interactive terminal that is gone ends its lines, and no more", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", CONFIG, FIXTURE, "gone"],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  assertEquals([new TextDecoder().decode(stderr), code], ["", 17]);
});

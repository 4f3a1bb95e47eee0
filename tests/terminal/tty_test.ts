/** The end of a terminal with which the program is not done: pipes stand for it, and break. */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

const FIXTURE = fromFileUrl(new URL("./terminal_fixture.ts", import.meta.url));
const CONFIG = fromFileUrl(new URL("../../deno.json", import.meta.url));

Deno.test("an interactive terminal that is gone ends its lines, and no more", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", CONFIG, FIXTURE, "gone"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const screen = child.stdout.getReader();
  await screen.read();
  await screen.cancel();
  await child.stdin.close();
  assertEquals(await child.stderr.text(), "");
  assertEquals((await child.status).code, 17);
});

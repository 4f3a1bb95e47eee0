/** `parley-server check`, as scripts use it: what it prints where, and its exit code. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { SETTINGS } from "../../lib/admin/settings.ts";
import { run } from "../../tools/stage/mod.ts";
import { Folder } from "./fixtures.ts";

Deno.test("check ends with 0 for the sample as it comes, and tells where it was checked for", async () => {
  const { code, output, errors } = await run("server", ["check"], { PARLEY_PORT: "5001" });
  assertEquals([code, errors], [0, ""]);
  assertMatch(output, /^settings: UDP port 5001 /);
  assertMatch(output, /^subscribers: 10 in subscribers\.toml, 10 with sample secrets$/m);
});

Deno.test("check ends with 1 for subscribers that are not sound, and names file and line", async () => {
  await using folder = new Folder();
  const file = folder.write("subscribers.toml", '[alice]\nsecret = "short"\n');
  const { code, output, errors } = await run("server", ["check", "--subscribers", file]);
  assertEquals([code, output], [1, ""]);
  assertStringIncludes(errors, `${file}:2: subscriber "alice": the secret has fewer than 16 bytes`);
});

Deno.test("check ends with 2 for a setting that is not understood, and names where it stands", async () => {
  await using folder = new Folder();
  const config = folder.write("parley.toml", "\nidle-timeout = 0\n");
  const takes = "takes a whole number from 1 to 2000000, not";
  for (
    const [args, env, complaint] of [
      [["--idle-timeout=x"], {}, `--idle-timeout ${takes} "x"`],
      [[], { PARLEY_IDLE_TIMEOUT: "1h" }, `PARLEY_IDLE_TIMEOUT ${takes} "1h"`],
      [["--config", config], {}, `${config}:2: idle-timeout ${takes} "0"`],
    ] as const
  ) {
    assertEquals(await run("server", ["check", ...args], env), {
      code: 2,
      output: "",
      errors: `parley-server: ${complaint}. See parley-server --help.`,
    });
  }
});

Deno.test("the program, serve and check show help with every setting in it", async () => {
  for (
    const [args, usage] of [
      [["--help"], "[serve] [flags]"],
      [["-h"], "[serve] [flags]"],
      [["help"], "[serve] [flags]"],
      [["help", "check"], "check [flags]"],
      [["serve", "--help"], "[serve] [flags]"],
      [["check", "--help"], "check [flags]"],
    ] as const
  ) {
    const { code, output, errors } = await run("server", args);
    assertEquals([code, errors], [0, ""]);
    assertStringIncludes(output, `Usage: parley-server ${usage}`);
    for (const name of Object.keys(SETTINGS)) assertStringIncludes(output, `  --${name} `);
  }
});

/** The systemd unit of the server, held against systemd's own checks. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type Ended, run, testWith } from "./programs.ts";

const UNIT = new URL("../../packaging/parley-server.service", import.meta.url);

/** What `systemd-analyze security` may give at most, in tenths: 0 is closed, 100 wide open. */
const EXPOSURE = 12;

/** The unit in a folder of its own, with a program that is there in the place of the server. */
async function withUnit(
  edit: (unit: string) => string,
  test: (path: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const unit = await Deno.readTextFile(UNIT);
    assertStringIncludes(unit, "ExecStart=/usr/local/bin/parley-server ");
    const path = join(folder, "parley-server.service");
    await Deno.writeTextFile(path, edit(unit.replace("/usr/local/bin/parley-server", "/bin/true")));
    await test(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What systemd has to say of the unit at `path`, and not of others on the machine. */
async function verify(path: string): Promise<Ended> {
  const { code, text } = await run("systemd-analyze", ["verify", "--recursive-errors=no", path]);
  const own = text.split("\n").filter((line) => line.includes("parley-server"));
  return { code, text: own.join("\n") };
}

const ANALYZE = ["systemd-analyze", "--version"] as const;

await testWith(ANALYZE, "systemd finds nothing wrong with the server's unit", async () => {
  await withUnit((unit) => unit, async (path) => {
    assertEquals(await verify(path), { code: 0, text: "" });
  });
});

await testWith(ANALYZE, "systemd would find a directive that it does not know", async () => {
  await withUnit((unit) => unit.replace("UMask=", "UMusk="), async (path) => {
    assertStringIncludes((await verify(path)).text, "UMusk");
  });
});

await testWith(
  ANALYZE,
  "the server's unit leaves little exposed, in systemd's opinion",
  async () => {
    await withUnit((unit) => unit, async (path) => {
      const { code, text } = await run("systemd-analyze", [
        "security",
        "--offline=true",
        "--no-pager",
        `--threshold=${EXPOSURE}`,
        path,
      ]);
      assertEquals(code, 0, text);
    });
  },
);

Deno.test("the server's unit lets V8 compile, and the server be stopped as it listens for", async () => {
  const lines = (await Deno.readTextFile(UNIT)).split(/\r?\n/);
  assert(lines.includes("MemoryDenyWriteExecute=no"));
  assert(lines.includes("SystemCallFilter=@system-service @pkey"));
  assert(!lines.some((line) => line.startsWith("KillSignal=")));
});

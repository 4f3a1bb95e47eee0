/** Standard output that nobody reads, or that nothing can be written to. */

import { assertEquals } from "@std/assert";
import { openHistory } from "../../lib/history/mod.ts";
import { launchOf } from "../../tools/stage/mod.ts";
import { entries } from "../history/fixtures.ts";
import { Folder } from "./fixtures.ts";

const noShell = Deno.build.os === "windows";

/** The exit code and the errors of a program whose output goes where the shell is told. */
async function outputTo(
  where: string,
  task: "server" | "client",
  ...args: readonly string[]
): Promise<[code: number, errors: string]> {
  const launch = launchOf(task);
  // The shell's own exit code is the program's.
  const script = `{ "$@"; code=$?; } ${where}; exit $code`;
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-c", script, "sh", launch.command, ...launch.args, ...args],
    cwd: launch.cwd,
    clearEnv: true,
    env: { ...launch.env },
  }).output();
  return [code, new TextDecoder().decode(stderr)];
}

Deno.test({
  name: "a program whose output nobody reads ends as if they did",
  ignore: noShell,
  fn: async () => {
    // Whoever has the other end of this pipe is gone before the program begins to write.
    const gone = "| true";
    for (
      const [task, ...args] of [
        ["server", "--help"],
        ["server", "subscriber", "list"],
        ["client", "--help"],
      ] as const
    ) {
      assertEquals((await outputTo(gone, task, ...args))[1], "");
    }
  },
});

Deno.test({
  name: "a program that cannot write its output says why",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const why = "cannot write to standard output: No space left on device (os error 28)";
    assertEquals(await outputTo(">/dev/full", "server", "--help"), [1, `parley-server: ${why}\n`]);
    assertEquals(await outputTo(">/dev/full", "client", "--help"), [1, `parley: ${why}.\n`]);
    await using folder = new Folder();
    const path = folder.file("history.db");
    const history = await openHistory(path, { durability: "normal" });
    await history.commit(entries(1));
    await history.close();
    const words = ["history", "export", "alice", "bob", "--history", path];
    assertEquals(await outputTo(">/dev/full", "server", ...words), [1, `parley-server: ${why}\n`]);
  },
});

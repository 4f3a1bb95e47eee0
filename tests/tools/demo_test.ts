/** `deno task demo` plays to its end, tells how to go on, and leaves nothing behind. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Program, run } from "../../tools/stage/mod.ts";
import { Folder } from "../programs/fixtures.ts";

/** The demo with a place of its own for its temporary files. */
function temporary(folder: Folder): Record<string, string> {
  Deno.mkdirSync(folder.file("temporary"));
  const path = folder.file("temporary");
  return { TMPDIR: path, TEMP: path, TMP: path };
}

Deno.test("the demo shows a chat, and how to start one, in 80 columns, and leaves nothing behind", async () => {
  await using folder = new Folder();
  const { code, output, errors } = await run("demo", ["--fast"], temporary(folder));
  assertEquals([code, errors], [0, ""]);
  for (
    const part of [
      "> Log on",
      "CHALLENGE ────►",
      "Chat started with bob",
      "alice: Lunch at noon?",
      "Chat ended with alice",
      "3 messages with bob",
      "  deno task server",
      "  deno task client bob",
    ]
  ) {
    assertStringIncludes(output, part);
  }
  assertEquals(output.split("\n").filter((line) => line.length > 80), []);
  assertEquals([...Deno.readDirSync(folder.file("temporary"))], []);
});

Deno.test("the demo suggests another port where the usual one is taken", async () => {
  await using folder = new Folder();
  // Somebody else's, if it is taken already.
  using _taken = listen(4390);
  const { output } = await run("demo", ["--fast"], temporary(folder));
  const [, port] = /^ {2}deno task server --port (\d+)$/m.exec(output) ?? [];
  assertStringIncludes(output, `  deno task client alice --server 127.0.0.1:${port}\n`);
});

Deno.test({
  name: "the demo tidies up when it is interrupted",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using folder = new Folder();
    await using demo = new Program("demo", { args: [], env: temporary(folder) });
    await demo.screen.find(/HELLO/);
    demo.kill("SIGINT");
    assertEquals(await demo.exit(), 130);
    assertEquals(demo.errors.all, []);
    assertEquals([...Deno.readDirSync(folder.file("temporary"))], []);
  },
});

Deno.test("the demo refuses what it does not know", async () => {
  const { code, errors } = await run("demo", ["--slow"]);
  assertEquals([code, errors], [2, "demo: unknown flag --slow. The only flag is --fast."]);
});

function listen(port: number): Disposable {
  try {
    return Deno.listen({ hostname: "127.0.0.1", port });
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    return { [Symbol.dispose]: (): void => {} };
  }
}

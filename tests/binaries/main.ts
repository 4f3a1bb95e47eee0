/**
 * `deno task test-binaries`: runs the tests of the programs against the compiled ones of dist/,
 * which stand in a folder of their own beside the sample subscribers, with an empty environment;
 * then again in a bare root, where one can be made.
 *
 * The tests are those that the programs from source pass, and tests/binaries/. They must leave
 * nothing in the programs' folder.
 *
 * Exit codes: 0, all passed; 1, not so.
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { DIST, PROGRAMS, ROOT } from "../../tools/build/programs.ts";
import { executableSuffix } from "../../tools/build/targets.ts";
import { BareRoot, whyNoBareRoot } from "./bare_root.ts";

const TESTS = [
  "tests/binaries",
  "tests/scenarios",
  "tests/programs",
  "tests/earlier_bugs/programs_test.ts",
  "tests/crash/crash_test.ts",
  "tests/tools/demo_test.ts",
];

async function main(): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "parley-binaries-" });
  try {
    await fill(folder);
    const before = list(folder);
    console.log("The compiled programs, with an empty environment:");
    if (!await test({ PARLEY_PROGRAMS: folder })) return 1;
    assertEquals(list(folder), before);

    const why = await whyNoBareRoot(folder);
    if (why !== undefined) {
      console.log(`The compiled programs in a bare root: skipped, ${why}`);
      return 0;
    }
    await using root = await BareRoot.make(folder);
    const files = root.list();
    console.log(`The compiled programs in a bare root:\n  ${files.join("\n  ")}`);
    const passed = await test(root.environment);
    assertEquals(root.list(), files);
    return passed ? 0 : 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Puts into `folder` what an archive holds to run. */
async function fill(folder: string): Promise<void> {
  for (const program of PROGRAMS) {
    const name = program.name + executableSuffix();
    await Deno.copyFile(join(DIST, name), join(folder, name));
  }
  await Deno.copyFile(join(ROOT, "subscribers.toml"), join(folder, "subscribers.toml"));
  // Other users may run them too.
  if (Deno.build.os !== "windows") await Deno.chmod(folder, 0o755);
}

function list(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}

async function test(env: Record<string, string>): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--parallel", "--allow-all", "--no-check", ...TESTS],
    cwd: ROOT,
    env,
  }).spawn().status;
  return success;
}

if (import.meta.main) Deno.exit(await main());

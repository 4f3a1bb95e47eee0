/**
 * What is so of the compiled programs alone; all else they share with the programs from source,
 * whose tests `deno task test-binaries` runs on them too.
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { bundle, readCommit } from "../../tools/build/bundle.ts";
import { BUNDLES, DIST, PROGRAMS, ROOT, VERSION } from "../../tools/build/programs.ts";
import { executableSuffix } from "../../tools/build/targets.ts";
import { COMPILED, launchOf, Program, run, Server } from "../../tools/stage/mod.ts";
import { client, Folder } from "../programs/fixtures.ts";

const TASKS = { "parley-server": "server", "parley": "client" } as const;
const BOTH = ["parley-server", "parley"] as const;

/** How what Deno adds to a runtime begins. */
const METADATA = /\{"argv":\[\],.*?"permissions":(?<permissions>\{[^{}]*\})/;

const WHY_NOT = COMPILED === undefined ? "deno task test-binaries tests this" : undefined;
/** Why a program cannot be run as another user. */
const WHY_NOBODY_ELSE = Deno.build.os !== "linux" || Deno.uid() !== 0
  ? "only root on Linux becomes somebody else"
  : launchOf("server").command.endsWith("chroot")
  ? "only root enters a bare root"
  : undefined;

/** A test that is skipped when there is a reason to. */
function compiledTest(name: string, fn: () => Promise<void>, whyNot?: string): void {
  const why = WHY_NOT ?? whyNot;
  const ignore = why !== undefined;
  Deno.test({ name: ignore ? `${name} (skipped: ${why})` : name, ignore, fn });
}

compiledTest("a compiled program tells its version, its commit and its Deno", async () => {
  for (const name of BOTH) {
    const { code, output, errors } = await run(TASKS[name], ["--version"]);
    assertEquals([code, errors], [0, ""]);
    const [, commit] = /^\S+ \S+ \(commit (\S+), Deno \d+\.\d+\.\d+\)$/.exec(output) ?? [];
    assertStringIncludes(output, `${name} ${VERSION} (`);
    assertEquals(commit?.replace("-dirty", ""), (await readCommit()).replace("-dirty", ""));
  }
});

compiledTest("a compiled server tells how to join with a compiled client", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  await server.program.screen.find(`To join: parley alice --server ${server.address}`);
});

compiledTest("a compiled program may do what its task lets it do, and never asks", async () => {
  for (const name of BOTH) {
    const { prompt, deny_import, allow_import: _, ...permissions } =
      (await added(name)).permissions;
    const allowed = Object.entries(permissions)
      .filter(([key, value]) => key.startsWith("allow_") && value !== null);
    assertEquals([prompt, deny_import], [false, []]);
    assertEquals(
      Object.fromEntries(allowed),
      name === "parley"
        ? {
          allow_env: ["PARLEY_SECRET", "HOME", "XDG_CONFIG_HOME", "APPDATA", "TERM"],
          allow_net: [],
          allow_read: [],
          allow_write: [],
        }
        : { allow_env: ["PARLEY_*"], allow_net: [], allow_read: [], allow_write: [] },
    );
  }
});

compiledTest("a compiled program is the runtime and its bundle, and no more", async () => {
  for (const name of BOTH) {
    const { size } = await added(name);
    const bundled = Deno.statSync(join(BUNDLES, `${name}.js`)).size;
    assert(size >= bundled && size < bundled + 10_000, `${size} bytes for ${bundled}`);
  }
}, Deno.build.os === "linux" ? undefined : "only in Linux's programs it is the last");

/** What Deno added to a runtime: how many bytes, from where it begins, and the permissions there. */
async function added(
  name: string,
): Promise<{ size: number; permissions: Record<string, string[] | boolean | null> }> {
  const bytes = await Deno.readFile(join(DIST, name + executableSuffix()));
  const { index, groups } = METADATA.exec(new TextDecoder("latin1").decode(bytes))!;
  return { size: bytes.length - index, permissions: JSON.parse(groups!.permissions!) };
}

compiledTest("a compiled program keeps no cache where others could write one for it", async () => {
  await using folder = new Folder();
  Deno.mkdirSync(folder.file("temporary"));
  const path = folder.file("temporary");
  const env = { TMPDIR: path, TEMP: path, TMP: path };
  const args = ["--port", "0", "--history", folder.file("history.db")];
  await using server = new Program("server", { args, env });
  const [, address] = /listening on (\S+)/.exec(await server.screen.next("listening")) ?? [];
  await using alice = client("alice", { address: address! }, { args: ["--log-on"], env });
  await alice.screen.expect("Connected");
  await alice.endInput();
  assertEquals(await alice.exit(), 0);
  server.kill("SIGINT");
  await server.exit();
  assertEquals([...Deno.readDirSync(path)], []);
});

Deno.test("a bundle is the same whenever it is made", async () => {
  await using folder = new Folder();
  const [first, second] = await Promise.all(["first", "second"].map(async (name) => {
    const path = await bundle(PROGRAMS[1]!, "0123abc", folder.file(name));
    return { code: await Deno.readTextFile(path), time: Deno.statSync(path).mtime };
  }));
  assertEquals(first, second);
});

Deno.test("a bundle holds what its program needs, and no types, tests or tools", async () => {
  await using folder = new Folder();
  const notices = await Deno.readTextFile(join(ROOT, "THIRD_PARTY.md"));
  const noticed = Array.from(notices.matchAll(/^## (.+)$/gm), ([, names]) => names!.split(", "));
  const bundled = new Set<string>();
  for (const program of PROGRAMS) {
    const path = await bundle(program, "0123abc", folder.file("."));
    const code = await Deno.readTextFile(path);
    assertMatch(code, /^const PARLEY_COMMIT = "0123abc";\n/);
    const modules = Array.from(
      code.matchAll(/^\s*\/\/ (\S+\.(?:[cm]?[jt]sx?|json))$/gm),
      (m) => m[1]!,
    );
    for (const path of modules) {
      const name = /^npm:((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
      if (name !== undefined) bundled.add(name);
    }
    const own = modules.filter((path) => !path.startsWith("npm:"));
    assert(own.includes(program.source), own.join("\n"));
    const other = program.name === "parley" ? /^lib\/(server|history)\// : /^lib\/client\//;
    assertEquals(own.filter((path) => !/^(lib\/|deno\.json$|\w+\.ts$)/.test(path)), []);
    assertEquals(own.filter((path) => other.test(path)), []);
  }
  assertEquals([...bundled].sort(), noticed.flat().sort());
});

compiledTest("a server runs for a user who may write to its history's folder alone", async () => {
  const { command, args, cwd } = launchOf("server");
  await using folder = new Folder();
  Deno.chmodSync(folder.file("."), 0o777);
  const history = folder.file("history.db");
  const server = new Deno.Command(command, {
    args: [...args, "--port", "0", "--history", history],
    cwd,
    clearEnv: true,
    uid: 65_534,
    gid: 65_534,
    stdout: "piped",
  }).spawn();
  let output = "";
  for await (const text of server.stdout.pipeThrough(new TextDecoderStream())) {
    output += text;
    if (output.includes("To join: ")) server.kill("SIGTERM");
  }
  assertEquals((await server.status).code, 0);
  assertStringIncludes(output, "\nStopping\n");
  assertEquals(Deno.statSync(history).uid, 65_534);
}, WHY_NOBODY_ELSE);

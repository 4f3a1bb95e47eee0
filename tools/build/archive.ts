/**
 * The archives that people download, and the list of their checksums.
 *
 * An archive holds one folder of its own name: gzipped tar, and zip for Windows. The same files give
 * the same archive, whenever and by whomever it is packed. How the files came to be is not known
 * here.
 */

import { basename, join } from "@std/path";
import { encodeHex } from "@std/encoding/hex";
import { zipSync } from "fflate";
import { createTarGzip } from "nanotar";
import { type Program, ROOT, VERSION } from "./programs.ts";
import { executableSuffix, type Target } from "./targets.ts";

/** Zip knows no time before this year, and counts in local time. */
const ZIP_EPOCH = new Date(1980, 0, 1).getTime();

/** What the archive of `program` for `target` is called, without its extension. */
export function archiveName({ name }: Program, target: Target): string {
  return `${name}-${VERSION}-${target.name}`;
}

/**
 * Packs `executable`, which is `program` for `target`, with what goes with it.
 *
 * @returns the name of the archive, which is in `folder` then
 * @throws {Deno.errors.NotFound} when a file is missing
 */
export async function pack(
  program: Program,
  target: Target,
  executable: string,
  folder: string,
): Promise<string> {
  const name = archiveName(program, target);
  const suffix = executableSuffix(target.triple);
  const files = [
    { path: executable, name: `${name}/${program.name}${suffix}`, mode: "755" },
    ...program.companions.map((path) => ({
      path: join(ROOT, path),
      name: `${name}/${basename(path)}`,
      mode: "644",
    })),
  ];
  const contents = await Promise.all(
    files.map(async (file) => ({ ...file, data: await Deno.readFile(file.path) })),
  );
  const archive = `${name}${suffix === "" ? ".tar.gz" : ".zip"}`;
  const bytes = suffix === "" ? await tar(contents) : zip(contents);
  await Deno.writeFile(join(folder, archive), bytes);
  return archive;
}

interface Packed {
  readonly name: string;
  readonly mode: string;
  readonly data: Uint8Array;
}

function tar(files: readonly Packed[]): Promise<Uint8Array> {
  const attrs = { uid: 0, gid: 0, mtime: 0 };
  return createTarGzip(files.map(({ name, mode, data }) => ({ name, data, attrs: { mode } })), {
    attrs,
  });
}

function zip(files: readonly Packed[]): Uint8Array {
  return zipSync(Object.fromEntries(files.map(({ name, data }) => [name, data])), {
    mtime: ZIP_EPOCH,
  });
}

/** Writes SHA256SUMS for `archives` of `folder`, as `sha256sum --check` reads it. */
export async function writeChecksums(folder: string, archives: readonly string[]): Promise<void> {
  let sums = "";
  for (const name of [...archives].sort()) {
    const hash = await crypto.subtle.digest("SHA-256", await Deno.readFile(join(folder, name)));
    sums += `${encodeHex(hash)}  ${name}\n`;
  }
  await Deno.writeTextFile(join(folder, "SHA256SUMS"), sums);
}

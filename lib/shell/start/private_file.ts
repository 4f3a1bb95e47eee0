/**
 * Files that hold a secret: written whole or not at all, for their owner's eyes only.
 *
 * What is in them is not known here. On Windows, a user's own folders are closed to others already.
 */

import { basename, dirname, join } from "@std/path";

/** What a file's mode says when anybody but its owner may read or change it. */
const OTHERS = 0o077;

/**
 * Writes `text` to `path`, in a folder that is made if need be: mode 0600, in one of mode 0700. What
 * stood there before is there until the new file is whole.
 *
 * @throws what the system refuses
 */
export function writePrivate(path: string, text: string): void {
  const folder = dirname(path);
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, `.${basename(path)}.${crypto.randomUUID()}`);
  try {
    {
      using file = Deno.openSync(temporary, { write: true, createNew: true, mode: 0o600 });
      const bytes = new TextEncoder().encode(text);
      for (let written = 0; written < bytes.length;) {
        written += file.writeSync(bytes.subarray(written));
      }
      file.syncSync();
    }
    Deno.renameSync(temporary, path);
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
}

/** A warning when others may read or change the file `path`; undefined when all is well. */
export function opennessOf(path: string): string | undefined {
  if (Deno.build.os === "windows") return undefined;
  const { isFile, mode } = Deno.statSync(path);
  if (!isFile || (mode! & OTHERS) === 0) return undefined;
  return `others on this machine may use the secret in ${path}. Type: chmod 600 ${quoted(path)}`;
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * What the system tells about the file of subscribers without reading it: whether it was changed,
 * and who else may read it.
 */

/** Permission of the group and of others to read, in a file's mode. */
const OTHERS_READ = 0o044;

/**
 * What the file at `path` looks like from outside: another text whenever it was written, replaced,
 * removed or given other permissions. Symbolic links are followed.
 */
export async function versionOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mode, mtime, ctime } = await Deno.stat(path);
    return [dev, ino, size, mode, mtime?.getTime(), ctime?.getTime()].join(" ");
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

/** Whether others than its user may read the file, as far as its mode tells that. */
export async function readableByOthers(path: string): Promise<boolean> {
  if (Deno.build.os === "windows") return false;
  const mode = await Deno.stat(path).then(({ mode }) => mode, () => null);
  return ((mode ?? 0) & OTHERS_READ) !== 0;
}

/**
 * Puts another text in the place of the file of subscribers, all at once: whoever reads it, and
 * whatever stops the machine meanwhile, there is the old text or the new one.
 *
 * The new text is written to a file beside it, for the owner alone, and takes its place when it is
 * on the disk. That file also keeps two from editing at once. Whoever else may write in the folder
 * gains nothing where root edits: no link that takes that file's place is followed. What root
 * creates belongs to whom the folder belongs.
 */

import { lchown } from "node:fs/promises";
import { dirname } from "@std/path";
import { EditError, NEW_FILE } from "./edit.ts";
import { loadSubscribers } from "./subscribers.ts";

/** What became of the file. */
export interface Rewritten {
  readonly created: boolean;
  /** Whether it still belongs to whom it belonged before. */
  readonly ownerKept: boolean;
  /** Whether its group, and not everybody, could read it: a server may run as one of them. */
  readonly groupShutOut: boolean;
}

/** A byte order mark stays where it is. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Replaces the text of the file at `path` by what `edit` makes of it. A symbolic link stays one.
 *
 * @param create whether a file that is missing is created; `edit` then gets the beginning of one
 * @throws {EditError | SubscribersError} and what `edit` throws; then nothing has changed
 */
export async function rewriteSubscribers(
  path: string,
  edit: (toml: string) => string,
  { create = false }: { create?: boolean } = {},
): Promise<Rewritten> {
  const target = create && await isMissing(path)
    ? path
    : await explained(path, () => Deno.realPath(path));
  const beside = `${target}.new`;
  const claimed = await claim(beside);
  try {
    let created: boolean;
    {
      using file = claimed;
      // Only now: whoever had it before may have created the file.
      created = create && await isMissing(target);
      const toml = created ? NEW_FILE : await explained(path, () => readText(target));
      const bytes = encoder.encode(edit(toml));
      await changing(target, () => write(file, bytes));
    }
    const groupShutOut = !created && await isForGroup(target);
    const ownerKept = await changing(target, () => replace(target, beside));
    return { created, ownerKept, groupShutOut };
  } catch (error) {
    await Deno.remove(beside).catch(() => {});
    throw error;
  }
}

async function isMissing(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

async function isForGroup(path: string): Promise<boolean> {
  const { mode } = await Deno.stat(path);
  return mode !== null && Deno.build.os !== "windows" && (mode & 0o044) === 0o040;
}

/** Does what fails for a file that cannot be used, for which there are sentences elsewhere. */
async function explained<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    await loadSubscribers(path);
    throw error;
  }
}

async function readText(path: string): Promise<string> {
  return decoder.decode(await Deno.readFile(path));
}

/** Creates an empty file that was not there. */
async function claim(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new EditError(
        `${path} is there: somebody else is editing the subscribers, or was interrupted. ` +
          "If nobody is, remove that file",
      );
    }
    throw cannotWrite(path, error, "Create that folder, or let your user write in it");
  }
}

/** Does what fails where a file cannot be written. */
async function changing<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw cannotWrite(path, error, "Nothing was changed");
  }
}

async function write(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
  await file.sync();
}

/** Returns whether the file's owner is the same as before. */
async function replace(target: string, beside: string): Promise<boolean> {
  const ownerKept = await keepOwner(target, beside);
  await Deno.rename(beside, target);
  await syncFolder(dirname(target));
  return ownerKept;
}

/** Has the disk keep the new name too, where a system can sync a folder. */
async function syncFolder(folder: string): Promise<void> {
  try {
    using opened = await Deno.open(folder);
    await opened.sync();
  } catch {
    // The new text is in place all the same.
  }
}

function cannotWrite(path: string, error: unknown, advice: string): EditError {
  const reason = error instanceof Error ? error.message : String(error);
  return new EditError(`cannot write ${path}: ${reason}. ${advice}`, { cause: error });
}

/** Only root may give a file away; where files have no owners, there is nothing to keep. */
async function keepOwner(from: string, to: string): Promise<boolean> {
  const created = await isMissing(from);
  const [old, now] = await Promise.all([Deno.stat(created ? dirname(from) : from), Deno.lstat(to)]);
  if (old.uid === null || old.uid === now.uid && old.gid === now.gid) return true;
  try {
    await lchown(to, old.uid, old.gid!);
    return true;
  } catch {
    return created || old.uid === now.uid;
  }
}

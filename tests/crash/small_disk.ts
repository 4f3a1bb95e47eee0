/**
 * A disk that is soon full: a small tmpfs, and a file that takes what is left of it.
 *
 * Only root on Linux may mount one.
 */

import { join } from "@std/path";

/** Why there can be no small disk here; undefined if there can. */
export function whyNoDisk(): string | undefined {
  if (Deno.build.os !== "linux") return "this needs Linux";
  try {
    new SmallDisk(1)[Symbol.dispose]();
    return undefined;
  } catch {
    return "only root may mount a tmpfs";
  }
}

/** A disk of its own. Disposing of it takes it away with all that is on it. */
export class SmallDisk implements Disposable {
  readonly #folder = Deno.makeTempDirSync({ prefix: "parley-disk-" });
  readonly #filler = join(this.#folder, "filler");

  /** @throws when the system does not allow it */
  constructor(megabytes: number) {
    try {
      run("mount", "-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", this.#folder);
    } catch (error) {
      Deno.removeSync(this.#folder);
      throw error;
    }
  }

  /** The path of a file on it. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  /** Leaves no page free. */
  fill(): void {
    using file = Deno.openSync(this.#filler, { append: true, create: true });
    const page = new Uint8Array(4096);
    try {
      for (;;) file.writeSync(page);
    } catch (error) {
      if (!(error instanceof Error && error.message.includes("No space left"))) throw error;
    }
  }

  /** Makes it larger. */
  grow(megabytes: number): void {
    run("mount", "-o", `remount,size=${megabytes}m`, this.#folder);
  }

  /** Gives back what {@linkcode fill} took. */
  free(): void {
    Deno.removeSync(this.#filler);
  }

  [Symbol.dispose](): void {
    run("umount", "--lazy", this.#folder);
    Deno.removeSync(this.#folder);
  }
}

function run(command: string, ...args: string[]): void {
  const { success, stderr } = new Deno.Command(command, { args }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

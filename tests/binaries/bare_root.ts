/**
 * A root of a file system with the compiled programs, the libraries that they are linked with, the
 * sample subscribers, and nothing else: no shell, no /etc, no /dev, no Node, no Deno.
 *
 * Only root on Linux may go there. /proc is mounted, since a compiled program finds itself by it.
 * The root's own path leads to it from inside as well, so that a test can name files in it.
 */

import { dirname, join } from "@std/path";
import { runCommand } from "../../tools/build/command.ts";

const CHROOT = "/usr/sbin/chroot";

/** Why there can be no bare root here; undefined if there can. */
export async function whyNoBareRoot(programs: string): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "this needs Linux";
  if (Deno.uid() !== 0) return "only root may enter one";
  try {
    await using root = await BareRoot.make(programs);
    await root.run("/parley", "--version");
    return undefined;
  } catch (error) {
    return `it cannot be made here: ${error instanceof Error ? error.message : error}`;
  }
}

/** A bare root. Disposing of it takes it away. */
export class BareRoot implements AsyncDisposable {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Makes one with the contents of the folder `programs`. */
  static async make(programs: string): Promise<BareRoot> {
    const root = new BareRoot(await Deno.makeTempDir({ prefix: "parley-root-" }));
    const path = root.#path;
    const libraries = new Set<string>();
    for (const { name } of Deno.readDirSync(programs)) {
      await Deno.copyFile(join(programs, name), join(path, name));
      if (name.includes(".")) continue;
      const linked = await runCommand("ldd", [name], { folder: programs });
      for (const [library] of linked.matchAll(/\/\S+/g)) libraries.add(library);
    }
    for (const library of libraries) {
      await Deno.mkdir(join(path, dirname(library)), { recursive: true });
      await Deno.copyFile(library, join(path, library));
    }
    await Deno.mkdir(join(path, dirname(path)), { recursive: true });
    await Deno.symlink("/", join(path, path));
    await Deno.mkdir(join(path, "tmp"), { recursive: true });
    await Deno.mkdir(join(path, "proc"));
    await runCommand("mount", ["-t", "proc", "proc", join(path, "proc")], { folder: "/" });
    return root;
  }

  /** What the stage needs to play in here. */
  get environment(): Record<string, string> {
    return {
      PARLEY_PROGRAMS: "/",
      PARLEY_UNDER: `${CHROOT} ${this.#path}`,
      TMPDIR: join(this.#path, "tmp"),
    };
  }

  /** Every file and folder in it but for what the system shows in /proc. */
  list(folder = ""): string[] {
    return Array.from(Deno.readDirSync(join(this.#path, folder))).flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory && path !== "/proc" ? [path, ...this.list(path)] : [path];
    }).sort();
  }

  /** Runs a program in it, and returns what it wrote. */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    return await runCommand(CHROOT, [this.#path, program, ...args], { folder: "/" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await runCommand("umount", [join(this.#path, "proc")], { folder: "/" }).catch(() => {});
    await Deno.remove(this.#path, { recursive: true });
  }
}

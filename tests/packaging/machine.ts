/**
 * A home and a PATH for packaging/install.sh, so that it meets only the programs a test wants it to.
 */

import { fromFileUrl, join } from "@std/path";
import { type Ended, run } from "./programs.ts";

const SCRIPT = fromFileUrl(new URL("../../packaging/install.sh", import.meta.url));

/** What install.sh calls; a PATH of these alone has neither of the programs that download. */
export const TOOLS =
  "sh uname mktemp mkdir rm mv chmod tar gzip cut sha256sum shasum openssl sysctl";

/** A home and a PATH of its own, and what install.sh makes of them. */
export class Machine implements AsyncDisposable {
  readonly #folder = Deno.makeTempDirSync();
  readonly home = join(this.#folder, "home");
  readonly bin = join(this.home, ".local", "bin");
  readonly #path = join(this.#folder, "path");

  /** A machine with these tools. */
  static async with(tools: string): Promise<Machine> {
    const machine = new Machine();
    await Deno.mkdir(machine.home);
    await Deno.mkdir(machine.#path);
    for (const tool of tools.split(" ")) {
      const { code, text } = await run("sh", ["-c", `command -v ${tool}`]);
      if (code === 0) await Deno.symlink(text.trim(), join(machine.#path, tool));
    }
    return machine;
  }

  /** Puts a program of the test's own before all others. */
  async replace(tool: string, script: string): Promise<void> {
    await Deno.remove(join(this.#path, tool)).catch(() => {});
    await Deno.writeTextFile(join(this.#path, tool), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** Runs install.sh at home, with this for PARLEY_DOWNLOADS. */
  async install(
    downloads: string,
    args: string[] = [],
    { path = "", script = SCRIPT, env = {} } = {},
  ): Promise<Ended> {
    const whole = {
      HOME: this.home,
      PATH: this.#path + path,
      ...(downloads === "" ? {} : { PARLEY_DOWNLOADS: downloads }),
      ...env,
    };
    return await run("sh", [script, ...args], { cwd: this.home, env: whole, clearEnv: true });
  }

  /** The names of all that was left in the folder it installs to, or of another. */
  left(folder = this.bin): string[] {
    try {
      return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}

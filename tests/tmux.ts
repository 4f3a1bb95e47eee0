/**
 * A program at a real pseudo-terminal, by way of tmux: keys go in, the screen is looked at.
 *
 * Where there is no tmux, there is nothing to test with.
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";

/** Looks at the screen before giving up, and the pause between two, in milliseconds. */
const LOOKS = 400;
const PAUSE = 25;

/** Tells the exit code, which tmux itself does not always know, and keeps the screen. */
const AND_THEN = '"$@"; echo "ended with $?"; read -r _';

/** Whether there is a tmux here. */
export async function hasTmux(): Promise<boolean> {
  try {
    await run("-V");
    return true;
  } catch {
    return false;
  }
}

/** A program on a screen of its own. Disposing of it ends the program. */
export class Tmux implements AsyncDisposable {
  readonly #directory = Deno.makeTempDirSync();

  private constructor() {}

  /** Starts `command` on a screen of so many columns and rows. */
  static async open(
    command: readonly string[],
    { columns, rows, folder = "." }: { columns: number; rows: number; folder?: string },
  ): Promise<Tmux> {
    const tmux = new Tmux();
    const screen = ["-x", `${columns}`, "-y", `${rows}`, "-c", folder];
    await tmux.#run("new-session", "-d", ...screen, "sh", "-c", AND_THEN, "sh", ...command);
    return tmux;
  }

  /** Presses keys: texts, or names such as `Enter` and `C-d`. */
  async type(...keys: string[]): Promise<void> {
    await this.#run("send-keys", ...keys);
  }

  /** What the screen shows. */
  async screen(): Promise<string> {
    return await this.#run("capture-pane", "-p");
  }

  /**
   * Waits until the screen shows exactly these last lines. When the program has ended, the last one
   * is `ended with` and its exit code.
   */
  async sees(...lines: string[]): Promise<void> {
    let seen: string[] = [];
    for (let look = 0; look < LOOKS; look++) {
      seen = (await this.screen()).trimEnd().split("\n").slice(-lines.length);
      if (seen.join("\n") === lines.join("\n")) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    assertEquals(seen, lines);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#run("kill-server");
    await Deno.remove(this.#directory, { recursive: true });
  }

  async #run(...args: string[]): Promise<string> {
    return await run("-S", join(this.#directory, "tmux"), "-f", "/dev/null", ...args);
  }
}

async function run(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("tmux", { args }).output();
  if (!success) throw new Error(`tmux ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

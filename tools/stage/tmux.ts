/**
 * A program at a real pseudo-terminal, by way of tmux: keys go in, the screen is looked at.
 *
 * Where there is no tmux, there is nothing to test with.
 */

import { assertEquals, AssertionError, assertStringIncludes } from "@std/assert";
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
  readonly #recording = join(this.#directory, "recording");

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

  /** Sends bytes as if the terminal itself had. */
  async send(text: string): Promise<void> {
    const bytes = Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16));
    await this.#run("send-keys", "-H", ...bytes);
  }

  /** Pastes `text`; `marked`: as one paste, where the program asked to be told. */
  async paste(text: string, { marked }: { marked: boolean }): Promise<void> {
    const file = join(this.#directory, "paste");
    await Deno.writeTextFile(file, text);
    await this.#run("load-buffer", file);
    await this.#run("paste-buffer", ...(marked ? ["-p"] : []));
  }

  /** Gives the screen another size. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#run("resize-window", "-x", `${columns}`, "-y", `${rows}`);
  }

  /** Keeps what the program writes from now on, escape sequences and all. */
  async record(): Promise<void> {
    await Deno.writeTextFile(this.#recording, "");
    await this.#run("pipe-pane", `cat >> '${this.#recording}'`);
  }

  /** What was kept, as soon as all these are in it. */
  async recorded(...parts: string[]): Promise<string> {
    const written = await look(
      () => Deno.readTextFile(this.#recording),
      (written) => parts.every((part) => written.includes(part)),
    );
    for (const part of parts) assertStringIncludes(written, part);
    return written;
  }

  /** What the screen shows, with its looks as SGR sequences, and where the cursor is. */
  async capture(): Promise<{ text: string; cursor: { column: number; row: number } }> {
    const text = await this.#run("capture-pane", "-p", "-e");
    const [column, row] = (await this.#run("display", "-p", "#{cursor_x} #{cursor_y}")).split(" ");
    return { text, cursor: { column: Number(column), row: Number(row) } };
  }

  /** What the screen shows, and what has scrolled off it. */
  async everything(): Promise<string> {
    return await this.#run("capture-pane", "-p", "-S", "-");
  }

  /** What the screen shows. */
  async screen(): Promise<string> {
    return await this.#run("capture-pane", "-p");
  }

  /**
   * Waits until these are exactly the last lines; tmux scrolls some off when a screen gets smaller.
   * When the program has ended, the last one is `ended with` and its exit code.
   */
  async sees(...lines: string[]): Promise<void> {
    const last = (screen: string): string[] => screen.trimEnd().split("\n").slice(-lines.length);
    const seen = await look(
      () => this.everything(),
      (screen) => last(screen).join("\n") === lines.join("\n"),
    );
    assertEquals(last(seen), lines);
  }

  /** Waits until the screen is as it should be, and fails if it never is. */
  async until(asItShould: (screen: string) => boolean): Promise<string> {
    const screen = await look(() => this.screen(), asItShould);
    if (!asItShould(screen)) throw new AssertionError(`the screen stayed at\n${screen}`);
    return screen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#run("kill-server");
    await Deno.remove(this.#directory, { recursive: true });
  }

  async #run(...args: string[]): Promise<string> {
    return await run("-S", join(this.#directory, "tmux"), "-f", "/dev/null", ...args);
  }
}

/** Looks until it is as it should be, or for long enough; what was seen last. */
async function look(
  at: () => Promise<string>,
  asItShould: (screen: string) => boolean,
): Promise<string> {
  let seen = await at();
  for (let looks = 1; looks < LOOKS && !asItShould(seen); looks++) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    seen = await at();
  }
  return seen;
}

async function run(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("tmux", { args }).output();
  if (!success) throw new Error(`tmux ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

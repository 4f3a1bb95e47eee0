/** A terminal with a person at it: a real pseudo-terminal, by way of tmux. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

const FIXTURE = fromFileUrl(new URL("./terminal_fixture.ts", import.meta.url));
const CONFIG = fromFileUrl(new URL("../../deno.json", import.meta.url));
/** Looks at the screen before giving up, and the pause between two, in milliseconds. */
const LOOKS = 200;
const PAUSE = 25;
/** A program that is silent for so long is ended, in milliseconds, and its test fails. */
const PATIENCE = 30_000;

async function run(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("tmux", { args }).output();
  if (!success) throw new Error(`tmux ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

async function hasTmux(): Promise<boolean> {
  try {
    await run("-V");
    return true;
  } catch {
    return false;
  }
}

/** The fixture on a screen of 40 columns, with a connection to what it prints and hears. */
class Person implements AsyncDisposable {
  readonly #directory = Deno.makeTempDirSync();
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #patience = setTimeout(() => this.#end(), PATIENCE);
  #connection!: Deno.TcpConn;
  #heard!: ReadableStreamDefaultReader<string>;

  static async sitDown(mode: "remote" | "secret" = "remote"): Promise<Person> {
    const person = new Person();
    const { port } = person.#listener.addr;
    const program = [Deno.execPath(), "run", "-A", "--no-check", "--config", CONFIG, FIXTURE];
    const screen = ["-x", "40", "-y", "16"];
    await person.#tmux("new-session", "-d", ...screen, ...program, mode, `${port}`);
    await person.#tmux("set-option", "-w", "remain-on-exit", "on");
    person.#connection = await person.#listener.accept();
    const text = person.#connection.readable.pipeThrough(new TextDecoderStream());
    person.#heard = text.getReader();
    return person;
  }

  async type(...keys: string[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  async print(line: string): Promise<void> {
    await this.#connection.write(new TextEncoder().encode(line));
  }

  /** What the program heard typed next; undefined once it has ended. */
  async heard(): Promise<string | undefined> {
    return (await this.#heard.read()).value;
  }

  /** Waits until the screen shows exactly these last lines. */
  async sees(...lines: string[]): Promise<void> {
    let shown: string[] = [];
    for (let look = 0; look < LOOKS; look++) {
      shown = (await this.screen()).trimEnd().split("\n").slice(-lines.length);
      if (shown.join("\n") === lines.join("\n")) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    assertEquals(shown, lines);
  }

  /** The screen with what has scrolled off it: tmux itself scrolls when the program ends. */
  async screen(): Promise<string> {
    return await this.#tmux("capture-pane", "-p", "-S", "-");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#patience);
    await this.#end();
    await this.#heard.cancel();
    await Deno.remove(this.#directory, { recursive: true });
  }

  async #end(): Promise<void> {
    this.#listener.close();
    await this.#tmux("kill-server");
  }

  async #tmux(...args: string[]): Promise<string> {
    return await run("-S", join(this.#directory, "tmux"), "-f", "/dev/null", ...args);
  }
}

const ignore = !await hasTmux();

function screenTest(behaviour: string, fn: () => Promise<void>): void {
  const name = `an interactive terminal ${behaviour}`;
  Deno.test({ name: ignore ? `${name} (skipped: there is no tmux here)` : name, ignore, fn });
}

screenTest("asks for a secret without showing it", async () => {
  await using person = await Person.sitDown("secret");
  await person.sees("Secret:");
  await person.type("hush", "Enter");
  assertEquals(await person.heard(), "hush\n");
  await person.sees("Secret:", "you>");
});

screenTest("keeps a half-typed line below what is printed", async () => {
  await using person = await Person.sitDown();
  await person.sees("you>");
  await person.type("half a li");
  await person.sees("you> half a li");
  await person.print("bob: news");
  await person.sees("bob: news", "you> half a li");
  await person.type("ne", "Enter");
  assertEquals(await person.heard(), "half a line\n");
  await person.sees("bob: news", "you> half a line", "you>");
});

screenTest("keeps a line of several rows, wherever its cursor is", async () => {
  await using person = await Person.sitDown();
  await person.sees("you>");
  const rows = ["you> " + "a".repeat(35), "a".repeat(40), "aa"];
  await person.type("a".repeat(77));
  await person.sees(...rows);
  await person.print("one");
  await person.sees("one", ...rows);
  await person.type("Home");
  await person.print("two");
  await person.sees("one", "two", ...rows);
  for (let i = 3; i <= 14; i++) {
    await person.print(`${i}`);
    await person.sees(`${i}`, ...rows);
  }
  await person.sees("10", "11", "12", "13", "14", ...rows);
  await person.type("b", "Enter");
  assertEquals(await person.heard(), `b${"a".repeat(77)}\n`);
});

screenTest("drops the line at Ctrl-C, and ends its lines where there is none", async () => {
  await using person = await Person.sitDown();
  await person.type("oh no", "Left");
  await person.sees("you> oh no");
  await person.type("C-c");
  await person.sees("you>");
  await person.type("yes", "Enter");
  assertEquals(await person.heard(), "yes\n");
  await person.type("C-c");
  assertEquals(await person.heard(), undefined);
  assertStringIncludes(await person.screen(), "ended");
});

screenTest("ends its lines at Ctrl-D and at close()", async () => {
  {
    await using person = await Person.sitDown();
    await person.sees("you>");
    await person.type("C-d");
    assertEquals(await person.heard(), undefined);
  }
  await using person = await Person.sitDown();
  await person.type("half");
  await person.sees("you> half");
  await person.print("close");
  assertEquals(await person.heard(), undefined);
  assertStringIncludes(await person.screen(), "you> half\nended");
});

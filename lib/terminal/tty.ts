/**
 * The terminal device of this process: what it sends, what it shows, its size and its modes.
 *
 * Whatever way the program ends, the terminal is to be as it was before; so modes are set here only.
 * What keys mean is not known.
 */

import type { Size } from "./input_line.ts";
import { type Input, KeySplitter, REPORTS_OFF, REPORTS_ON } from "./keys.ts";
import { writeOut } from "./output.ts";

/** How long after an ESC no sequence is to be expected any more, in milliseconds. */
const ESCAPE_WAIT = 100;
/** How long after a stop that did not happen the program goes on, in milliseconds. */
const STOP_WAIT = 100;
/** What a terminal's size is where it tells none. */
const USUAL: Size = { columns: 80, rows: 24 };

const ALTERNATE_ON = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const ALTERNATE_OFF = "\x1b[?7h\x1b[?25h\x1b[?1049l";

/** How a program ends without having closed its terminal. */
const ABRUPT_ENDS = ["unload", "error", "unhandledrejection"] as const;

/** Who is told what happens at a terminal. */
export interface TtyUser {
  /** What was done, in its order: all that came at once. */
  onInputs(inputs: readonly Input[]): void;
  /** The size is another, or the screen was used by others and holds nothing of ours. */
  onScreen(change: "resized" | "used"): void;
  /** Nothing will come any more: the terminal is gone, or a signal asks to end. */
  onEnd(): void;
}

/** The terminal in raw mode, from here until {@linkcode close}. */
export class Tty {
  readonly #user: TtyUser;
  readonly #input = Deno.stdin.readable.getReader();
  readonly #keys = new KeySplitter();
  #pause: ReturnType<typeof setTimeout> | undefined;
  #stop: ReturnType<typeof setTimeout> | undefined;
  #alternate = false;
  #closed = false;
  #gone = false;
  readonly #restore = (): void => this.#leave();
  readonly #signals: readonly (readonly [Deno.Signal, () => void])[] = [
    ["SIGWINCH", () => this.#user.onScreen("resized")],
    ["SIGCONT", () => this.#resume()],
    ["SIGINT", () => this.#user.onEnd()],
    ["SIGTERM", () => this.#user.onEnd()],
    ["SIGHUP", () => this.#user.onEnd()],
  ];

  constructor(user: TtyUser) {
    this.#user = user;
    this.#enter();
    for (const [signal, act] of this.#signals) listening(() => Deno.addSignalListener(signal, act));
    for (const end of ABRUPT_ENDS) globalThis.addEventListener(end, this.#restore);
    this.#read();
  }

  get size(): Size {
    try {
      const { columns, rows } = Deno.consoleSize();
      return columns > 0 && rows > 0 ? { columns, rows } : USUAL;
    } catch {
      return USUAL;
    }
  }

  /** Writes `text` as it is. With nobody there it does nothing. */
  write(text: string): void {
    if (this.#gone) return;
    try {
      writeOut(text);
    } catch {
      this.#gone = true;
      // Not at once: what is being written may be the end.
      queueMicrotask(() => this.#user.onEnd());
    }
  }

  /** Goes to a screen of its own, with the cursor hidden and nothing wrapped, or back. */
  alternate(on: boolean): void {
    if (on === this.#alternate) return;
    this.#alternate = on;
    this.write(on ? ALTERNATE_ON : ALTERNATE_OFF);
  }

  /** Ctrl-Z: stops this process until the shell goes on with it, where that is permitted. */
  suspend(): void {
    this.#leave();
    try {
      Deno.kill(Deno.pid, "SIGTSTP");
      // Where no shell looks after the process it is not stopped, and nobody would go on with it.
      this.#stop = setTimeout(() => this.#resume(), STOP_WAIT);
    } catch {
      this.#resume();
    }
  }

  /** Gives the terminal back. {@linkcode write} still works. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#pause);
    clearTimeout(this.#stop);
    for (const [signal, act] of this.#signals) {
      listening(() => Deno.removeSignalListener(signal, act));
    }
    for (const end of ABRUPT_ENDS) globalThis.removeEventListener(end, this.#restore);
    this.alternate(false);
    this.#leave();
    this.#input.cancel().catch(() => {});
  }

  async #read(): Promise<void> {
    try {
      for (;;) {
        const { value } = await this.#input.read();
        if (this.#closed || value === undefined) break;
        clearTimeout(this.#pause);
        this.#user.onInputs(this.#keys.push(value));
        if (this.#keys.waiting) {
          this.#pause = setTimeout(() => this.#user.onInputs(this.#keys.pause()), ESCAPE_WAIT);
        }
      }
    } catch {
      // The terminal is gone, which is an end as any other.
    }
    this.#user.onEnd();
  }

  #enter(): void {
    setRaw(true);
    this.write((this.#alternate ? ALTERNATE_ON : "") + REPORTS_ON);
  }

  #leave(): void {
    this.write(REPORTS_OFF + (this.#alternate ? ALTERNATE_OFF : ""));
    setRaw(false);
  }

  #resume(): void {
    clearTimeout(this.#stop);
    this.#enter();
    this.#user.onScreen("used");
  }
}

/** A terminal that is gone has no modes. */
function setRaw(raw: boolean): void {
  try {
    Deno.stdin.setRaw(raw);
  } catch {
    // What follows finds out by itself.
  }
}

/** Not every system knows every signal. */
function listening(change: () => void): void {
  try {
    change();
  } catch {
    // Then it does not come either.
  }
}

/**
 * A terminal with a person at it, through node:readline's line editor.
 *
 * The line being typed is taken off the screen, the news printed in its place, and the line drawn
 * again below.
 */

import process from "node:process";
import { createInterface } from "node:readline";
import type { LongText, Terminal } from "./terminal.ts";

/** From the cursor to the end of the screen: nothing. */
const CLEAR_DOWN = "\x1b[J";

/** Standard input and output with a line editor. */
export class InteractiveTerminal implements Terminal {
  readonly interactive = true;
  readonly #output = process.stdout;
  readonly #editor = createInterface({ input: process.stdin, output: this.#output, prompt: "> " });
  readonly #lines: ReadableStream<string>;
  #closed = false;
  /** Whether whoever took the lines stopped taking them. */
  #abandoned = false;

  constructor() {
    const editor = this.#editor;
    this.#lines = new ReadableStream({
      start: (lines): void => {
        editor.on("line", (line) => {
          lines.enqueue(line);
          editor.prompt();
        });
        editor.on("close", () => {
          this.#leave();
          if (!this.#abandoned) lines.close();
        });
      },
      cancel: (): void => {
        this.#abandoned = true;
        this.close();
      },
    });
    editor.on("SIGINT", () => this.#interrupt());
    this.#output.on("error", () => this.close());
    editor.prompt();
  }

  lines(): AsyncIterable<string> {
    return this.#lines;
  }

  print(line: string): void {
    if (this.#closed) {
      this.#output.write(`${line}\n`);
      return;
    }
    const { rows } = this.#editor.getCursorPos();
    // The editor will go up as many rows as its cursor is down, so it is given them.
    this.#output.write(`${this.#toStart()}${line}\n${"\n".repeat(rows)}`);
    this.#editor.prompt(true);
  }

  setPrompt(prompt: string): void {
    if (this.#closed) return;
    this.#editor.setPrompt(prompt);
    this.#editor.prompt(true);
  }

  setCompleter(): void {}

  alert(): void {}

  async page({ earlier }: LongText): Promise<void> {
    const chunks: (readonly string[])[] = [];
    for (let chunk = await earlier(); chunk.length > 0; chunk = await earlier()) chunks.push(chunk);
    for (const line of chunks.reverse().flat()) this.print(line);
  }

  close(): void {
    if (!this.#closed) this.#editor.close();
  }

  /** Ctrl-C: drops what is being typed; with nothing typed, the lines end. */
  #interrupt(): void {
    if (this.#editor.line === "") return this.close();
    this.#editor.write(null, { ctrl: true, name: "e" });
    this.#editor.write(null, { ctrl: true, name: "u" });
  }

  /** Leaves the screen so that what follows begins a line; what is half-typed stays readable. */
  #leave(): void {
    this.#closed = true;
    this.#output.write(this.#editor.line === "" ? this.#toStart() : "\n");
  }

  /** Moves the cursor to where the prompt begins, and clears what follows. */
  #toStart(): string {
    const { rows } = this.#editor.getCursorPos();
    return `${rows > 0 ? `\x1b[${rows}A` : ""}\r${CLEAR_DOWN}`;
  }
}

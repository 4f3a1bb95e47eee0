/**
 * A terminal that is a pipe or a file at one end at least: plain lines in, plain lines out.
 *
 * Reading waits for whoever takes the lines, writing for whoever reads the output.
 */

import { LineSplitter, MAX_LINE } from "./line_splitter.ts";
import { writeOut } from "./output.ts";
import { reasonOf } from "./reason.ts";
import type { Line, LongText, Terminal } from "./terminal.ts";

const encoder = new TextEncoder();

/** Standard input and output as they are, without a line editor. */
export class PipedTerminal implements Terminal {
  readonly interactive = false;
  readonly #input = Deno.stdin.readable.getReader();
  readonly #onCut: (dropped: number) => void;
  #closed = false;
  #outputGone = false;

  /** `onCut` hears how many bytes of a line were too many; by default, the output tells. */
  constructor(onCut?: (dropped: number) => void) {
    this.#onCut = onCut ?? ((dropped) =>
      this.print(
        `A line was too long: its last ${dropped} bytes, after the first ${MAX_LINE}, are left out.`,
      ));
  }

  async *lines<Begun>(begin: () => Begun): AsyncGenerator<Line<Begun>, void, void> {
    const splitter = new LineSplitter(this.#onCut);
    const line = (text: string): Line<Begun> => ({ text, pasted: false, begun: begin() });
    for (let piece = await this.#read(); piece !== undefined; piece = await this.#read()) {
      for (const text of splitter.push(piece)) yield line(text);
    }
    if (!this.#closed) { for (const text of splitter.end()) yield line(text); }
  }

  print(line: string): void {
    if (this.#outputGone) return;
    try {
      writeOut(`${line}\n`);
    } catch (error) {
      this.#outputGone = true;
      if (!(error instanceof Deno.errors.BrokenPipe)) tell("Cannot write the output", error);
      this.close();
    }
  }

  setPrompt(): void {}

  setCompleter(): void {}

  askSecret(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  alert(): void {}

  async page({ earlier }: LongText): Promise<void> {
    const chunks: (readonly string[])[] = [];
    for (let chunk = await earlier(); chunk.length > 0; chunk = await earlier()) chunks.push(chunk);
    for (const line of chunks.reverse().flat()) this.print(line);
  }

  close(): void {
    this.#closed = true;
    // Cancelling fails where reading failed, which was told then.
    this.#input.cancel().catch(() => {});
  }

  /** The next piece of input; undefined at its end, which {@linkcode close} brings about. */
  async #read(): Promise<Uint8Array | undefined> {
    try {
      return (await this.#input.read()).value;
    } catch (error) {
      tell("Cannot read the input", error);
      return undefined;
    }
  }
}

function tell(what: string, error: unknown): void {
  Deno.stderr.writeSync(encoder.encode(`${what}: ${reasonOf(error)}\n`));
}

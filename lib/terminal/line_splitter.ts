/**
 * Finds the lines in bytes that arrive in any pieces, and makes them strings.
 *
 * A line ends with LF or CR LF, or with the input. Memory is bounded: what goes beyond
 * {@linkcode MAX_LINE} is counted and dropped, and the owner is told. Where the bytes come from is
 * not known here.
 */

import { ByteWriter } from "../codec/mod.ts";

/** Bytes kept of one line: many times what one chat message may hold. */
export const MAX_LINE = 65_536;

const LF = 0x0a;
const CR = 0x0d;
/** The first line may begin with a byte order mark, which is no text; this decoder takes it off. */
const FIRST = new TextDecoder("utf-8");
const FOLLOWING = new TextDecoder("utf-8", { ignoreBOM: true });

/** Splits input into lines: {@linkcode push} pieces, then {@linkcode end}. */
export class LineSplitter {
  readonly #onCut: (dropped: number) => void;
  readonly #kept = new ByteWriter();
  #dropped = 0;
  #decoder = FIRST;

  /** `onCut` hears how many bytes were dropped of a line, just before that line is given out. */
  constructor(onCut: (dropped: number) => void) {
    this.#onCut = onCut;
  }

  /** The lines that `piece` completes. Bytes that are not UTF-8 become U+FFFD. */
  push(piece: Uint8Array): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = piece.indexOf(LF); end >= 0; end = piece.indexOf(LF, start)) {
      this.#keep(piece.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#keep(piece.subarray(start));
    return lines;
  }

  /** The last line, if the input does not end with a newline. */
  end(): string[] {
    return this.#kept.length > 0 ? [this.#take()] : [];
  }

  #keep(bytes: Uint8Array): void {
    const room = MAX_LINE - this.#kept.length;
    this.#kept.bytes(bytes.subarray(0, room));
    this.#dropped += Math.max(0, bytes.length - room);
  }

  #take(): string {
    const bytes = this.#kept.view();
    const line = this.#decoder.decode(bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes);
    if (this.#dropped > 0) this.#onCut(this.#dropped);
    this.#dropped = 0;
    this.#kept.truncate(0);
    this.#decoder = FOLLOWING;
    return line;
  }
}

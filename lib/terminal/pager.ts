/**
 * A long text on a screen that is too small for it: keys and sizes in, rows out.
 *
 * The text is known from its end backwards, as far as it was fetched. Where it comes from, and how
 * rows get to a screen, is not known here.
 */

import type { Size } from "./input_line.ts";
import { cut, rowsOf, widthOf } from "./rows.ts";

/** Some rows of a text, with a line below that says which. */
export class Pager {
  readonly #title: string;
  #size: Size;
  /** What was fetched, the last line first; and the rows it fills, the last row first. */
  readonly #lines: string[] = [];
  #rows: string[] = [];
  /** How many rows are to be below those shown: more than there are, until they are fetched. */
  #below = 0;
  #complete = false;
  #failed = false;
  #news = 0;
  #left = false;

  readonly #keys: Readonly<Record<string, () => void>> = {
    "up": () => this.#move(1),
    "k": () => this.#move(1),
    "down": () => this.#move(-1),
    "j": () => this.#move(-1),
    "enter": () => this.#move(-1),
    "page up": () => this.#move(this.#height),
    "b": () => this.#move(this.#height),
    "ctrl-b": () => this.#move(this.#height),
    "page down": () => this.#move(-this.#height),
    "f": () => this.#move(-this.#height),
    " ": () => this.#move(-this.#height),
    "ctrl-f": () => this.#move(-this.#height),
    "home": () => this.#move(Infinity),
    "g": () => this.#move(Infinity),
    "end": () => this.#move(-Infinity),
    "G": () => this.#move(-Infinity),
    "q": () => this.leave(),
    "escape": () => this.leave(),
    "ctrl-c": () => this.leave(),
    "ctrl-d": () => this.leave(),
  };

  constructor(title: string, size: Size) {
    this.#title = title;
    this.#size = size;
  }

  /** Whether earlier lines are wanted: those on the way to where the person goes, and a screen more. */
  get wanting(): boolean {
    return !this.#complete && !this.#left && this.#below + 2 * this.#height > this.#rows.length;
  }

  /** Whether all that was fetched fits on the screen. */
  get fits(): boolean {
    return this.#rows.length <= this.#height;
  }

  /** Whether the person is done. */
  get left(): boolean {
    return this.#left;
  }

  /** What was fetched, in its order. */
  get lines(): readonly string[] {
    return this.#lines.toReversed();
  }

  /** Puts lines before the others; none means that there are no more. */
  add(lines: readonly string[]): void {
    if (lines.length === 0) this.#complete = true;
    for (const line of lines.toReversed()) {
      this.#lines.push(line);
      this.#rows.push(...this.#wrap(line));
    }
  }

  /** There will be no more lines, though there should be. */
  fail(): void {
    this.#complete = true;
    this.#failed = true;
  }

  /** Something happened elsewhere. */
  tell(): void {
    this.#news++;
  }

  leave(): void {
    this.#left = true;
  }

  /** Obeys a key; one that means nothing does nothing. */
  press(key: string): void {
    if (Object.hasOwn(this.#keys, key)) this.#keys[key]!();
  }

  /** Wraps everything anew; the last line that was shown stays. */
  resize(size: Size): void {
    let below = 0;
    let line = 0;
    for (; line < this.#lines.length; line++) {
      below += this.#wrap(this.#lines[line]!).length;
      if (below > this.#at) break;
    }
    this.#size = size;
    const atStart = this.#below === Infinity;
    this.#rows = [];
    for (const [index, text] of this.#lines.entries()) {
      if (index === line && !atStart) this.#below = this.#rows.length;
      this.#rows.push(...this.#wrap(text));
    }
  }

  /** The rows of the screen, the line below among them. */
  screen(): string[] {
    const rows = this.#rows.slice(this.#at, this.#at + this.#height).toReversed();
    const blank = Array<string>(Math.max(0, this.#height - rows.length)).fill("");
    return [...rows, ...blank, this.#status()];
  }

  #status(): string {
    const { columns } = this.#size;
    const parts = [this.#title, this.#place()];
    if (this.#failed) parts.push("rest not loaded");
    else if (this.wanting) parts.push("loading");
    if (this.#news > 0) parts.push(`${this.#news} new`);
    const leave = "q leaves";
    const room = columns - widthOf(leave) - 3;
    const status = ` ${cut(parts.join("  "), Math.max(1, room))}`;
    const gap = " ".repeat(Math.max(1, columns - widthOf(status) - widthOf(leave) - 1));
    return cut(`${status}${gap}${leave} `, columns);
  }

  #place(): string {
    if (this.#at === 0) return "end";
    const atStart = this.#complete && !this.#failed && this.#at === this.#most;
    return atStart ? "beginning" : `${this.#at} below`;
  }

  get #height(): number {
    return Math.max(1, this.#size.rows - 1);
  }

  /** How many rows can be below those shown. */
  get #most(): number {
    return Math.max(0, this.#rows.length - this.#height);
  }

  get #at(): number {
    return Math.min(this.#below, this.#most);
  }

  #move(rows: number): void {
    // Where the way is not fetched yet, each key takes the person further on it.
    const from = rows > 0 && !this.#complete ? this.#below : this.#at;
    this.#below = Math.max(0, from + rows);
  }

  /** The rows of a line, the last one first. */
  #wrap(line: string): string[] {
    return rowsOf(line, this.#size.columns).map(({ text }) => text).toReversed();
  }
}

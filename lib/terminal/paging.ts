/** A {@linkcode Pager} at a terminal: fetches what it wants, and shows it until the person leaves. */

import type { Input } from "./keys.ts";
import { Pager } from "./pager.ts";
import type { LongText } from "./terminal.ts";
import type { Tty } from "./tty.ts";

const REVERSED = "\x1b[7m";
const PLAIN = "\x1b[m";
/** Before a row is drawn: after a full one, it would take the last column. */
const CLEAR_ROW = "\x1b[K";

/** One text being leafed through. */
export class Paging {
  readonly #tty: Tty;
  readonly #text: LongText;
  readonly #pager: Pager;
  readonly #onLeft: () => void;
  readonly #left = Promise.withResolvers<void>();
  #open = false;
  /** What is being fetched, or was last. */
  #fetched: Promise<void> = Promise.resolve();
  #fetching = false;
  #error: unknown;

  /** `onLeft` is told as soon as the screen is what it was before. */
  constructor(tty: Tty, text: LongText, onLeft: () => void) {
    this.#tty = tty;
    this.#text = text;
    this.#onLeft = onLeft;
    this.#pager = new Pager(text.title, tty.size);
  }

  /**
   * Fetches as much as fills the screen.
   *
   * @returns all lines, where they fit
   * @throws what {@linkcode LongText.earlier} throws
   */
  async begin(): Promise<readonly string[] | undefined> {
    while (this.#pager.fits && this.#pager.wanting) this.#pager.add(await this.#text.earlier());
    return this.#pager.fits ? this.#pager.lines : undefined;
  }

  /**
   * Shows the text until the person has left, and nothing is being fetched any more.
   *
   * @throws what {@linkcode LongText.earlier} threw meanwhile, afterwards
   */
  async show(): Promise<void> {
    this.#open = true;
    this.#tty.alternate(true);
    this.resize();
    await this.#left.promise;
    await this.#fetched;
    if (this.#error !== undefined) throw this.#error;
  }

  /** Obeys a key; what is pasted means nothing. */
  obey(input: Input): void {
    if (input.kind === "key") this.#pager.press(input.name);
    if (input.kind === "text") { for (const key of input.text) this.#pager.press(key); }
    this.#refresh();
  }

  resize(): void {
    this.#pager.resize(this.#tty.size);
    this.#refresh();
  }

  /** Something was printed, which is shown afterwards. */
  tell(): void {
    this.#pager.tell();
    this.#refresh();
  }

  leave(): void {
    this.#pager.leave();
    this.#refresh();
  }

  #refresh(): void {
    if (!this.#open) return;
    if (this.#pager.left) return this.#close();
    if (this.#pager.wanting && !this.#fetching) this.#fetched = this.#fetch();
    const rows = this.#pager.screen();
    const status = rows.pop();
    const drawn = rows.map((row) => `${CLEAR_ROW}${row}\r\n`).join("");
    this.#tty.write(`\x1b[H${drawn}${CLEAR_ROW}${REVERSED}${status}${PLAIN}`);
  }

  #close(): void {
    this.#open = false;
    this.#tty.alternate(false);
    this.#left.resolve();
    this.#onLeft();
  }

  async #fetch(): Promise<void> {
    this.#fetching = true;
    try {
      this.#pager.add(await this.#text.earlier());
    } catch (error) {
      this.#error = error;
      this.#pager.fail();
    }
    this.#fetching = false;
    this.#refresh();
  }
}

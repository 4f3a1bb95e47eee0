/**
 * The line being typed: text, cursor, what was typed before, and the keys that edit it.
 *
 * The keys are those of GNU readline. Backspace and the arrows go by whole characters, as a reader
 * counts them. Nothing here knows how the line is shown.
 */

import { after, before } from "./rows.ts";

/** Lines kept to come back to. */
const MAX_HISTORY = 1_000;

/** A line under the hands of a person. */
export class LineEditor {
  #line = "";
  #cursor = 0;
  /** What was cut last. */
  #cut = "";
  readonly #history: string[] = [];
  /** Which line of the history is shown; its length means the new line. */
  #shown = 0;
  /** The new line, while another is shown. */
  #draft = "";

  readonly #keys: Readonly<Record<string, () => void>> = {
    "left": () => this.#move(this.#left()),
    "ctrl-b": () => this.#move(this.#left()),
    "right": () => this.#move(this.#right()),
    "ctrl-f": () => this.#move(this.#right()),
    "home": () => this.#move(0),
    "ctrl-a": () => this.#move(0),
    "end": () => this.#move(this.#line.length),
    "ctrl-e": () => this.#move(this.#line.length),
    "ctrl-left": () => this.#move(this.#wordLeft()),
    "alt-left": () => this.#move(this.#wordLeft()),
    "alt-b": () => this.#move(this.#wordLeft()),
    "ctrl-right": () => this.#move(this.#wordRight()),
    "alt-right": () => this.#move(this.#wordRight()),
    "alt-f": () => this.#move(this.#wordRight()),
    "backspace": () => this.#remove(this.#left(), this.#cursor),
    "delete": () => this.#remove(this.#cursor, this.#right()),
    "ctrl-d": () => this.#remove(this.#cursor, this.#right()),
    "ctrl-w": () => this.#take(this.#wordLeft(), this.#cursor),
    "alt-backspace": () => this.#take(this.#wordLeft(), this.#cursor),
    "alt-d": () => this.#take(this.#cursor, this.#wordRight()),
    "ctrl-u": () => this.#take(0, this.#cursor),
    "ctrl-k": () => this.#take(this.#cursor, this.#line.length),
    "ctrl-y": () => this.insert(this.#cut),
    "up": () => this.#show(this.#shown - 1),
    "ctrl-p": () => this.#show(this.#shown - 1),
    "down": () => this.#show(this.#shown + 1),
    "ctrl-n": () => this.#show(this.#shown + 1),
  };

  get line(): string {
    return this.#line;
  }

  /** Where the next character goes: an index into {@linkcode line}. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Puts `text` at the cursor, whatever stands in it. */
  insert(text: string): void {
    this.#set(this.#line.slice(0, this.#cursor) + text, this.#line.slice(this.#cursor));
  }

  /** Puts `text` in the place of what stands before the cursor. */
  replace(text: string): void {
    this.#set(text, this.#line.slice(this.#cursor));
  }

  /** Does what a key does; nothing, when it does not edit. */
  press(key: string): void {
    if (Object.hasOwn(this.#keys, key)) this.#keys[key]!();
  }

  /** Takes the line out, into the history. */
  enter(): string {
    const line = this.#line;
    if (line !== "" && line !== this.#history.at(-1)) this.#history.push(line);
    if (this.#history.length > MAX_HISTORY) this.#history.shift();
    this.clear();
    return line;
  }

  /** Drops the line. */
  clear(): void {
    this.#set("", "");
    this.#shown = this.#history.length;
    this.#draft = "";
  }

  #set(left: string, right: string): void {
    this.#line = left + right;
    this.#cursor = left.length;
  }

  #move(to: number): void {
    this.#cursor = to;
  }

  #remove(from: number, to: number): void {
    this.#set(this.#line.slice(0, from), this.#line.slice(to));
  }

  #take(from: number, to: number): void {
    if (to > from) this.#cut = this.#line.slice(from, to);
    this.#remove(from, to);
  }

  #show(which: number): void {
    if (which < 0 || which > this.#history.length) return;
    if (this.#shown === this.#history.length) this.#draft = this.#line;
    this.#shown = which;
    this.#set(this.#history[which] ?? this.#draft, "");
  }

  #left(from = this.#cursor): number {
    return before(this.#line, from);
  }

  #right(from = this.#cursor): number {
    return after(this.#line, from);
  }

  #wordLeft(): number {
    const from = (at: number): string => this.#line.slice(this.#left(at), at);
    let at = this.#cursor;
    while (at > 0 && !isWord(from(at))) at = this.#left(at);
    while (at > 0 && isWord(from(at))) at = this.#left(at);
    return at;
  }

  #wordRight(): number {
    const from = (at: number): string => this.#line.slice(at, this.#right(at));
    const { length } = this.#line;
    let at = this.#cursor;
    while (at < length && !isWord(from(at))) at = this.#right(at);
    while (at < length && isWord(from(at))) at = this.#right(at);
    return at;
  }
}

function isWord(character: string): boolean {
  return /^[\p{L}\p{N}_]/u.test(character);
}

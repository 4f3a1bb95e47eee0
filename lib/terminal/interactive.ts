/**
 * A terminal with a person at it: a line editor below what is printed, and now and then a pager.
 *
 * The line being typed is taken off the screen, the news printed in its place, and the line drawn
 * again below. Everything that arrived at once is obeyed before the line is drawn again, so a paste
 * of many lines costs no more than its text.
 */

import { complete } from "./completion.ts";
import { InputLine } from "./input_line.ts";
import type { Input } from "./keys.ts";
import { LineEditor } from "./line_editor.ts";
import { notification } from "./notify.ts";
import { Paging } from "./paging.ts";
import { Question } from "./question.ts";
import type { Line, LongText, Terminal, TerminalOptions } from "./terminal.ts";
import { Tty } from "./tty.ts";

const CLEAR_SCREEN = "\x1b[H\x1b[2J";
const LEAVE_HINT = "To leave, press Ctrl-D, or Ctrl-C once more.";
const STOP_HINT = "Ctrl-Z stops the compiled program only. To leave, press Ctrl-D.";

/** Standard input and output with a line editor. */
export class InteractiveTerminal implements Terminal {
  readonly interactive = true;
  readonly #options: Required<TerminalOptions>;
  readonly #tty: Tty;
  readonly #editor = new LineEditor();
  readonly #input = new InputLine();
  readonly #lines: ReadableStream<Line<unknown>>;
  #entered!: ReadableStreamDefaultController<Line<unknown>>;
  #begin: () => unknown = () => undefined;
  /** How things were when the line was begun; undefined while it is empty. */
  #begun: { readonly how: unknown } | undefined;
  #prompt = "> ";
  #complete: (typed: string) => readonly string[] = () => [];
  /** Whether nothing was typed since {@linkcode LEAVE_HINT}. */
  #hinted = false;
  /** Not known to be elsewhere: a terminal need not tell. */
  #focused = true;
  /** The text that is on the screen instead. */
  #paging: Paging | undefined;
  /** The texts to be paged, one after the other. */
  #pages: Promise<void> = Promise.resolve();
  /** What is asked in the place of a line. */
  #question: Question | undefined;
  /** Whether Ctrl-Z gave the screen to others. */
  #away = false;
  /** What was printed while the screen was not ours to print on. */
  #held = "";
  #closed = false;
  /** Whether whoever took the lines stopped taking them. */
  #abandoned = false;

  constructor(options: Required<TerminalOptions>) {
    this.#options = options;
    this.#lines = new ReadableStream({
      start: (entered): void => {
        this.#entered = entered;
      },
      cancel: (): void => {
        this.#abandoned = true;
        this.close();
      },
    });
    this.#tty = new Tty({
      onInputs: (inputs): void => this.#obey(inputs),
      onScreen: (change): void => this.#redraw(change),
      onEnd: (): void => this.close(),
    });
    this.#draw();
  }

  lines<Begun>(begin: () => Begun): AsyncIterable<Line<Begun>> {
    this.#begin = begin;
    return this.#lines as ReadableStream<Line<Begun>>;
  }

  print(line: string): void {
    if (this.#closed) return this.#tty.write(`${line}\n`);
    this.#held += `${line}\n`;
    this.#paging?.tell();
    this.#draw();
  }

  setPrompt(prompt: string): void {
    this.#prompt = prompt;
    this.#draw();
  }

  setCompleter(complete: (typed: string) => readonly string[]): void {
    this.#complete = complete;
  }

  askSecret(prompt: string): Promise<string | undefined> {
    const question = new Question(`${prompt} `);
    if (this.#closed) question.giveUp();
    else this.#question = question;
    this.#draw();
    return question.answer;
  }

  alert(text: string): void {
    if (!this.#focused && !this.#closed) this.#tty.write(notification(text, this.#options.notify));
  }

  page(text: LongText): Promise<void> {
    const paged = this.#pages.then(() => this.#page(text));
    this.#pages = paged.catch(() => {});
    return paged;
  }

  close(): void {
    if (this.#closed) return;
    this.#paging?.leave();
    this.#question?.giveUp();
    this.#question = undefined;
    this.#away = false;
    // What is half-typed stays readable, and what follows begins a line.
    this.#editor.press("end");
    this.#draw();
    this.#closed = true;
    this.#tty.write(this.#editor.line === "" ? this.#input.erase(this.#tty.size) : "\n");
    this.#tty.close();
    if (!this.#abandoned) this.#entered.close();
  }

  async #page(text: LongText): Promise<void> {
    if (this.#closed) return;
    const paging = new Paging(this.#tty, text, () => this.#leavePage());
    const lines = await paging.begin();
    if (lines !== undefined) return lines.forEach((line) => this.print(line));
    if (this.#closed) return;
    this.#tty.write(this.#input.erase(this.#tty.size));
    this.#paging = paging;
    await paging.show();
  }

  #leavePage(): void {
    this.#paging = undefined;
    this.#draw();
  }

  #obey(inputs: readonly Input[]): void {
    for (const input of inputs) {
      if (this.#closed) return;
      if (input.kind === "focus") this.#focused = input.focused;
      else this.#take(input);
    }
    this.#draw();
  }

  #take(input: Exclude<Input, { kind: "focus" }>): void {
    const hinted = this.#hinted;
    this.#hinted = false;
    if (this.#paging !== undefined) this.#paging.obey(input);
    else if (this.#question !== undefined) this.#answer(this.#question, input);
    else if (input.kind !== "key") this.#type(input.text, input.kind === "paste");
    else if (input.name === "ctrl-c") this.#interrupt(hinted);
    else this.#press(input.name);
    this.#begun = this.#editor.line === "" ? undefined : this.#begun ?? { how: this.#begin() };
  }

  #answer(question: Question, input: Exclude<Input, { kind: "focus" }>): void {
    if (input.kind === "key" && input.name === "ctrl-z") this.#suspend();
    else if (question.obey(input)) this.#question = undefined;
  }

  /** Drops the line; where there is none, ends the lines, but not without having said so. */
  #interrupt(hinted: boolean): void {
    if (this.#editor.line !== "") return this.#editor.clear();
    if (hinted) return this.close();
    this.#hinted = true;
    this.print(LEAVE_HINT);
  }

  /** Puts text into the line, which ends where the text has a line end. */
  #type(text: string, pasted: boolean): void {
    const pieces = text.split("\n");
    const last = pieces.pop()!;
    for (const piece of pieces) {
      this.#editor.insert(piece);
      this.#enter(pasted);
    }
    this.#editor.insert(last);
  }

  #press(key: string): void {
    if (key === "enter") this.#enter(false);
    else if (key === "tab") this.#completeLine();
    else if (key === "ctrl-d" && this.#editor.line === "") this.close();
    else if (key === "ctrl-l") this.#clearScreen();
    else if (key === "ctrl-z") this.#suspend();
    else this.#editor.press(key);
  }

  #enter(pasted: boolean): void {
    const begun = this.#begun === undefined ? this.#begin() : this.#begun.how;
    this.#begun = undefined;
    this.#entered.enqueue({ text: this.#editor.enter(), pasted, begun });
  }

  #completeLine(): void {
    const typed = this.#editor.line.slice(0, this.#editor.cursor);
    const { columns } = this.#tty.size;
    const { line, list } = complete(typed, this.#complete(typed), columns);
    if (line !== undefined) this.#editor.replace(line);
    list?.forEach((row) => this.print(row));
  }

  #clearScreen(): void {
    this.#input.forget();
    this.#tty.write(CLEAR_SCREEN);
  }

  #suspend(): void {
    if (!this.#options.stops) return this.print(STOP_HINT);
    this.#tty.write(this.#input.erase(this.#tty.size));
    this.#away = true;
    this.#tty.suspend();
  }

  #redraw(change: "resized" | "used"): void {
    if (change === "used") {
      this.#away = false;
      this.#input.forget();
    }
    this.#paging?.resize();
    this.#draw();
  }

  /** Draws the line anew, below what was printed; not on a screen that others use. */
  #draw(): void {
    if (this.#closed || this.#away || this.#paging !== undefined) return;
    const { line, cursor } = this.#editor;
    const { size } = this.#tty;
    const above = this.#input.erase(size) + this.#held;
    this.#held = "";
    const shown = this.#question === undefined
      ? this.#input.draw(this.#prompt, line, cursor, size)
      : this.#input.draw(this.#question.prompt, "", 0, size);
    this.#tty.write(above + shown);
  }
}

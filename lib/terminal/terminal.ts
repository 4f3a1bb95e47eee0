/**
 * The person's end of a client: lines come in, lines go out.
 *
 * At a terminal a half-typed line stays whole while others speak; in a pipe, input and output are
 * plain lines, complete and in order. What a line means is not known here, and what is printed must
 * have been made safe by `visible()` where others wrote it.
 */

import type { Notify } from "./notify.ts";

/** How a terminal is to behave. */
export interface TerminalOptions {
  /** How a person is called who looks elsewhere, as far as the terminal tells. Default: `bell`. */
  readonly notify?: Notify;
  /**
   * Whether Ctrl-Z stops this process, which is to be all of a shell's job. Default: in a compiled
   * program. Under `deno task`, a shell would wait for the others.
   */
  readonly stops?: boolean;
}

/** A text that may be too long for a screen, from its end backwards. */
export interface LongText {
  readonly title: string;
  /** The lines just before those that were fetched, oldest first; none when there are no more. */
  earlier(): Promise<readonly string[]>;
}

/** A line that was entered, without its line end. */
export interface Line<Begun> {
  readonly text: string;
  /** Whether its line end was pasted too, where the terminal tells. */
  readonly pasted: boolean;
  /** How things were when its first character was there. */
  readonly begun: Begun;
}

/** Where a person or a script types and reads. */
export interface Terminal {
  /** Whether a person sits there: input and output are both a terminal. */
  readonly interactive: boolean;

  /**
   * What is typed, line by line; to be iterated once. It ends with the input (Ctrl-D on an empty
   * line, or Ctrl-C there twice in a row, which the first answers with a hint), with
   * {@linkcode close}, and when nobody reads the output any more. At a terminal a line is taken off
   * the screen when it is entered: what has become of it is for whoever takes it to print.
   *
   * @param begin tells how things are, whenever a line is begun. Lines before it may be entered and
   *   not be taken yet
   */
  lines<Begun>(begin: () => Begun): AsyncIterable<Line<Begun>>;

  /**
   * Writes one line; at a terminal, above what is being typed. It returns when the line is written,
   * so a slow reader slows the caller and nothing piles up. With nobody reading it does nothing.
   */
  print(line: string): void;

  /** What stands before the typed line from now on; nothing in a pipe. */
  setPrompt(prompt: string): void;

  /** Which whole lines Tab may make of what is typed so far; never asked in a pipe. */
  setCompleter(complete: (typed: string) => readonly string[]): void;

  /**
   * Asks a person for what is not to be shown; what they typed before stays theirs. A space follows
   * `prompt`. Undefined where there is nobody to ask, or no answer.
   */
  askSecret(prompt: string): Promise<string | undefined>;

  /**
   * Calls a person who does not look at the terminal, with `text` where it can show one. A terminal
   * that never told that nobody looks is taken to be looked at.
   */
  alert(text: string): void;

  /**
   * Lets a person leaf through `text`, which is shown from its end; resolves when they have left and
   * nothing is being fetched any more. What is printed meanwhile appears afterwards. What fits on the
   * screen is printed, and in a pipe all of it.
   *
   * @throws what {@linkcode LongText.earlier} throws; after they have left, if they read already
   */
  page(text: LongText): Promise<void>;

  /** Ends the lines and gives the terminal back. {@linkcode print} still works. */
  close(): void;
}

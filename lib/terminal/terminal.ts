/**
 * The person's end of a client: lines come in, lines go out.
 *
 * At a terminal a half-typed line stays whole while others speak; in a pipe, input and output are
 * plain lines, complete and in order. What a line means is not known here, and what is printed must
 * have been made safe by `visible()` where others wrote it.
 */

import { promptSecret } from "@std/cli/prompt-secret";
import { InteractiveTerminal } from "./interactive.ts";
import { PipedTerminal } from "./piped.ts";

/** Where a person or a script types and reads. */
export interface Terminal {
  /** Whether a person sits there: input and output are both a terminal. */
  readonly interactive: boolean;

  /**
   * What is typed, line by line, without line ends; to be iterated once. It ends with the input
   * (Ctrl-D, or Ctrl-C on an empty line), with {@linkcode close}, and when nobody reads the output
   * any more.
   */
  lines(): AsyncIterable<string>;

  /**
   * Writes one line; at a terminal, above what is being typed. It returns when the line is written,
   * so a slow reader slows the caller and nothing piles up. With nobody reading it does nothing.
   */
  print(line: string): void;

  /** What stands before the typed line from now on; nothing in a pipe. */
  setPrompt(prompt: string): void;

  /** Ends the lines and gives the terminal back. {@linkcode print} still works. */
  close(): void;
}

/** The process's own standard input and output. */
export function openTerminal(): Terminal {
  return isInteractive() ? new InteractiveTerminal() : new PipedTerminal();
}

/**
 * Asks for a secret without showing what is typed; undefined where there is no terminal to ask at,
 * or when Ctrl-C or Ctrl-D is the answer. To be used before {@linkcode openTerminal}.
 */
export function askSecret(prompt: string): string | undefined {
  if (!isInteractive()) return undefined;
  const answer: string | null = promptSecret(prompt, { mask: "" });
  // Where the terminal does not take Ctrl-C and Ctrl-D itself, they arrive as characters.
  const cancelled = answer === null || answer.includes("\x03") || answer.includes("\x04");
  return cancelled ? undefined : answer;
}

function isInteractive(): boolean {
  return Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
}

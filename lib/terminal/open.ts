/** Which kind of terminal this process has, and what only a person at one can be asked. */

import { promptSecret } from "@std/cli/prompt-secret";
import { InteractiveTerminal } from "./interactive.ts";
import { PipedTerminal } from "./piped.ts";
import type { Terminal, TerminalOptions } from "./terminal.ts";

/** The process's own standard input and output. */
export function openTerminal(
  { notify = "bell", stops = Deno.build.standalone }: TerminalOptions = {},
): Terminal {
  const dumb = (): boolean => Deno.env.get("TERM") === "dumb";
  return isInteractive() && !dumb()
    ? new InteractiveTerminal({ notify, stops })
    : new PipedTerminal();
}

/**
 * Asks for a secret without showing what is typed; a space follows `prompt`. Undefined where there
 * is no terminal to ask at, or when Ctrl-C or Ctrl-D is the answer. To be used before
 * {@linkcode openTerminal}.
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

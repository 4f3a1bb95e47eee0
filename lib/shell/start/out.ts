/** Where the client program writes before there is a chat, and how it fails to begin one. */

/** The two outputs of a program, each taking one line or several. */
export interface Out {
  /** What was asked for, on standard output. */
  say(text: string): void;
  /** What goes along with it, on standard error. */
  complain(text: string): void;
}

/** The client cannot start; the message says why and what to do. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** What the system says was wrong. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

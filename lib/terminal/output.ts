/** Standard output, written at once and whole; a slow reader makes the writer wait. */

/** How long to wait, in milliseconds, when a non-blocking output is full. */
const FULL_WAIT = 2;

const encoder = new TextEncoder();
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** @throws {Deno.errors.BrokenPipe} when nobody reads, and what else writing throws */
export function writeOut(text: string): void {
  const bytes = encoder.encode(text);
  for (let written = 0; written < bytes.length;) {
    try {
      written += Deno.stdout.writeSync(bytes.subarray(written));
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(sleeper, 0, 0, FULL_WAIT);
    }
  }
}

/** Standard output cannot be written; the message says why. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

/**
 * Writes a line or several for whoever started the program; once nobody reads them any more
 * (`| head`), it does nothing.
 *
 * @throws {OutputError}
 */
export function sayLine(text: string): void {
  try {
    writeOut(`${text}\n`);
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return;
    const reason = error instanceof Error ? error.message : String(error);
    throw new OutputError(`cannot write to standard output: ${reason}`);
  }
}

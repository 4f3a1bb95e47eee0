/** Standard output, written at once and whole; a slow reader makes the writer wait. */

import { reasonOf } from "./reason.ts";

/** The two outputs of a program, each taking one line or several. */
export interface Out {
  /** What was asked for, on standard output. */
  say(text: string): void;
  /** What goes along with it, on standard error. */
  complain(text: string): void;
}

/** How long to wait, in milliseconds, when a non-blocking output is full. */
const FULL_WAIT = 2;

/** Lines are written together, this many characters or a little more at a time. */
const CHUNK = 65_536;

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
  tryToWrite(`${text}\n`);
}

/**
 * Writes very many lines as {@linkcode sayLine} does, and takes no more of them than are read.
 *
 * @throws {OutputError} and what `lines` throws
 */
export function sayLines(lines: Iterable<string>): void {
  let chunk = "";
  for (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK) continue;
    if (!tryToWrite(chunk)) return;
    chunk = "";
  }
  tryToWrite(chunk);
}

/** Whether somebody reads it. @throws {OutputError} */
function tryToWrite(text: string): boolean {
  try {
    writeOut(text);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return false;
    throw new OutputError(`cannot write to standard output: ${reasonOf(error)}`);
  }
}

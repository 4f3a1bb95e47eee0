/**
 * Writes a history to a file: a new one, that only its owner can read, a line for each message.
 *
 * Memory is bounded, and a write that fails is told once, at the end.
 */

import { join } from "@std/path";
import { reasonOf } from "../terminal/mod.ts";

const encoder = new TextEncoder();

/** So many characters are written at once. */
const CHUNK = 65_536;

/** The file cannot be made or written; the message says why. */
export class ExportError extends Error {
  override readonly name = "ExportError";
}

/** `path`, with the folder `home` for the `~` that it may begin with, as a shell has it. */
export function inHome(path: string, home: string | undefined): string {
  return home !== undefined && /^~[/\\]/.test(path) ? join(home, path.slice(2)) : path;
}

/** A new file of lines. */
export class LineFile implements Disposable {
  readonly #file: Deno.FsFile;
  #waiting = "";
  #failure: ExportError | undefined;

  /** @throws {ExportError} when it is there already, or cannot be made */
  constructor(path: string) {
    try {
      this.#file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) {
        throw new ExportError("it is there already, and nothing is overwritten");
      }
      throw failure(error);
    }
  }

  /** Adds a line. After a failure it does nothing. */
  add(line: string): void {
    this.#waiting += `${line}\n`;
    if (this.#waiting.length >= CHUNK) this.#flush();
  }

  /** Has everything written. @throws {ExportError} when writing failed, now or before */
  finish(): void {
    this.#flush();
    if (this.#failure !== undefined) throw this.#failure;
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  #flush(): void {
    const bytes = encoder.encode(this.#waiting);
    this.#waiting = "";
    if (this.#failure !== undefined) return;
    try {
      for (let written = 0; written < bytes.length;) {
        written += this.#file.writeSync(bytes.subarray(written));
      }
    } catch (error) {
      this.#failure = failure(error);
    }
  }
}

function failure(error: unknown): ExportError {
  return new ExportError(reasonOf(error));
}

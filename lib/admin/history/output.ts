/** Very many lines to standard output, at the pace of whoever reads them. */

import { AdminError } from "../out.ts";

/** Lines are written together, this many characters or a little more at a time. */
const CHUNK = 65_536;

/**
 * Writes `lines`. When nobody reads any more (`| head`), it stops and is content with that.
 *
 * @throws {AdminError} when they cannot be written; and what `lines` throws
 */
export async function writeLines(lines: Iterable<string>): Promise<void> {
  const encoder = new TextEncoder();
  let chunk = "";
  try {
    for (const line of lines) {
      chunk += line + "\n";
      if (chunk.length < CHUNK) continue;
      await writeAll(encoder.encode(chunk));
      chunk = "";
    }
    await writeAll(encoder.encode(chunk));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await Deno.stdout.write(bytes.subarray(written)).catch(explain);
  }
}

function explain(error: unknown): never {
  if (error instanceof Deno.errors.BrokenPipe || !(error instanceof Error)) throw error;
  throw new AdminError(`cannot write to standard output: ${error.message}`);
}

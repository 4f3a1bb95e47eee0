/**
 * Where a person's client finds its secret K_A: a file, the environment, the sample, or a prompt.
 *
 * Never the command line, which other users of the machine can read.
 */

import type { ClientId } from "../codec/mod.ts";
import { SAMPLE_IDS, sampleSecret } from "../subscribers/mod.ts";
import { askSecret } from "../terminal/mod.ts";
import { isLoopback } from "../transport/mod.ts";

/** The environment variable that may hold the secret. */
export const SECRET_VARIABLE = "PARLEY_SECRET";

/** No secret was found; the message says how to give one. */
export class SecretError extends Error {
  override readonly name = "SecretError";
}

/** What is known when the secret is looked for. */
export interface SecretOptions {
  readonly clientId: ClientId;
  /** The server's host: a sample secret is good on loopback only. */
  readonly host: string;
  /** A file that holds the secret; one line end after it does not count. */
  readonly file: string | undefined;
  /** Ask, whatever else there is. */
  readonly ask: boolean;
}

/**
 * The secret's bytes.
 *
 * @throws {SecretError}
 */
export function findSecret({ clientId, host, file, ask }: SecretOptions): Uint8Array {
  const secret = ask
    ? askSecret(`Secret of ${clientId}:`)
    : fromFile(file) ?? Deno.env.get(SECRET_VARIABLE) ?? fromSample(clientId, host) ??
      askSecret(`Secret of ${clientId}:`);
  if (secret === undefined || secret === "") {
    throw new SecretError(
      `no secret for ${clientId}: give --secret-file FILE, or set ${SECRET_VARIABLE}`,
    );
  }
  return new TextEncoder().encode(secret);
}

function fromFile(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return Deno.readTextFileSync(file).replace(/\r?\n$/, "");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SecretError(`cannot read the secret file ${file}: ${reason}`);
  }
}

function fromSample(clientId: ClientId, host: string): string | undefined {
  return isLoopback(host) && SAMPLE_IDS.includes(clientId) ? sampleSecret(clientId) : undefined;
}

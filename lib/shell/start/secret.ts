/**
 * Where a person's client finds its secret K_A: a file, the environment, the profile, the sample, or
 * a prompt.
 *
 * Never the command line, which other users of the machine can read.
 */

import type { ClientId } from "../../codec/mod.ts";
import { SAMPLE_IDS, sampleSecret } from "../../subscribers/mod.ts";
import { askSecret, reasonOf } from "../../terminal/mod.ts";
import { isLoopback } from "../../transport/mod.ts";
import { StartError } from "./out.ts";
import { opennessOf } from "./private_file.ts";
import type { Target } from "./target.ts";

/** The environment variable that may hold the secret. */
export const SECRET_VARIABLE = "PARLEY_SECRET";

/** How a person is asked for the secret of `clientId`. */
export function secretPrompt(clientId: ClientId): string {
  return `Secret of ${clientId}:`;
}

/** A secret that was found. */
export interface Secret {
  /** As UTF-8, it is K_A. */
  readonly text: string;
  /** Whether the user has given it now, and nothing has kept it or made it public. */
  readonly given: boolean;
  /** Whether it was typed just now, so that it may be mistyped. */
  readonly typed?: true;
  /** What to say when the server refuses it, where the user may not know which it was. */
  readonly ifRefused?: string;
  /** What its owner should mend. */
  readonly warning?: string | undefined;
}

/** What the command line and the environment say about the secret. */
export interface SecretSources {
  /** A file that holds the secret; one line end after it does not count. */
  readonly file: string | undefined;
  /** The value of {@linkcode SECRET_VARIABLE}. */
  readonly variable: string | undefined;
  /** Ask, whatever else there is. */
  readonly ask: boolean;
}

/**
 * The secret to log on with.
 *
 * @throws {StartError}
 */
export function findSecret(target: Target, { file, variable, ask }: SecretSources): Secret {
  const { clientId } = target;
  const secret = ask
    ? fromPrompt(clientId)
    : fromFile(file) ?? fromVariable(variable) ?? fromProfile(target) ?? fromSample(target) ??
      fromPrompt(clientId);
  if (secret === undefined || secret.text === "") {
    throw new StartError(
      `no secret for ${clientId}: give --secret-file FILE, or set ${SECRET_VARIABLE}`,
    );
  }
  return secret;
}

function fromFile(file: string | undefined): Secret | undefined {
  if (file === undefined) return undefined;
  try {
    const text = Deno.readTextFileSync(file).replace(/\r?\n$/, "");
    return { text, given: true, warning: opennessOf(file) };
  } catch (error) {
    throw new StartError(`cannot read the secret file ${file}: ${reasonOf(error)}`);
  }
}

function fromVariable(text: string | undefined): Secret | undefined {
  if (text === undefined) return undefined;
  return { text, given: true, ifRefused: `The secret came from ${SECRET_VARIABLE}.` };
}

function fromProfile({ profile }: Target): Secret | undefined {
  if (profile?.secret === undefined) return undefined;
  const ifRefused = `The secret came from ${profile.path}. To change it: parley setup`;
  return { text: profile.secret, given: false, ifRefused };
}

/** A sample secret is good on loopback only. */
function fromSample({ clientId, server: { host } }: Target): Secret | undefined {
  if (!isLoopback(host) || !SAMPLE_IDS.includes(clientId)) return undefined;
  const ifRefused =
    `That was the sample secret of ${clientId}. Give yours with --secret-file or --ask-secret.`;
  return { text: sampleSecret(clientId), given: false, ifRefused };
}

function fromPrompt(clientId: ClientId): Secret | undefined {
  const text = askSecret(secretPrompt(clientId));
  return text === undefined ? undefined : { text, given: true, typed: true };
}

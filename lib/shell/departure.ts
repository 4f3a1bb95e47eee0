/**
 * How a person leaves: what is on its way is waited for, until Ctrl-C at the latest, and whatever
 * was not done or is not confirmed is told, so that no text they typed is lost without a word.
 *
 * The terminal is given back already. How long is waited at most is the client's to know.
 */

import type { ChatClient } from "../client/mod.ts";
import { visible } from "../terminal/mod.ts";
import { type Deliveries, messages } from "./deliveries.ts";
import type { Transcript } from "./transcript.ts";

/** What a departure needs. */
export interface DepartureTools {
  readonly deliveries: Deliveries;
  readonly transcript: Transcript;
  /** The typed lines that nothing has become of. */
  readonly undone: () => readonly string[];
}

/** Logs a person's `client` off. */
export async function depart(
  client: Pick<ChatClient, "logOff">,
  { deliveries, transcript, undone }: DepartureTools,
): Promise<void> {
  const { onTheirWay } = deliveries.outbox;
  deliveries.leave();
  const loggedOff = client.logOff();
  if (onTheirWay === 0) await loggedOff;
  else {
    transcript.print(`Waiting for ${messages(onTheirWay)} to be stored; Ctrl-C leaves at once.`);
    // Terminals show ^C, and stay on its line.
    if (!await unlessInterrupted(loggedOff)) transcript.print("");
  }
  deliveries.tellUnconfirmed();
  for (const text of undone()) transcript.print(`Not done: ${visible(text)}`);
}

/** Whether `done` comes before Ctrl-C, which is a signal where no terminal is in raw mode. */
async function unlessInterrupted(done: Promise<void>): Promise<boolean> {
  const interrupted = Promise.withResolvers<false>();
  const interrupt = (): void => interrupted.resolve(false);
  Deno.addSignalListener("SIGINT", interrupt);
  try {
    return await Promise.race([done.then(() => true), interrupted.promise]);
  } finally {
    Deno.removeSignalListener("SIGINT", interrupt);
  }
}

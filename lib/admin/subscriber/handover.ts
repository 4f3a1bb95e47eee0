/** What a subscriber needs to log on, to be copied and handed over. */

import type { ClientId } from "../../codec/mod.ts";

/** A text for `id`. The server's address is known to whoever runs it, and not here. */
export function handover(id: ClientId, secret: string): string {
  // A word that begins with a dash would be taken for a flag.
  const dashes = id.startsWith("-") ? "-- " : "";
  return `
For ${id}, to be handed over in private:

  Server:     HOST, or HOST:PORT (yours to fill in)
  Client-ID:  ${id}
  Secret:     ${secret}

  To keep these on your machine, and to chat from then on:

    parley setup
    parley ${dashes}${id}

  To be asked for the secret each time instead:

    parley ${dashes}${id}@HOST`;
}

/** Several who hear what a server tells, as one. Whoever wants no trace costs no trace. */

import type { Traced } from "../server/mod.ts";
import type { LogNote } from "./logging.ts";

/** Hears what a server and its program tell. Both are called synchronously and must not throw. */
export interface Listener {
  note(note: LogNote): void;
  trace?(traced: Traced): void;
}

/** Tells each of `listeners`, in their order. */
export function allOf(listeners: readonly Listener[]): Listener {
  const tracing = listeners.filter(({ trace }) => trace !== undefined);
  return {
    note: (note) => {
      for (const listener of listeners) listener.note(note);
    },
    ...(tracing.length === 0 ? {} : {
      trace: (traced): void => {
        for (const listener of tracing) listener.trace!(traced);
      },
    }),
  };
}

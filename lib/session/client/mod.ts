/** The client's state machine, whole: both phases of the assignment's client diagrams. */

import { type Step, step, type Table } from "../machine.ts";
import { CHAT_PHASE } from "./chat_phase.ts";
import { CONNECTION_PHASE } from "./connection_phase.ts";
import type { ClientAction, ClientContext, ClientEvent, ClientState } from "./types.ts";

export type * from "./types.ts";

/** Every transition of the client. */
export const CLIENT_TABLE: Table<ClientState, ClientEvent, ClientAction, ClientContext> = {
  ...CONNECTION_PHASE,
  ...CHAT_PHASE,
};

/** The transition for `event`; undefined where the state does not list it. */
export function stepClient(
  state: ClientState,
  event: ClientEvent,
  context: ClientContext,
): Step<ClientState, ClientAction> | undefined {
  return step(CLIENT_TABLE, state, event, context);
}

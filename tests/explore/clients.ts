/** Three clients and a server, as a graph to explore. */

import { parseClientId } from "../../lib/codec/mod.ts";
import { checkSettled, checkState } from "./check.ts";
import type { Graph } from "./explorer.ts";
import { keyOf } from "./key.ts";
import { Violation } from "./oracle.ts";
import { isBeyond, movesIn } from "./moves.ts";
import { type Bounds, emptyState, type Move, type State } from "./state.ts";
import { World } from "./world.ts";

/** Who there may be. */
export const CLIENTS = ["alice", "bob", "carol"].map(parseClientId);

/** The graph of all that `bounds` allow. All clients are offline in the beginning. */
export function clientsAndServer(bounds: Bounds): Graph<State, Move> {
  const world = new World(bounds.directory > 0);
  return {
    first: emptyState(),
    moves: (state) => movesIn(state, bounds),
    take: (state, move) => {
      world.load(state);
      world.act(move);
      const after = world.save();
      return isBeyond(after, bounds) ? undefined : after;
    },
    key: (state) => keyOf(state, bounds.clients),
    check: (state) => {
      checkState(state);
      try {
        world.load(state);
        world.settle();
        checkSettled(world.save(), bounds.clients);
      } catch (error) {
        if (!(error instanceof Violation)) throw error;
        throw new Violation(`once all that is on its way arrives, ${error.message}`);
      }
    },
  };
}

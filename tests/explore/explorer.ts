/**
 * Visits every state of a graph, breadth first: the first violation found is one with the shortest
 * way to it. It knows nothing of what the states are.
 */

import { Visited } from "./visited.ts";

/** What is explored. */
export interface Graph<State, Move> {
  readonly first: State;
  /** All that can be done, always in the same order; at most 256 moves. */
  moves(state: State): readonly Move[];
  /** Where a move leads; undefined where that is beyond the bounds. Throws on a violation. */
  take(state: State, move: Move): State | undefined;
  /** The same for two states that have the same futures. */
  key(state: State): string;
  /** Throws where the state is one that must not be. */
  check(state: State): void;
}

/** How far an exploration has come. */
export interface Progress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** States found at this depth, to be gone on from. */
  readonly frontier: number;
}

/** What an exploration came to. */
export interface Exploration<Move> extends Progress {
  /** Whether no state was left to go on from: all that can be reached was. */
  readonly closed: boolean;
  readonly violation: { readonly path: readonly Move[]; readonly error: Error } | undefined;
}

/** Where to stop. */
export interface Stop {
  readonly depth: number;
  readonly states: number;
}

/** Explores `graph` until it is closed, or as far as told, or to a violation. */
export function explore<State, Move>(
  graph: Graph<State, Move>,
  stop: Stop,
  progress: (progress: Progress) => void = () => {},
): Exploration<Move> {
  const visited = new Visited();
  let transitions = 0;
  let depth = 0;
  let frontier = [graph.first];
  let firstOfFrontier = 0;
  const soFar = (): Progress => ({
    states: visited.size,
    transitions,
    depth,
    frontier: frontier.length,
  });
  const failed = (error: unknown, path: number[]): Exploration<Move> => {
    if (!(error instanceof Error)) throw error;
    return { ...soFar(), closed: false, violation: { path: named(graph, path), error } };
  };
  visited.add(graph.key(graph.first), 0, 0);
  graph.check(graph.first);
  while (frontier.length > 0 && depth < stop.depth && visited.size < stop.states) {
    const next: State[] = [];
    const firstOfNext = visited.size;
    for (const [index, state] of frontier.entries()) {
      const place = firstOfFrontier + index;
      for (const [number, move] of graph.moves(state).entries()) {
        try {
          const after = graph.take(state, move);
          transitions++;
          if (after === undefined || !visited.add(graph.key(after), place, number)) continue;
          next.push(after);
          graph.check(after);
        } catch (error) {
          return failed(error, [...visited.pathTo(place), number]);
        }
      }
    }
    frontier = next;
    firstOfFrontier = firstOfNext;
    depth++;
    progress(soFar());
  }
  return { ...soFar(), closed: frontier.length === 0, violation: undefined };
}

/** The moves behind their numbers, by going the way once more. The last one may not be takeable. */
function named<State, Move>(graph: Graph<State, Move>, path: readonly number[]): Move[] {
  let state = graph.first;
  return path.map((number, index) => {
    const move = graph.moves(state)[number]!;
    if (index < path.length - 1) state = graph.take(state, move)!;
    return move;
  });
}

/**
 * What every state machine here is: a table of rows, one for each state and event it may meet.
 *
 * Two rules hold for all of them. All transitions of a machine stand in its table. An event that
 * the state does not list is an error of whoever caused it, and leaves the state as it was. The
 * diagrams of docs/states.md are drawn from the same tables.
 */

/** A state is named, and carries what is known in it and nothing else. */
export interface Named {
  readonly name: string;
}

/** An event is known by its type; a message of the protocol is one as it is. */
export interface Typed {
  readonly type: string;
}

/** What a transition results in. */
export interface Step<State, Action> {
  readonly state: State;
  readonly actions: readonly Action[];
}

/** One transition. */
export interface Row<From, Event, State extends Named, Action, Context> {
  /** Names of the states it may lead to, besides staying where it is. */
  readonly to: readonly State["name"][];
  /** What it does, for the diagram. */
  readonly does: string;
  /** Computes the transition, from its arguments alone. */
  step(state: From, event: Event, context: Context): Step<State, Action>;
}

/** The rows that states of type `From` may have, by the event that they answer. */
export type Rows<From, State extends Named, Event extends Typed, Action, Context> = {
  readonly [Type in Event["type"]]: Row<
    From,
    Extract<Event, { type: Type }>,
    State,
    Action,
    Context
  >;
};

/** All transitions of a machine. */
export type Table<State extends Named, Event extends Typed, Action, Context> = {
  readonly [Name in State["name"]]: Partial<
    Rows<Extract<State, { name: Name }>, State, Event, Action, Context>
  >;
};

/** The result of a transition: the next state, and what is to be done. */
export function go<State, Action>(state: State, ...actions: Action[]): Step<State, Action> {
  return { state, actions };
}

/** The transition of `table` for `state` and `event`; undefined where none is listed. */
export function step<State extends Named, Event extends Typed, Action, Context>(
  table: Table<State, Event, Action, Context>,
  state: State,
  event: Event,
  context: Context,
): Step<State, Action> | undefined {
  const rows = table[state.name as State["name"]] as Partial<
    Record<string, Row<State, Event, State, Action, Context>>
  >;
  return rows[event.type]?.step(state, event, context);
}

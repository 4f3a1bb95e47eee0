/**
 * Watches the tables of the machines while tests run them.
 *
 * Importing this file puts a guard around every row of the four tables, wherever it is stepped
 * from: a row leads to a state that its `to` names or stays in its own, and changes nothing of what
 * it was given. {@linkcode walk} visits every cell of a table, listed or not.
 */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { ADMISSION_TABLE, CLIENT_TABLE, LOGIN_TABLE, MEMBER_TABLE } from "../../lib/session/mod.ts";
import {
  type Named,
  type Row,
  type Step,
  step,
  type Table,
  type Typed,
} from "../../lib/session/machine.ts";

type AnyRow = Row<Named, Typed, Named, unknown, unknown>;
type AnyTable = Record<string, Record<string, AnyRow | undefined>>;

for (const table of [ADMISSION_TABLE, CLIENT_TABLE, LOGIN_TABLE, MEMBER_TABLE]) {
  guard(table as unknown as AnyTable);
}

/** Replaces every row by one that is checked. */
function guard(table: AnyTable): void {
  for (const [name, rows] of Object.entries(table)) {
    table[name] = Object.fromEntries(
      Object.entries(rows).map(([type, row]) => [type, guarded(name, type, row!)]),
    );
  }
}

function guarded(name: string, type: string, row: AnyRow): AnyRow {
  return {
    ...row,
    step: (state, event, context) => {
      const cell = `${name} / ${type}`;
      const before = [plain(state), plain(event)];
      const after = row.step(state, event, context);
      assert(
        after.state.name === name || row.to.includes(after.state.name),
        `${cell} leads to ${after.state.name}, which its "to" does not name`,
      );
      assertEquals([plain(state), plain(event)], before, `${cell} changed what it was given`);
      return after;
    },
  };
}

/** A copy by value: what has private fields of its own is left as it is. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

/** Examples of each state, by name: at least one, more where a row looks at what is known. */
export type StateSamples<State extends Named> = {
  readonly [Name in State["name"]]: readonly Extract<State, { name: Name }>[];
};

/** Examples of each event, by type. */
export type EventSamples<Event extends Typed> = {
  readonly [Type in Event["type"]]: readonly EventOf<Event, Type>[];
};

/** The events of one type, also where several types share a member of the union. */
type EventOf<Event extends Typed, Type extends Event["type"]> = Event extends unknown
  ? Type extends Event["type"] ? Event & { readonly type: Type } : never
  : never;

/** Cells of a table, as `state / event`. */
export interface Visits {
  readonly listed: ReadonlySet<string>;
  readonly unlisted: ReadonlySet<string>;
}

/**
 * Steps `table` from every example of a state by every example of an event.
 *
 * Asserts that an event which the state does not list is reported as undefined, that one which it
 * lists is not, and that each state named in a `to` is arrived at by some example. The guard
 * asserts the rest.
 */
export function walk<State extends Named, Event extends Typed, Action, Context>(
  table: Table<State, Event, Action, Context>,
  states: StateSamples<State>,
  events: EventSamples<Event>,
  context: () => Context,
): Visits {
  const listed = new Set<string>();
  const unlisted = new Set<string>();
  const rowsOf = table as unknown as AnyTable;
  assertEquals(Object.keys(states).sort(), Object.keys(rowsOf).sort(), "a state without examples");
  for (const [name, from] of Object.entries<readonly State[]>(states)) {
    for (const [type, samples] of Object.entries<readonly Event[]>(events)) {
      const cell = `${name} / ${type}`;
      assert(from.length > 0 && samples.length > 0, `${cell} has no example`);
      const row = rowsOf[name]![type];
      const reached = new Set<string>();
      for (const state of from) {
        for (const event of samples) {
          const after: Step<State, Action> | undefined = step(table, state, event, context());
          assertStrictEquals(after === undefined, row === undefined, cell);
          if (after !== undefined) reached.add(after.state.name);
        }
      }
      for (const target of row?.to ?? []) {
        assert(reached.has(target), `no example takes ${cell} to ${target}`);
      }
      (row === undefined ? unlisted : listed).add(cell);
    }
    const unknown = Object.keys(rowsOf[name]!).filter((type) => !(type in events));
    assertEquals(unknown, [], `${name} lists what has no examples`);
  }
  return { listed, unlisted };
}

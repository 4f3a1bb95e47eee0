/** A short exploration, and that it would have noticed. */

import { assert, assertEquals } from "@std/assert";
import { type ClientId, type Frame, runsOf } from "../../lib/codec/mod.ts";
import { SERVER_LIMITS, Switchboard } from "../../lib/session/mod.ts";
import { CLIENTS, clientsAndServer } from "./clients.ts";
import { explore } from "./explorer.ts";
import { keyOf } from "./key.ts";
import { movesIn } from "./moves.ts";
import { LATE, MUTATIONS } from "./mutations.ts";
import { textOf } from "./oracle.ts";
import { type Bounds, emptyState, type Move, type State } from "./state.ts";
import { story } from "./story.ts";
import { World } from "./world.ts";

const TWO: Bounds = {
  clients: CLIENTS.slice(0, 2),
  up: 2,
  down: 3,
  messages: 2,
  programs: 2,
  directory: 4,
  outsiders: true,
  faults: true,
};
const THREE: Bounds = { ...TWO, clients: CLIENTS };
const AT_ONCE: Bounds = { ...THREE, directory: 0 };

for (
  const [name, bounds, depth] of [
    ["two clients, and a directory that answers late", TWO, 7],
    ["three clients, and a directory that answers late", THREE, 7],
    ["three clients", AT_ONCE, 8],
  ] as const
) {
  Deno.test(`nothing that must not be within ${depth} moves of ${name}`, () => {
    const { violation, ...found } = explore(clientsAndServer(bounds), { depth, states: Infinity });
    assert(violation === undefined, violation?.error.message);
    assertEquals([found.depth, found.closed], [depth, false]);
  });
}

Deno.test("all that two clients can do with one frame on each way is visited, to the end", () => {
  const bounds: Bounds = { ...TWO, up: 1, down: 1, messages: 1, programs: 1, directory: 0 };
  const { violation, closed } = explore(clientsAndServer(bounds), {
    depth: Infinity,
    states: Infinity,
  });
  assert(violation === undefined, violation?.error.message);
  assert(closed);
});

/** A walk through the states of `bounds`, by a generator that is as good as any here. */
function walk(bounds: Bounds, length: number, seed: number): Move[] {
  const graph = clientsAndServer(bounds);
  let state = graph.first;
  return Array.from({ length }, () => {
    const moves = movesIn(state, bounds).filter((move) => graph.take(state, move) !== undefined);
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    const move = moves[(seed >>> 8) % moves.length]!;
    state = graph.take(state, move)!;
    return move;
  });
}

Deno.test("a world that is read back and put back at every step is the one that never was", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const path = walk(THREE, 60, seed);
    const [whole, pieces] = [new World(true), new World(true)];
    whole.load(emptyState());
    let state = emptyState();
    for (const move of path) {
      whole.act(move);
      pieces.load(state);
      pieces.act(move);
      state = pieces.save();
    }
    assertEquals(whole.save(), state);
    assertEquals(keyOf(whole.save(), CLIENTS), keyOf(state, CLIENTS));
  }
});

Deno.test("the switchboard is deaf to what comes up on a connection that it has closed", () => {
  // So worlds may drop it; see key.ts.
  const [alice, bob, carol] = CLIENTS as [ClientId, ClientId, ClientId];
  const board = new Switchboard(SERVER_LIMITS);
  const env = { now: 0, date: 0, random: (length: number): Uint8Array => new Uint8Array(length) };
  for (const [connection, clientId] of [[1, alice], [2, alice], [3, bob]] as const) {
    board.handle({ type: "connected", connection, clientId }, env);
  }
  const [from, to] = [{ clientId: alice, connection: 2 }, { clientId: bob, connection: 3 }];
  board.handle({ type: "paired", sessionId: 1, from, to }, env);
  const states = (): unknown => CLIENTS.map((clientId) => board.stateOf(clientId));
  const before = states();
  const frames: Frame[] = [
    { type: "CHAT_REQUEST", clientId: carol },
    { type: "CHAT", sessionId: 1, number: 1, text: textOf(alice, 1) },
    { type: "END_REQUEST", sessionId: 1 },
  ];
  for (const run of runsOf(frames)) {
    assertEquals(board.handle({ type: "run", connection: 1, run }, env), []);
  }
  assertEquals(board.handle({ type: "lost", connection: 1 }, env), []);
  assertEquals(states(), before);
});

Deno.test("clients that change names keep the key", () => {
  const [alice, bob, carol] = CLIENTS as [ClientId, ClientId, ClientId];
  const renamed: Readonly<Record<ClientId, ClientId>> = {
    [alice]: bob,
    [bob]: carol,
    [carol]: alice,
  };
  const other = (clientId: ClientId): ClientId => renamed[clientId] ?? clientId;
  for (let seed = 1; seed <= 30; seed++) {
    const [world, twin] = [new World(true), new World(true)];
    world.load(emptyState());
    twin.load(emptyState());
    for (const move of walk(THREE, 60, seed)) {
      world.act(move);
      if ("who" in move) twin.act({ ...move, who: other(move.who) });
      else if ("to" in move) twin.act({ ...move, to: other(move.to) });
      else twin.act(move);
      assertEquals(keyOf(world.save(), CLIENTS), keyOf(twin.save(), CLIENTS));
    }
  }
});

Deno.test("two states of one key lead to the same keys", () => {
  const bounds: Bounds = { ...THREE, up: 2, down: 2, messages: 1, directory: 0 };
  const graph = clientsAndServer(bounds);
  const successors = (state: State): string =>
    [...new Set(graph.moves(state).map((move) => keyAfter(state, move)))].sort().join("\n");
  const keyAfter = (state: State, move: Move): string => {
    const after = graph.take(state, move);
    return after === undefined ? "beyond" : graph.key(after);
  };
  // Ways of different lengths and chats to the same keys: many walks of two who chat a lot.
  const known = new Map<string, { state: State; successors?: string }>();
  let compared = 0;
  for (let seed = 1; seed <= 200; seed++) {
    let state = graph.first;
    for (const move of walk({ ...bounds, clients: CLIENTS.slice(0, 2) }, 80, seed)) {
      state = graph.take(state, move)!;
      const key = graph.key(state);
      const twin = known.get(key);
      if (twin === undefined) known.set(key, { state });
      if (twin === undefined || JSON.stringify(twin.state) === JSON.stringify(state)) continue;
      twin.successors ??= successors(twin.state);
      assertEquals(successors(state), twin.successors);
      compared++;
    }
  }
  assert(compared > 100, `${compared} pairs`);
});

const CLOSE: Bounds = { ...THREE, up: 2, down: 2, messages: 1, outsiders: false };

for (const [name, mutate] of Object.entries(MUTATIONS)) {
  Deno.test(`explore() finds that ${name}`, () => {
    const bounds = { ...CLOSE, directory: LATE.includes(name) ? 4 : 0 };
    const undo = mutate();
    try {
      const stop = { depth: 14, states: 30_000 };
      const violation = explore(clientsAndServer(bounds), stop).violation;
      if (violation === undefined) throw new Error("it was not found");
      assertEquals(story(violation.path, bounds).length, violation.path.length);
    } finally {
      undo();
    }
  });
}

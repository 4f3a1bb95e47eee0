/** What can happen next in a state, and whether it has led beyond the bounds. */

import { type ClientId, parseClientId } from "../../lib/codec/mod.ts";
import type { Bounds, Move, Process, State } from "./state.ts";

/** Nobody's client-ID. */
const NOBODY = parseClientId("nobody");

/** All that can happen in `state`, always in the same order. */
export function movesIn(state: State, bounds: Bounds): Move[] {
  const moves: Move[] = [];
  for (const process of state.processes) moves.push(...movesOf(process, bounds));
  for (const who of bounds.clients) {
    const programs = state.processes.filter(({ clientId }) => clientId === who);
    if (programs.length < bounds.programs) moves.push({ do: "connect", who });
    if (bounds.faults && programs.some(({ held }) => held)) moves.push({ do: "revoke", who });
  }
  if (state.requests.length > 0) moves.push({ do: "directory" });
  if (state.answers.length > 0) moves.push({ do: "answer" });
  return moves;
}

function movesOf(process: Process, bounds: Bounds): Move[] {
  const { connection: on, clientId, state, up, down, held } = process;
  const moves: Move[] = [];
  if (up.length > 0) {
    moves.push({ do: "up", on });
    if (bounds.faults && up[0]!.type === "CHAT") moves.push({ do: "up, not stored", on });
  }
  if (down.length > 0) moves.push({ do: "down", on });
  if (bounds.faults && held) moves.push({ do: "server notices", on });
  if (state.name === "Offline") return moves;
  moves.push({ do: "log off", on });
  if (bounds.faults) moves.push({ do: "client notices", on });
  if (up.length >= bounds.up) return moves;
  if (state.name === "Connected") {
    for (const to of correspondents(clientId, bounds)) moves.push({ do: "chat", on, to });
  }
  if (state.name === "Active Chat") {
    if (state.sent < bounds.messages) moves.push({ do: "say", on });
    moves.push({ do: "end", on });
  }
  return moves;
}

function correspondents(clientId: ClientId, { clients, outsiders }: Bounds): readonly ClientId[] {
  return outsiders ? [...clients, NOBODY] : clients.filter((other) => other !== clientId);
}

/** Whether more is on its way in `state` than `bounds` allow. */
export function isBeyond({ processes, requests, answers }: State, bounds: Bounds): boolean {
  return requests.length + answers.length > bounds.directory ||
    processes.some(({ down }) => down.length > bounds.down);
}

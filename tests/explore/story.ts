/** Tells the moves of a way through the states, for people to read. */

import { clientsAndServer } from "./clients.ts";
import type { Bounds, Downward, Move, Process, State, Upward } from "./state.ts";

/** One line for each move of `path`, from the first state on. */
export function story(path: readonly Move[], bounds: Bounds): string[] {
  const graph = clientsAndServer(bounds);
  let state = graph.first;
  return path.map((move, index) => {
    const line = `${index + 1}. ${tell(move, state)}`;
    if (index < path.length - 1) state = graph.take(state, move)!;
    return line;
  });
}

function tell(move: Move, state: State): string {
  switch (move.do) {
    case "connect":
      return `${move.who} connects`;
    case "revoke":
      return `${move.who} is revoked`;
    case "directory":
      return `the directory gets ${JSON.stringify(state.requests[0])}`;
    case "answer":
      return `the switchboard hears ${JSON.stringify(state.answers[0])}`;
  }
  const process = state.processes.find(({ connection }) => connection === move.on)!;
  const who = `${process.clientId} (connection ${move.on})`;
  switch (move.do) {
    case "chat":
      return `${who} asks for ${move.to}`;
    case "say":
      return `${who} sends a message`;
    case "end":
      return `${who} ends the chat`;
    case "log off":
      return `${who} logs off`;
    case "client notices":
      return `${who} notices that its connection is lost`;
    case "server notices":
      return `the server notices that the connection of ${who} is lost`;
    case "up":
      return `the server gets ${spell(process.up)} from ${who}`;
    case "up, not stored":
      return `the server gets ${spell(process.up)} from ${who}, and cannot store it`;
    case "down":
      return `${who} gets ${spell(process.down)}`;
  }
}

/** The first of what is on its way. */
function spell([first]: Process["up"] | Process["down"]): string {
  const { type, ...fields } = first as Upward | Downward;
  const parts = Object.entries(fields).flatMap(([name, value]) =>
    name === "text" || value === undefined ? [] : [`${value}`]
  );
  return parts.length === 0 ? type : `${type}(${parts.join(", ")})`;
}

/**
 * Writes docs/states.md, the state diagrams, from the tables of the state machines.
 *
 * `deno task docs` runs it; a test fails when the file is not what it would write.
 */

import { ADMISSION_TABLE, CLIENT_TABLE, LOGIN_TABLE, MEMBER_TABLE } from "../lib/session/mod.ts";

/** Where the diagrams stand, from the project's folder. */
export const STATES_FILE = "docs/states.md";

interface DrawnRow {
  readonly to: readonly string[];
  readonly does: string;
}

type DrawnTable = Readonly<Record<string, Readonly<Record<string, DrawnRow>>>>;

interface Diagram {
  readonly title: string;
  readonly text: string;
  readonly table: DrawnTable;
  /** The states that the diagram is about; others are drawn only as where a transition leads. */
  readonly states: readonly string[];
}

const DIAGRAMS: readonly Diagram[] = [
  {
    title: "Client, connection phase",
    text: "From Offline to Connected. `lib/session/client/connection_phase.ts`.",
    table: CLIENT_TABLE as DrawnTable,
    states: ["Offline", "Wait for CHALLENGE", "Wait for AUTH_SUCCESS", "Connecting"],
  },
  {
    title: "Client, chat phase",
    text: "From Connected on. `lib/session/client/chat_phase.ts`.",
    table: CLIENT_TABLE as DrawnTable,
    states: ["Connected", "Wait for CHAT_STARTED", "Active Chat"],
  },
  {
    title: "Server, connection phase over UDP",
    text: "One login, known by client-ID, address and Nc. It is forgotten, and so Unknown again, " +
      "when its time is over. `lib/session/server/login.ts`.",
    table: LOGIN_TABLE as DrawnTable,
    states: Object.keys(LOGIN_TABLE),
  },
  {
    title: "Server, connection phase over TCP",
    text:
      "One TCP connection, from its first byte to CONNECTED. Whatever else happens closes it: " +
      "its end, another frame, a record that does not open, too many connections. " +
      "`lib/session/server/admission.ts`.",
    table: ADMISSION_TABLE as DrawnTable,
    states: Object.keys(ADMISSION_TABLE),
  },
  {
    title: "Server, chat phase",
    text: "One connected client. *leaves* stands for whatever ends its connection: TCP lost, a " +
      "newer CONNECT, revocation, silence, idling, too many mistakes, shutting down. *paired*, " +
      "*unavailable* and *peer left* come from the directory and from the peer's machine. " +
      "`lib/session/server/chat_phase.ts`.",
    table: MEMBER_TABLE as DrawnTable,
    states: Object.keys(MEMBER_TABLE),
  },
];

/** The text of docs/states.md. */
export function statesDocument(): string {
  return [
    "# State diagrams",
    "",
    "These diagrams are drawn by `deno task docs` from the tables that the programs run, and a " +
    "test fails when they differ. An arrow is one transition: *event / what it does*. An event " +
    "that a state does not list leaves the state as it was: it is ignored, or a mistake that the " +
    "server counts (docs/protocol.md, clauses 9.11 and 10.13). Below each diagram stand all its " +
    "transitions, also those that stay in their state.",
    "",
    ...DIAGRAMS.flatMap(section),
  ].join("\n");
}

function section({ title, text, table, states }: Diagram): string[] {
  return [
    `## ${title}`,
    "",
    text,
    "",
    "```mermaid",
    "stateDiagram-v2",
    ...drawStates(table, states),
    ...states.flatMap((from) => drawArrows(from, table[from]!)),
    "```",
    "",
    "| State | Event | What it does | May lead to |",
    "| --- | --- | --- | --- |",
    ...states.flatMap((from) => listRows(from, table[from]!)),
    "",
  ];
}

function drawStates(table: DrawnTable, states: readonly string[]): string[] {
  const targets = states.flatMap((from) => Object.values(table[from]!).flatMap(({ to }) => to));
  const all = new Set([...states, ...targets]);
  return [
    ...Array.from(all, (name) => `  state "${name}" as ${alias(name)}`),
    `  [*] --> ${alias(states[0]!)}`,
  ];
}

function drawArrows(from: string, rows: Readonly<Record<string, DrawnRow>>): string[] {
  return Object.entries(rows).flatMap(([event, { to, does }]) =>
    to.map((target) => `  ${alias(from)} --> ${alias(target)} : ${event} / ${does}`)
  );
}

function listRows(from: string, rows: Readonly<Record<string, DrawnRow>>): string[] {
  return Object.entries(rows).map(([event, { to, does }]) =>
    `| ${from} | ${event} | ${does} | ${to.join(", ") || "stays"} |`
  );
}

function alias(name: string): string {
  return name.replaceAll(/[^A-Za-z]/g, "");
}

if (import.meta.main) {
  Deno.writeTextFileSync(STATES_FILE, statesDocument());
}

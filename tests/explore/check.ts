/**
 * What must hold in every state, and after everything on the way has arrived.
 *
 * What must hold of a single step, of starts and ends, messages and receipts, the oracle asserts
 * where it happens.
 */

import type { ClientId } from "../../lib/codec/mod.ts";
import { directoryOf, membersOf } from "./contents.ts";
import { must, openChat } from "./oracle.ts";
import type { Process, State, Unanswered } from "./state.ts";

/** @throws {Violation} where `state` is one that must not be */
export function checkState(state: State): void {
  checkChats(state);
  checkPairing(state);
  for (const process of state.processes) checkUnanswered(process);
  if (state.requests.length + state.answers.length === 0) checkDirectory(state);
}

/** @throws {Violation} where `state`, in which nothing is on its way, is not settled */
export function checkSettled(state: State, clients: readonly ClientId[]): void {
  checkState(state);
  const members = membersOf(state);
  for (const clientId of clients) {
    const programs = state.processes.filter((process) => process.clientId === clientId);
    const member = members.get(clientId);
    must(programs.length <= 1, `${clientId} runs on two connections`);
    const [program] = programs;
    must(
      program?.connection === member?.connection,
      `${clientId} and the switchboard have not the same connection`,
    );
    if (program === undefined || member === undefined) continue;
    const { name } = program.state;
    must(
      name === "Connected" || name === "Active Chat",
      `${clientId} is stuck in ${name}`,
    );
    must(
      member.state.name === (name === "Connected" ? "Connected" : "In Chat"),
      `${clientId} is in ${name}, and in ${member.state.name} at the switchboard`,
    );
    if (program.state.name === "Active Chat" && member.state.name === "In Chat") {
      must(
        program.state.sessionId === member.state.sessionId &&
          program.state.peer === member.state.peer && program.state.sent === member.state.taken,
        `${clientId} is not in the chat that the switchboard has it in`,
      );
    }
    must(program.unanswered.length === 0, `${clientId} waits for an answer`);
  }
}

/** Nobody is in two chats, no chat has one member, and the members agree on everything. */
function checkChats(state: State): void {
  const members = membersOf(state);
  for (const { sessionId, over, members: both } of state.chats) {
    if (over) continue;
    for (const { clientId, connection } of both) {
      const peer = both.find((other) => other.clientId !== clientId)!;
      const member = members.get(clientId);
      must(
        member?.connection === connection && member.state.name === "In Chat" &&
          member.state.sessionId === sessionId && member.state.peer === peer.clientId &&
          member.state.peerConnection === peer.connection,
        `${clientId} is not in session ${sessionId} with ${peer.clientId}, which is on`,
      );
    }
  }
  for (const { clientId, state: { name }, state: member } of members.values()) {
    if (name !== "In Chat" || member.name !== "In Chat") continue;
    const chat = state.chats.find(({ sessionId }) => sessionId === member.sessionId);
    must(
      chat !== undefined && !chat.over,
      `${clientId} is in session ${member.sessionId}, which is over`,
    );
  }
  for (const { clientId, state: client } of state.processes) {
    const sessionId = openChat(client);
    if (sessionId === undefined) continue;
    must(
      state.chats.some((chat) => chat.sessionId === sessionId),
      `${clientId}'s user is in session ${sessionId}, which never was`,
    );
  }
}

/** Who is Pairing has a claim or its answer on the way. */
function checkPairing(state: State): void {
  const traffic = [...state.requests, ...state.answers];
  for (const { clientId, connection, state: member } of membersOf(state).values()) {
    if (member.name !== "Pairing") continue;
    must(
      traffic.some((item) => "from" in item && item.from.connection === connection),
      `${clientId} is stuck in Pairing`,
    );
  }
}

/** Each message is on its way up, or its one answer on its way down, in order. */
function checkUnanswered({ clientId, state, up, down, held, unanswered }: Process): void {
  if (state.name === "Offline") return;
  const answers = down.filter((item) => item.type === "RECEIPT" || item.type === "REFUSED");
  const messages = up.filter((item) => item.type === "CHAT");
  const expected: Unanswered[] = [...answers, ...messages];
  must(
    expected.every(({ sessionId, number }, index) =>
      unanswered[index]?.sessionId === sessionId && unanswered[index].number === number
    ) && (!held || expected.length === unanswered.length),
    `of ${clientId}'s messages one has no answer, or two`,
  );
}

/** Directory and switchboard agree. */
function checkDirectory(state: State): void {
  const { online, session, chats } = directoryOf(state);
  const members = membersOf(state);
  const both = new Set([...online.keys(), ...session.keys(), ...members.keys()]);
  for (const clientId of both) {
    const member = members.get(clientId);
    const sessionId = member?.state.name === "In Chat" ? member.state.sessionId : undefined;
    must(
      online.get(clientId)?.connection === member?.connection &&
        session.get(clientId) === sessionId,
      `directory and switchboard do not agree on ${clientId}`,
    );
  }
  const on = state.chats.filter(({ over }) => !over).map(({ sessionId }) => sessionId);
  must(
    chats.size === on.length && on.every((sessionId) => chats.has(sessionId)),
    "directory and switchboard do not agree on which chats are on",
  );
}

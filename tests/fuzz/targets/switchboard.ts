/** Target: the switchboard and its directory under any sequence of operations, beside a model. */

import type { ClientId, Frame } from "../../../lib/codec/mod.ts";
import { BoardRig } from "../../session/board_rig.ts";
import { ALICE, BOB, CAROL, DAVE, SeededRandom, text } from "../../session/fixtures.ts";
import { Choices } from "../choices.ts";
import { must, type Target } from "../target.ts";
import { LIMITS, Model } from "./board_model.ts";

const CLIENTS = [ALICE, BOB, CAROL, DAVE];
const TEXT = text("hello");

type Operation =
  | { do: "connect" | "lose" | "revoke" | "misbehave"; who: ClientId }
  | { do: "frame"; who: ClientId; stale: boolean; frame: Frame }
  | { do: "tick"; after: number }
  | { do: "store"; storing: boolean }
  | { do: "shut down" };

/** The next operation; `model` says which sessions and numbers are worth trying. */
function operation(choices: Choices, model: Model): Operation {
  const kind = choices.below(32);
  const who = choices.pick(CLIENTS);
  switch (kind) {
    case 0:
    case 1:
    case 2:
      return { do: "connect", who };
    case 3:
      return { do: "lose", who };
    case 4:
      return { do: choices.below(4) === 0 ? "revoke" : "misbehave", who };
    case 5:
    case 6:
      return { do: "tick", after: choices.byte() };
    case 7:
      return { do: "store", storing: choices.below(2) === 0 };
    case 8:
      return choices.below(8) === 0 ? { do: "shut down" } : { do: "connect", who };
    default:
      return {
        do: "frame",
        who,
        stale: choices.below(16) === 15,
        frame: frameOf(choices, model, who),
      };
  }
}

function frameOf(choices: Choices, model: Model, who: ClientId): Frame {
  const member = model.members.get(who);
  const own = member?.chat?.id ?? member?.late[0] ?? 1;
  const sessionId = choices.pick([own, own, own, member?.late.at(-1) ?? 2, 1 + choices.below(12)]);
  const clientId = choices.pick(CLIENTS);
  const next = (member?.chat?.taken ?? 0) + 1;
  const number = choices.pick([next, next, next, next + 1, 1]);
  switch (choices.below(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return { type: "CHAT_REQUEST", clientId };
    case 4:
    case 5:
    case 6:
      return { type: "END_REQUEST", sessionId };
    case 7:
    case 8:
    case 9:
    case 10:
      return { type: "CHAT", sessionId, number, text: TEXT };
    case 11:
      return { type: "HISTORY_REQ", clientId, last: 0, before: 0 };
    case 12:
      return { type: "PING", token: choices.byte() };
    case 13:
      return { type: "PONG", token: 0 };
    case 14:
      return { type: "CONNECT", cookie: new Uint8Array(16) };
    default:
      return choices.pick<Frame>([
        { type: "CHAT_STARTED", sessionId, clientId },
        { type: "END_NOTIF", sessionId },
        { type: "UNREACHABLE", clientId },
        { type: "RECEIPT", sessionId, number },
        { type: "CLOSING", reason: "idle" },
        { type: "CONNECTED" },
      ]);
  }
}

/** Carries `input` out on a rig and on the model; adds what is done to `operations`. */
function play(input: Uint8Array, operations: Operation[] = []): { rig: BoardRig; model: Model } {
  const rig = new BoardRig(LIMITS);
  const model = new Model();
  const choices = new Choices(input);
  while (choices.left) {
    const next = operation(choices, model);
    operations.push(next);
    apply(next, rig, model);
    mustAgree(rig, model);
  }
  return { rig, model };
}

function apply(operation: Operation, rig: BoardRig, model: Model): void {
  switch (operation.do) {
    case "connect":
      model.connect(operation.who, rig.connect(operation.who), rig.now);
      break;
    case "lose":
      rig.lose(operation.who);
      model.part(operation.who, undefined);
      break;
    case "revoke":
      rig.handle({ type: "revoked", clientId: operation.who });
      model.part(operation.who, "revoked");
      break;
    case "misbehave": {
      const connection = rig.connectionOf(operation.who);
      rig.handle({ type: "misbehaved", connection, message: "it did" });
      if (model.members.has(operation.who)) model.strike(operation.who);
      break;
    }
    case "frame": {
      const { who, stale, frame } = operation;
      const connection = rig.connectionOf(who) - (stale ? 1 : 0);
      const owner = CLIENTS.find((id) => model.members.get(id)?.connection === connection);
      rig.sendOn(connection, frame);
      if (owner !== undefined) model.frame(owner, frame, rig.now, rig.storing);
      break;
    }
    case "tick":
      rig.now += operation.after;
      rig.handle({ type: "tick" });
      model.tick(rig.now);
      break;
    case "store":
      rig.storing = operation.storing;
      break;
    case "shut down":
      rig.handle({ type: "shutting down" });
      for (const who of [...model.members.keys()]) model.part(who, "shutting_down");
      break;
  }
}

function mustAgree(rig: BoardRig, model: Model): void {
  must(rig.board.size === model.members.size, "another number of clients");
  for (const who of CLIENTS) {
    const chat = model.members.get(who)?.chat;
    const state = rig.stateOf(who);
    must((state === undefined) === !model.members.has(who), "connected or not");
    must(rig.sessionOf(who) === chat?.id, "in another chat");
    if (state?.name === "In Chat") {
      must(state.peer === chat!.peer && state.taken === chat!.taken, "another peer or count");
      must(state.peerConnection === rig.connectionOf(state.peer), "the peer's connection is old");
    } else if (state !== undefined) must(state.name === "Connected", `left in ${state.name}`);
  }
}

/** Four clients connect; then two of them chat ten times, as operation() and frameOf() read it. */
function sequences(): Uint8Array[] {
  const random = new SeededRandom(3);
  const opening = Uint8Array.of(0, 0, 0, 1, 0, 2, 0, 3);
  const request = [9, 0, 0, 0, 0, 1, 0, 0];
  const end = [9, 0, 0, 0, 0, 0, 0, 4];
  const endOldest = [9, 0, 0, 0, 3, 0, 0, 4];
  const chats = Array.from({ length: 10 }, () => [...request, ...end, ...endOldest]).flat();
  const others = Array.from(
    { length: 60 },
    (_, i) => Uint8Array.of(...opening, ...random.bytes(4 * i)),
  );
  return [Uint8Array.of(...opening, ...chats), ...others];
}

export const SWITCHBOARD: Target = {
  invariant:
    "whatever clients, directory, history and time do, nothing throws, every client is in " +
    "the state that the model has it in, and every connection got exactly what the model says.",
  name: "switchboard",
  share: 4,
  maxLength: 300,
  seeds: sequences,
  check(input): void {
    const { rig, model } = play(input);
    const noted = rig.notes.filter(({ type }) => type === "protocol error").length;
    must(noted === model.noted, "another number of protocol errors");
    for (const [connection, expected] of model.got) {
      const got = rig.take(ALICE, connection);
      must(JSON.stringify(got) === JSON.stringify(expected), `connection ${connection} got other`);
    }
  },
  describe(input): unknown {
    const operations: Operation[] = [];
    try {
      play(input, operations);
    } catch {
      // The last one is the one that broke it.
    }
    return operations;
  },
};

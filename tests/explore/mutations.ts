/**
 * Mistakes that the machines could have, to be put into the real ones for a while: each must be
 * found. A mutation returns what takes it out again.
 */

import {
  CLIENT_TABLE,
  type DirectoryAnswer,
  type DirectoryRequest,
  LocalDirectory,
  MEMBER_TABLE,
  type Presence,
  Switchboard,
  type SwitchboardAction,
  type SwitchboardEvent,
} from "../../lib/session/mod.ts";

type Undo = () => void;
// deno-lint-ignore no-explicit-any
type Rows = Record<string, Record<string, any>>;
interface AnyStep {
  readonly state: { readonly name: string };
  // deno-lint-ignore no-explicit-any
  readonly actions: readonly any[];
}
// deno-lint-ignore no-explicit-any
type Arguments = [state: any, event: any, context: any];

const MEMBER = MEMBER_TABLE as unknown as Rows;
const CLIENT = CLIENT_TABLE as unknown as Rows;

const LATE_PAIRING = "a pairing that was answered late counts for a newer connection";
const OVERTAKEN = "a request that another's chat overtook has no answer";

/** What only a directory that answers late brings to light. */
export const LATE: readonly string[] = [LATE_PAIRING, OVERTAKEN];

/** The mistakes, by what is wrong. */
export const MUTATIONS: Readonly<Record<string, () => Undo>> = {
  "the peer gets no END_NOTIF": () =>
    row(MEMBER, "In Chat", "peer left", (step) => (...of) => without(step(...of), "send")),

  "one who leaves does not tell its peer": () =>
    row(MEMBER, "In Chat", "leaves", (step) => (...of) => without(step(...of), "tell")),

  "an ended chat is not released": () =>
    row(
      MEMBER,
      "In Chat",
      "END_REQUEST",
      (step) => (...of) => without(step(...of), "ask directory"),
    ),

  "a CHAT is taken after the end": () =>
    row(MEMBER, "Connected", "CHAT", (step) => (state, chat, context) => {
      if (!state.previous.includes(chat.sessionId)) return step(state, chat, context);
      const { sessionId, number, texts } = chat;
      const message = { sessionId, from: context.clientId, to: "bob", number, at: 0, texts };
      return { state, actions: [{ type: "store", message, ifStored: [], ifNot: [] }] };
    }),

  "a CHAT is stored for whatever session it names": () =>
    row(
      MEMBER,
      "In Chat",
      "CHAT",
      (step) => (state, chat, context) =>
        step(state, { ...chat, sessionId: state.sessionId }, context),
    ),

  "a CHAT that is not stored is relayed": () =>
    row(MEMBER, "In Chat", "CHAT", (step) => (...of) => {
      const { state, actions } = step(...of);
      return {
        state,
        actions: actions.map((one) =>
          one.type === "store" ? { ...one, ifNot: [...one.ifStored, ...one.ifNot] } : one
        ),
      };
    }),

  "a late END_REQUEST is a mistake": () =>
    row(MEMBER, "Connected", "END_REQUEST", () => (state) => ({
      state,
      actions: [{ type: "strike", message: "END_REQUEST out of a chat" }],
    })),

  [OVERTAKEN]: () =>
    row(MEMBER, "In Chat", "unavailable", () => (state) => ({ state, actions: [] })),

  "a client forgets the request that another's chat overtook": () =>
    row(CLIENT, "Active Chat", "END_NOTIF", (step) => (state, ...of) =>
      step({
        ...state,
        requested: undefined,
      }, ...of)),

  "a client that logs off sees no end of its chat": () =>
    row(
      CLIENT,
      "Active Chat",
      "user logs off",
      (step) => (...of) => without(step(...of), "notify"),
    ),

  "a claim does not look whether the asked client is free": () =>
    directory((request, handle) => {
      const answer = handle(request);
      if (answer?.type !== "unavailable" || request.type !== "claim") return answer;
      const { from, to } = request;
      if (to === from.clientId) return answer;
      const who = { clientId: to, connection: 1 };
      for (const type of ["leave", "join"] as const) handle({ type, who });
      return handle(request);
    }),

  "who leaves stays in the directory": () =>
    directory((request, handle) => request.type === "leave" ? undefined : handle(request)),

  [LATE_PAIRING]: () =>
    switchboard((event, handle) => {
      if (event.type !== "paired") return handle(event);
      const [from, to] = [event.from, event.to].map((who) => newest(who, handle));
      return handle({ ...event, from: from!, to: to! });
    }),
};

/** The connection that a client has now, if it is one of the next few: it may ask for history. */
function newest(who: Presence, handle: (event: SwitchboardEvent) => SwitchboardAction[]): Presence {
  const run = { type: "HISTORY_REQ", clientId: who.clientId, last: 0, before: 0 } as const;
  for (let connection = who.connection; connection < who.connection + 8; connection++) {
    const [action] = handle({ type: "run", connection, run });
    if (action?.type === "answer history" && action.clientId === who.clientId) {
      return { ...who, connection };
    }
  }
  return who;
}

function row(
  table: Rows,
  state: string,
  event: string,
  change: (step: (...of: Arguments) => AnyStep) => (...of: Arguments) => AnyStep,
): Undo {
  const rows = table[state]!;
  const real = rows[event];
  rows[event] = { ...real, step: change(real.step) };
  return () => rows[event] = real;
}

function without({ state, actions }: AnyStep, type: string): AnyStep {
  return { state, actions: actions.filter((action) => action.type !== type) };
}

function directory(
  change: (
    request: DirectoryRequest,
    handle: (request: DirectoryRequest) => DirectoryAnswer | undefined,
  ) => DirectoryAnswer | undefined,
): Undo {
  const real = LocalDirectory.prototype.handle;
  LocalDirectory.prototype.handle = function (request): DirectoryAnswer | undefined {
    return change(request, (one) => real.call(this, one));
  };
  return () => LocalDirectory.prototype.handle = real;
}

function switchboard(
  change: (
    event: SwitchboardEvent,
    handle: (event: SwitchboardEvent) => SwitchboardAction[],
  ) => SwitchboardAction[],
): Undo {
  const real = Switchboard.prototype.handle;
  Switchboard.prototype.handle = function (event, env): SwitchboardAction[] {
    return change(event, (one) => real.call(this, one, env));
  };
  return () => Switchboard.prototype.handle = real;
}

/**
 * The client's chat phase: from Connected on (docs/protocol.md, clauses 9 and 10).
 *
 * The server decides in which order things happened. What it may still send before it hears of our
 * last move is listed here as well, so that crossing messages are never an error.
 */

import type { Chat, ChatStarted, SessionId, Unreachable } from "../../codec/mod.ts";
import { go, type Step } from "../machine.ts";
import type {
  ClientAction,
  ClientContext,
  ClientRows,
  ClientState,
  ClientStateOf,
  Finished,
  LogOffReason,
  Notice,
} from "./types.ts";

type ClientStep = Step<ClientState, ClientAction>;
type Chatting = ClientStateOf<"Active Chat">;
type NotChatting = ClientStateOf<"Connected" | "Wait for CHAT_STARTED">;

/** What every state of the chat phase has in common. */
const ONLINE = {
  "user types History": {
    to: [],
    does: "send HISTORY_REQ, reset activity timer",
    step: (state, { clientId, last, before }, context) =>
      go(
        state,
        { type: "send", frame: { type: "HISTORY_REQ", clientId, last, before } },
        resetActivityTimer(context),
      ),
  },
  "HISTORY_RESP": {
    to: [],
    does: "display the message",
    step: (state, message) => go(state, notify({ type: "history message", message })),
  },
  "HISTORY_END": {
    to: [],
    does: "display that this is all",
    step: (state, { clientId, outcome }) =>
      go(state, notify({ type: "history end", clientId, outcome })),
  },
  "RECEIPT": {
    to: [],
    does: "mark messages as stored",
    step: (state, { sessionId, number }) =>
      go(state, notify({ type: "stored", sessionId, number })),
  },
  "REFUSED": {
    to: [],
    does: "display that a message was not delivered",
    step: (state, { sessionId, number, reason }) =>
      go(state, notify({ type: "refused", sessionId, number, reason })),
  },
  "PING": {
    to: [],
    does: "send PONG",
    step: (state, { token }) => go(state, { type: "send", frame: { type: "PONG", token } }),
  },
  "PONG": { to: [], does: "nothing", step: (state) => go(state) },
} satisfies Partial<ClientRows<Chatting | NotChatting>>;

/** What the two states without a chat have in common. */
const NOT_CHATTING = {
  ...ONLINE,
  "CHAT_STARTED": {
    to: ["Active Chat"],
    does: `display "Chat started"`,
    step: (state, message) => startChat(state, message),
  },
  "CHAT": {
    to: [],
    does: "display a message of the chat that just ended",
    step: (state, message) =>
      message.sessionId === state.previous?.sessionId
        ? go(state, received(message, state.previous))
        : go(state),
  },
  "END_NOTIF": { to: [], does: "nothing: both ended at once", step: (state) => go(state) },
  "user logs off": { to: ["Offline"], does: "tear down TCP", step: () => logOff("asked") },
  "activity timer": {
    to: ["Offline"],
    does: "tear down TCP",
    step: () => logOff("activity timer"),
  },
  "TCP lost": {
    to: ["Offline"],
    does: "display that the connection was lost",
    step: () => logOff("connection lost"),
  },
  "CLOSING": {
    to: ["Offline"],
    does: "display the reason",
    step: (_state, { reason }) => logOff(reason),
  },
} satisfies Partial<ClientRows<NotChatting>>;

/** The rows of the three states of the chat phase. */
export const CHAT_PHASE: {
  [Name in "Connected" | "Wait for CHAT_STARTED" | "Active Chat"]: Partial<
    ClientRows<ClientStateOf<Name>>
  >;
} = {
  "Connected": {
    ...NOT_CHATTING,
    "user types Chat": {
      to: ["Wait for CHAT_STARTED"],
      does: "send CHAT_REQUEST, reset activity timer",
      step: (state, { clientId }, context) =>
        go(
          { name: "Wait for CHAT_STARTED", requested: clientId, previous: state.previous },
          { type: "send", frame: { type: "CHAT_REQUEST", clientId } },
          resetActivityTimer(context),
        ),
    },
    "UNREACHABLE": {
      to: [],
      does: "nothing: what was asked for had begun, and ended, already",
      step: (state) => go(state),
    },
  },

  "Wait for CHAT_STARTED": {
    ...NOT_CHATTING,
    "UNREACHABLE": {
      to: ["Connected"],
      does: `display "Correspondent unreachable"`,
      step: (state, message) =>
        message.clientId === state.requested
          ? go({ name: "Connected", previous: state.previous }, unreachable(message))
          : go(state),
    },
  },

  "Active Chat": {
    ...ONLINE,
    "user types a message": {
      to: [],
      does: "send CHAT",
      step: (state, { text }) => {
        const { sessionId } = state;
        const number = state.sent + 1;
        return go(
          { ...state, sent: number },
          { type: "send", frame: { type: "CHAT", sessionId, number, text } },
        );
      },
    },
    "CHAT": {
      to: [],
      does: "display the message",
      step: (state, message) =>
        message.sessionId === state.sessionId ? go(state, received(message, state)) : go(state),
    },
    "user types End chat": {
      to: ["Connected", "Wait for CHAT_STARTED"],
      does: `send END_REQUEST, display "Chat ended"`,
      step: (state, _event, context) => {
        const { sessionId } = state;
        return endChat(state, context, { type: "send", frame: { type: "END_REQUEST", sessionId } });
      },
    },
    "END_NOTIF": {
      to: ["Connected", "Wait for CHAT_STARTED"],
      does: `display "Chat ended"`,
      step: (state, { sessionId }, context) =>
        sessionId === state.sessionId ? endChat(state, context) : go(state),
    },
    "UNREACHABLE": {
      to: [],
      does: `display "Correspondent unreachable", for a request that this chat overtook`,
      step: (state, message) =>
        message.clientId === state.requested
          ? go({ ...state, requested: undefined }, unreachable(message))
          : go(state),
    },
    "activity timer": {
      to: [],
      does: "reset activity timer",
      step: (state, _event, context) => go(state, resetActivityTimer(context)),
    },
    "user logs off": {
      to: ["Offline"],
      does: `display "Chat ended", tear down TCP`,
      step: (state) => logOff("asked", chatEnded(state)),
    },
    "TCP lost": {
      to: ["Offline"],
      does: `display "Chat ended" and that the connection was lost`,
      step: (state) => logOff("connection lost", chatEnded(state)),
    },
    "CLOSING": {
      to: ["Offline"],
      does: `display "Chat ended" and the reason`,
      step: (state, { reason }) => logOff(reason, chatEnded(state)),
    },
  },
};

function startChat(state: NotChatting, { sessionId, clientId }: ChatStarted): ClientStep {
  const asked = state.name === "Wait for CHAT_STARTED" ? state.requested : undefined;
  const requested = asked === clientId ? undefined : asked;
  return go(
    { name: "Active Chat", sessionId, peer: clientId, sent: 0, requested },
    notify({ type: "chat started", sessionId, peer: clientId }),
  );
}

/** Leaves the chat; a request that it overtook is waited for still. */
function endChat(state: Chatting, context: ClientContext, ...first: ClientAction[]): ClientStep {
  const { sessionId, peer, requested } = state;
  const previous: Finished = { sessionId, peer };
  return go(
    requested === undefined
      ? { name: "Connected", previous }
      : { name: "Wait for CHAT_STARTED", requested, previous },
    ...first,
    chatEnded(state),
    resetActivityTimer(context),
  );
}

function logOff(why: LogOffReason, ...first: ClientAction[]): ClientStep {
  return go(
    { name: "Offline" },
    ...first,
    { type: "clear timer", timer: "activity" },
    { type: "close TCP" },
    notify({ type: "logged off", why }),
  );
}

function resetActivityTimer({ limits }: ClientContext): ClientAction {
  return { type: "set timer", timer: "activity", delay: limits.activityTimeout };
}

function received(
  { sessionId, number, text }: Chat,
  { peer }: { readonly sessionId: SessionId; readonly peer: Finished["peer"] },
): ClientAction {
  return notify({ type: "message", sessionId, from: peer, number, text });
}

function chatEnded({ sessionId, peer }: Chatting): ClientAction {
  return notify({ type: "chat ended", sessionId, peer });
}

function unreachable({ clientId }: Unreachable): ClientAction {
  return notify({ type: "unreachable", clientId });
}

function notify(notice: Notice): ClientAction {
  return { type: "notify", notice };
}

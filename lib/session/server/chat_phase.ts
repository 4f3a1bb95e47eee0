/**
 * The server's chat phase: what one connected client may do, state by state (docs/protocol.md,
 * clauses 9 and 10).
 *
 * A row sees its own client only. It reaches the peer by telling the peer's machine, and pairs
 * through the directory; the switchboard carries both out.
 */

import type { ChatRun, ClientId, Refusal, Run, SessionId } from "../../codec/mod.ts";
import { go, type Step, type Table } from "../machine.ts";
import type {
  MemberAction,
  MemberContext,
  MemberEvent,
  MemberRows,
  MemberState,
  MemberStateOf,
} from "./member.ts";
import type { Accepted, Output } from "./types.ts";

type Online = Exclude<MemberState, { name: "Gone" }>;
type NotInChat = MemberStateOf<"Connected" | "Pairing">;
type MemberStep = Step<MemberState, MemberAction>;

/** Chats that others begin and end while a frame is on its way: more than this, and it counts. */
const REMEMBERED = 8;

const ONLINE = {
  "HISTORY_REQ": {
    to: [],
    does: "send HISTORY_RESP for each message, then HISTORY_END",
    step: (state, request, { clientId, connection }) =>
      go(state, { type: "answer history", connection, clientId, request }),
  },
  "PING": {
    to: [],
    does: "send PONG",
    step: (state, { token }, context) => go(state, send(context, { type: "PONG", token })),
  },
  "PONG": { to: [], does: "nothing", step: (state) => go(state) },
} satisfies Partial<MemberRows<Online>>;

const NOT_IN_CHAT = {
  ...ONLINE,
  "CHAT": {
    to: [],
    does: "send REFUSED",
    step: (state, chats, context) => refuse(state, chats, "not_in_session", context),
  },
  "END_REQUEST": {
    to: [],
    does: "nothing: the chat has ended already",
    step: (state, { sessionId }) => isLate(sessionId, state) ? go(state) : wrongSession(state),
  },
  "paired": {
    to: ["In Chat"],
    does: "send CHAT_STARTED",
    step: ({ previous }, { sessionId, peer, peerConnection }, context) =>
      go(
        { name: "In Chat", sessionId, peer, peerConnection, taken: 0, previous },
        send(context, { type: "CHAT_STARTED", sessionId, clientId: peer }),
      ),
  },
  "peer left": { to: [], does: "nothing: the chat has ended already", step: (state) => go(state) },
  "leaves": {
    to: ["Gone"],
    does: "leave the directory",
    step: (_state, _event, context) => go({ name: "Gone" }, leave(context)),
  },
} satisfies Partial<MemberRows<NotInChat>>;

/** Every transition of a connected client. */
export const MEMBER_TABLE: Table<MemberState, MemberEvent, MemberAction, MemberContext> = {
  "Connected": {
    ...NOT_IN_CHAT,
    "CHAT_REQUEST": {
      to: ["Pairing"],
      does: "claim both in the directory",
      step: ({ previous }, { clientId: to }, { clientId, connection }) =>
        go(
          { name: "Pairing", requested: to, previous },
          {
            type: "ask directory",
            request: { type: "claim", from: { clientId, connection }, to },
          },
        ),
    },
    "unavailable": {
      to: [],
      does: "send UNREACHABLE: another's chat came first, and is over",
      step: (state, { clientId }, context) => go(state, unreachable(context, clientId)),
    },
  },

  "Pairing": {
    ...NOT_IN_CHAT,
    "CHAT_REQUEST": {
      to: [],
      does: "send UNREACHABLE: one request at a time",
      step: (state, { clientId }, context) => go(state, unreachable(context, clientId)),
    },
    "unavailable": {
      to: ["Connected"],
      does: "send UNREACHABLE",
      step: (state, { clientId }, context) =>
        go(
          clientId === state.requested ? { name: "Connected", previous: state.previous } : state,
          unreachable(context, clientId),
        ),
    },
  },

  "In Chat": {
    ...ONLINE,
    "CHAT_REQUEST": {
      to: [],
      does: "send UNREACHABLE; nothing if it asks for the peer it has",
      step: requestInChat,
    },
    "unavailable": {
      to: [],
      does: "send UNREACHABLE: another's chat came first; nothing if it is with whom it asked for",
      step: requestInChat,
    },
    "CHAT": {
      to: [],
      does: "store it, then send CHAT to the peer and RECEIPT; or send REFUSED",
      step: takeChats,
    },
    "END_REQUEST": {
      to: ["Connected"],
      does: "send END_NOTIF to the peer",
      step: (state, { sessionId }) => {
        if (sessionId === state.sessionId) {
          return go({ name: "Connected", previous: withThis(state) }, ...endChat(state));
        }
        return isLate(sessionId, state) ? go(state) : wrongSession(state);
      },
    },
    "peer left": {
      to: ["Connected"],
      does: "send END_NOTIF",
      step: (state, { sessionId }, context) =>
        sessionId === state.sessionId
          ? go(
            { name: "Connected", previous: withThis(state) },
            send(context, { type: "END_NOTIF", sessionId }),
          )
          : go(state),
    },
    "leaves": {
      to: ["Gone"],
      does: "send END_NOTIF to the peer, leave the directory",
      step: (state, _event, context) => go({ name: "Gone" }, ...endChat(state), leave(context)),
    },
  },

  "Gone": {},
};

/** A request made before this chat began: granted already, or not to be granted. */
function requestInChat(
  state: MemberStateOf<"In Chat">,
  { clientId }: { readonly clientId: ClientId },
  context: MemberContext,
): MemberStep {
  return clientId === state.peer ? go(state) : go(state, unreachable(context, clientId));
}

/** Takes those whose turn it is, and refuses those that came before. */
function takeChats(
  state: MemberStateOf<"In Chat">,
  chats: ChatRun,
  context: MemberContext,
): MemberStep {
  if (chats.sessionId !== state.sessionId) return refuse(state, chats, "not_in_session", context);
  const { number, texts } = chats;
  const next = state.taken + 1;
  const repeated = next - number;
  if (repeated < 0 || repeated >= texts.length) {
    return refuse(state, chats, "out_of_order", context);
  }
  const taken = { ...state, taken: state.taken + texts.length - repeated };
  if (repeated === 0) return go(taken, store(state, chats, context));
  const old = { ...chats, texts: texts.slice(0, repeated) };
  const fresh = { ...chats, number: next, texts: texts.slice(repeated) };
  const [refused, strike] = refuse(state, old, "out_of_order", context).actions;
  // The strike comes last: it may be the end of its sender, which is in a chat until then.
  return go<MemberState, MemberAction>(taken, refused!, store(state, fresh, context), strike!);
}

function store(
  state: MemberStateOf<"In Chat">,
  chats: ChatRun,
  context: MemberContext,
): MemberAction {
  const { sessionId, number, texts } = chats;
  const count = texts.length;
  const message: Accepted = {
    sessionId,
    from: context.clientId,
    to: state.peer,
    number,
    at: context.date,
    texts,
  };
  return {
    type: "store",
    message,
    ifStored: [
      { type: "send", connection: state.peerConnection, run: chats },
      send(context, { type: "RECEIPT", sessionId, number: number + count - 1 }),
    ],
    ifNot: [send(context, { type: "REFUSED", sessionId, number, count, reason: "not_stored" })],
  };
}

function endChat({ sessionId, peer }: MemberStateOf<"In Chat">): MemberAction[] {
  return [
    { type: "ask directory", request: { type: "release", sessionId } },
    { type: "tell", clientId: peer, event: { type: "peer left", sessionId } },
    { type: "note", note: { type: "chat ended", sessionId } },
  ];
}

/** Nothing is wrong with a message that was on its way when its chat ended; anything else is. */
function refuse(
  state: Online,
  { sessionId, number, texts: { length: count } }: ChatRun,
  reason: Refusal,
  context: MemberContext,
): MemberStep {
  const refused = send(context, { type: "REFUSED", sessionId, number, count, reason });
  return isLate(sessionId, state) ? go(state, refused) : go<MemberState, MemberAction>(
    state,
    refused,
    { type: "strike", message: `a CHAT that is ${reason}`, count },
  );
}

function wrongSession(state: Online): MemberStep {
  const message = "END_REQUEST for a session it is not in";
  return go(state, { type: "strike", message, count: 1 });
}

function isLate(sessionId: SessionId, { previous }: Online): boolean {
  return previous.includes(sessionId);
}

function withThis({ sessionId, previous }: MemberStateOf<"In Chat">): readonly SessionId[] {
  return [sessionId, ...previous].slice(0, REMEMBERED);
}

function leave({ clientId, connection }: MemberContext): MemberAction {
  return { type: "ask directory", request: { type: "leave", who: { clientId, connection } } };
}

function unreachable(context: MemberContext, clientId: ClientId): MemberAction {
  return send(context, { type: "UNREACHABLE", clientId });
}

function send({ connection }: MemberContext, run: Run): Output {
  return { type: "send", connection, run };
}

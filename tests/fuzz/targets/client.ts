/** Target: the client's machine under any sequence of what its user, server and timers do. */

import {
  type AuthSuccess,
  type Challenge,
  CLOSING_REASON,
  type ClosingReason,
  type Frame,
} from "../../../lib/codec/mod.ts";
import {
  CLIENT_TABLE,
  type ClientEvent,
  type ClientState,
  type Notice,
  type Timer,
} from "../../../lib/session/mod.ts";
import { ClientRig } from "../../session/client_rig.ts";
import {
  ALICE,
  BOB,
  CAROL,
  clientContext,
  loginRandom,
  SeededRandom,
  text,
} from "../../session/fixtures.ts";
import { flipped, LoginRig } from "../../session/login_rig.ts";
import { Choices } from "../choices.ts";
import { must, type Target } from "../target.ts";

const TEXT = text("hello");
const RANDOM = loginRandom(new SeededRandom(7));
const OTHER = loginRandom(new SeededRandom(8));
const REASONS = Object.keys(CLOSING_REASON) as ClosingReason[];

/** A login of RANDOM with a real server: what its datagrams are. */
const { challenge: CHALLENGE, success: SUCCESS } = realLogin();

function realLogin(): { challenge: Challenge; success: AuthSuccess } {
  const server = new LoginRig();
  const client = new ClientRig(clientContext(ALICE));
  client.handle({ type: "user logs on", random: RANDOM });
  const challenge = server.reply(client.datagrams.at(-1)!) as Challenge;
  client.handle(challenge);
  return { challenge, success: server.reply(client.datagrams.at(-1)!) as AuthSuccess };
}

/** The one timer that runs in each state. */
const TIMER: Readonly<Record<ClientState["name"], Timer | undefined>> = {
  "Offline": undefined,
  "Wait for CHALLENGE": "retry",
  "Wait for AUTH_SUCCESS": "retry",
  "Connecting": "connect",
  "Connected": "activity",
  "Wait for CHAT_STARTED": "activity",
  "Active Chat": "activity",
};
const CHAT_PHASE: readonly ClientState["name"][] = [
  "Connected",
  "Wait for CHAT_STARTED",
  "Active Chat",
];

function event(choices: Choices): ClientEvent {
  const clientId = choices.pick([BOB, CAROL, ALICE]);
  switch (choices.below(24)) {
    case 0:
    case 1:
      return { type: "user logs on", random: choices.below(8) === 7 ? OTHER : RANDOM };
    case 2:
    case 3:
      return choices.pick<ClientEvent>([
        CHALLENGE,
        CHALLENGE,
        CHALLENGE,
        { ...CHALLENGE, nc: OTHER.nc },
        { ...CHALLENGE, rand: flipped(CHALLENGE.rand) },
        { ...CHALLENGE, serverKey: new Uint8Array(32) },
      ]);
    case 4:
    case 5:
      return choices.pick<ClientEvent>([
        SUCCESS,
        SUCCESS,
        SUCCESS,
        { ...SUCCESS, nc: OTHER.nc },
        { ...SUCCESS, sealed: flipped(SUCCESS.sealed) },
        choices.pick<ClientEvent>([
          { type: "AUTH_FAIL", nc: RANDOM.nc, reason: "refused" },
          { type: "AUTH_FAIL", nc: OTHER.nc, reason: "refused" },
          { type: "AUTH_FAIL", nc: RANDOM.nc, reason: "try_later" },
        ]),
      ]);
    case 6:
      return { type: "TCP open" };
    case 7:
      return choices.below(4) === 3 ? { type: "TCP lost" } : { type: "CONNECTED" };
    case 8:
      return { type: "CONNECTED" };
    case 9:
      return choices.below(4) === 3 ? { type: "user logs off" } : { type: "CONNECTED" };
    case 10:
      return { type: choices.pick(["retry timer", "connect timer", "activity timer"]) };
    case 11:
    case 12:
      return { type: "user types Chat", clientId };
    case 13:
    case 14:
      return { type: "user types a message", text: TEXT };
    case 15:
      return { type: "user types End chat" };
    case 16:
      return { type: "user types History", clientId, last: choices.byte(), before: 0 };
    default:
      return frame(choices, clientId);
  }
}

function frame(choices: Choices, clientId: typeof BOB): Frame {
  const sessionId = 1 + choices.below(3);
  const number = 1 + choices.below(3);
  return choices.pick<Frame>([
    { type: "CHAT_STARTED", sessionId, clientId },
    { type: "CHAT_STARTED", sessionId, clientId },
    { type: "CHAT_STARTED", sessionId, clientId },
    { type: "UNREACHABLE", clientId },
    { type: "END_NOTIF", sessionId },
    { type: "END_NOTIF", sessionId },
    { type: "CHAT", sessionId, number, text: TEXT },
    { type: "CHAT", sessionId, number, text: TEXT },
    { type: "RECEIPT", sessionId, number },
    { type: "REFUSED", sessionId, number, reason: "not_stored" },
    {
      type: "HISTORY_RESP",
      sessionId,
      number,
      position: number,
      at: 0,
      sender: clientId,
      text: TEXT,
    },
    { type: "HISTORY_END", clientId, outcome: "complete" },
    { type: "PING", token: number },
    { type: "PONG", token: number },
    { type: "CLOSING", reason: choices.pick(REASONS) },
    { type: "CHAT_REQUEST", clientId },
    { type: "END_REQUEST", sessionId },
    { type: "CONNECT", cookie: new Uint8Array(16) },
  ]);
}

/** Follows a client from outside: what it shows and sends has to be a story that makes sense. */
class Story {
  readonly rig = new ClientRig(clientContext(ALICE));
  #online = false;
  #chat: { sessionId: number; sent: number } | undefined;

  handle(event: ClientEvent): void {
    const before = this.rig.state;
    const listed = CLIENT_TABLE[before.name][event.type as keyof typeof CLIENT_TABLE["Offline"]];
    const actions = this.rig.handle(event);
    const { state } = this.rig;
    must(listed !== undefined || state === before, "an event that is not listed changes the state");
    must(state.name in TIMER, "a state that there is not");
    const ours = "random" in before ? before.random.nc : undefined;
    must(!("nc" in event) || event.nc === ours || state === before, "another login's datagram");
    const timer = TIMER[state.name];
    const { timers } = this.rig;
    must(timers.length === (timer === undefined ? 0 : 1) && timers[0] === timer, "wrong timers");
    if (state.name === "Connecting" && before.name !== "Connecting") {
      this.#mustBeGenuine(before, event);
    }
    for (const action of actions) {
      if (action.type === "send") this.#sent(action.frame, before);
      if (action.type === "notify") this.#shown(action.notice);
    }
    must(this.#online === CHAT_PHASE.includes(state.name), "connected, and does not say so");
    const chatting = state.name === "Active Chat" ? state.sessionId : undefined;
    must(this.#chat?.sessionId === chatting, "in a chat, and does not say so");
  }

  #mustBeGenuine(before: ClientState, event: ClientEvent): void {
    must(before.name === "Wait for AUTH_SUCCESS" && event === SUCCESS, "a forged AUTH_SUCCESS");
    must(before.challenge === CHALLENGE && before.random === RANDOM, "another login's");
  }

  #sent(frame: Frame, before: ClientState): void {
    if (frame.type === "CONNECT") return must(before.name === "Connecting", "CONNECT too soon");
    must(CHAT_PHASE.includes(before.name), "a frame before CONNECTED");
    if (frame.type !== "CHAT") return;
    must(frame.sessionId === this.#chat?.sessionId, "a CHAT for another session");
    must(frame.number === ++this.#chat.sent, "a number is left out");
  }

  #shown(notice: Notice): void {
    switch (notice.type) {
      case "connected":
        must(!this.#online, "connected twice");
        this.#online = true;
        break;
      case "log-on failed":
        must(!this.#online, "a log-on fails that had succeeded");
        break;
      case "logged off":
        must(this.#online && this.#chat === undefined, "logged off in a chat, or while offline");
        this.#online = false;
        break;
      case "chat started":
        must(this.#chat === undefined, "two chats at once");
        this.#chat = { sessionId: notice.sessionId, sent: 0 };
        break;
      case "chat ended":
        must(this.#chat?.sessionId === notice.sessionId, "a chat ends that there is not");
        this.#chat = undefined;
        break;
      case "message":
        must(
          this.#chat === undefined || this.#chat.sessionId === notice.sessionId,
          "a message of another chat",
        );
    }
  }
}

/** From Offline to Connected, in the bytes that event() reads. */
const LOG_ON = [0, 0, 0, 0, 2, 0, 0, 4, 0, 0, 6, 0, 8];

export const CLIENT: Target = {
  invariant: "the client's machine throws nothing, stays in a listed state, leaves it only by a " +
    "listed event, runs that state's one timer, connects with the genuine AUTH_SUCCESS only, and " +
    "shows and sends a consistent story.",
  name: "client",
  share: 1.5,
  maxLength: 150,
  seeds: () => {
    const random = new SeededRandom(9);
    return Array.from({ length: 60 }, (_, i) => Uint8Array.of(...LOG_ON, ...random.bytes(2 * i)));
  },
  check(input): void {
    const choices = new Choices(input);
    const story = new Story();
    while (choices.left) story.handle(event(choices));
  },
  describe(input): unknown {
    const choices = new Choices(input);
    const story = new Story();
    const events: string[] = [];
    try {
      while (choices.left) {
        const next = event(choices);
        events.push(`${story.rig.state.name} / ${next.type}`);
        story.handle(next);
      }
    } catch {
      // The last one is the one that broke it.
    }
    return events;
  },
};

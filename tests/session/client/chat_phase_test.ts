/** The client from Connected on: chats, history, crossing messages, the activity timer. */

import { assertEquals } from "@std/assert";
import type { Frame } from "../../../lib/codec/mod.ts";
import {
  CLIENT_LIMITS,
  type ClientEvent,
  type ClientLimits,
  type ClientState,
} from "../../../lib/session/mod.ts";
import { ClientRig } from "../client_rig.ts";
import { ALICE, BOB, CAROL, clientContext, text } from "../fixtures.ts";

const MINUTE = 60_000;
const CONNECTED: ClientState = { name: "Connected", previous: undefined };

/** A client that has just become Connected, timers and all. */
function connected(limits: Partial<ClientLimits> = {}): ClientRig {
  const connecting: ClientState = { name: "Connecting", cookie: new Uint8Array(16) };
  const rig = new ClientRig(clientContext(ALICE, limits), undefined, connecting);
  rig.handle({ type: "CONNECTED" });
  return rig;
}

/** A client in session 1 with Bob, who asked for it. */
function chatting(limits: Partial<ClientLimits> = {}): ClientRig {
  const rig = connected(limits);
  rig.handle({ type: "CHAT_STARTED", sessionId: 1, clientId: BOB });
  return rig;
}

function noticeTypes(rig: ClientRig): string[] {
  return rig.notices.map(({ type }) => type);
}

/** What the user saw and what was sent by this one event. */
function effect(rig: ClientRig, event: ClientEvent): { notices: unknown[]; frames: Frame[] } {
  const notices: unknown[] = [];
  const frames: Frame[] = [];
  for (const action of rig.handle(event)) {
    if (action.type === "notify") notices.push(action.notice);
    if (action.type === "send") frames.push(action.frame);
  }
  return { notices, frames };
}

const NOTHING = { notices: [], frames: [] };

Deno.test("a chat that one asks for starts with CHAT_STARTED", () => {
  const rig = connected();
  assertEquals(effect(rig, { type: "user types Chat", clientId: BOB }).frames, [
    { type: "CHAT_REQUEST", clientId: BOB },
  ]);
  assertEquals(rig.state.name, "Wait for CHAT_STARTED");
  assertEquals(effect(rig, { type: "CHAT_STARTED", sessionId: 4, clientId: BOB }).notices, [
    { type: "chat started", sessionId: 4, peer: BOB },
  ]);
  assertEquals(rig.state, {
    name: "Active Chat",
    sessionId: 4,
    peer: BOB,
    sent: 0,
    requested: undefined,
  });
});

Deno.test("a chat that another asked for starts from Connected", () => {
  const rig = chatting();
  assertEquals(rig.state.name, "Active Chat");
  assertEquals(noticeTypes(rig), ["connected", "chat started"]);
});

Deno.test("UNREACHABLE leads back to Connected", () => {
  const rig = connected();
  rig.handle({ type: "user types Chat", clientId: BOB });
  assertEquals(effect(rig, { type: "UNREACHABLE", clientId: BOB }).notices, [
    { type: "unreachable", clientId: BOB },
  ]);
  assertEquals(rig.state, CONNECTED);
});

Deno.test("UNREACHABLE for somebody else than was asked for changes nothing", () => {
  const rig = connected();
  rig.handle({ type: "user types Chat", clientId: BOB });
  assertEquals(effect(rig, { type: "UNREACHABLE", clientId: CAROL }), NOTHING);
  assertEquals(rig.state.name, "Wait for CHAT_STARTED");
});

Deno.test("messages carry the session and count from 1 in each session", () => {
  const rig = chatting();
  const words = text("hello");
  for (const number of [1, 2, 3]) {
    assertEquals(effect(rig, { type: "user types a message", text: words }).frames, [
      { type: "CHAT", sessionId: 1, number, text: words },
    ]);
  }
  rig.handle({ type: "END_NOTIF", sessionId: 1 });
  rig.handle({ type: "CHAT_STARTED", sessionId: 2, clientId: CAROL });
  assertEquals(effect(rig, { type: "user types a message", text: words }).frames, [
    { type: "CHAT", sessionId: 2, number: 1, text: words },
  ]);
});

Deno.test("a message of the active session is the peer's; of any other it is not shown", () => {
  const rig = chatting();
  const words = text("hi");
  assertEquals(effect(rig, { type: "CHAT", sessionId: 1, number: 1, text: words }).notices, [
    { type: "message", sessionId: 1, from: BOB, number: 1, text: words },
  ]);
  assertEquals(effect(rig, { type: "CHAT", sessionId: 2, number: 1, text: words }), NOTHING);
});

Deno.test("End chat sends END_REQUEST with the session and shows that the chat ended", () => {
  const rig = chatting();
  assertEquals(effect(rig, { type: "user types End chat" }), {
    notices: [{ type: "chat ended", sessionId: 1, peer: BOB }],
    frames: [{ type: "END_REQUEST", sessionId: 1 }],
  });
  assertEquals(rig.state, { name: "Connected", previous: { sessionId: 1, peer: BOB } });
});

Deno.test("END_NOTIF ends the chat of its session, and no other", () => {
  const rig = chatting();
  assertEquals(effect(rig, { type: "END_NOTIF", sessionId: 2 }), NOTHING);
  assertEquals(rig.state.name, "Active Chat");
  assertEquals(effect(rig, { type: "END_NOTIF", sessionId: 1 }), {
    notices: [{ type: "chat ended", sessionId: 1, peer: BOB }],
    frames: [],
  });
  assertEquals(rig.state.name, "Connected");
});

Deno.test("a message that crossed our END_REQUEST is shown still, one of an older chat is not", () => {
  const rig = chatting();
  rig.handle({ type: "user types End chat" });
  const words = text("late");
  const late = { type: "CHAT", sessionId: 1, number: 5, text: words } as const;
  const shown = [{ type: "message", sessionId: 1, from: BOB, number: 5, text: words }];
  assertEquals(effect(rig, late).notices, shown);
  rig.handle({ type: "user types Chat", clientId: CAROL });
  assertEquals(effect(rig, late).notices, shown);
  assertEquals(effect(rig, { ...late, sessionId: 9 }), NOTHING);
});

Deno.test("END_NOTIF that crossed our END_REQUEST does not end the chat twice", () => {
  const rig = chatting();
  rig.handle({ type: "user types End chat" });
  assertEquals(effect(rig, { type: "END_NOTIF", sessionId: 1 }), NOTHING);
  assertEquals(noticeTypes(rig), ["connected", "chat started", "chat ended"]);
});

Deno.test("a chat that overtakes our request is entered; UNREACHABLE for the request comes later", () => {
  const rig = connected();
  rig.handle({ type: "user types Chat", clientId: BOB });
  rig.handle({ type: "CHAT_STARTED", sessionId: 3, clientId: CAROL });
  assertEquals(rig.state.name, "Active Chat");
  assertEquals(effect(rig, { type: "UNREACHABLE", clientId: BOB }).notices, [
    { type: "unreachable", clientId: BOB },
  ]);
  assertEquals(rig.state.name, "Active Chat");
  assertEquals(effect(rig, { type: "UNREACHABLE", clientId: BOB }), NOTHING);
});

Deno.test("a request that a chat overtook is waited for when that chat ends before its answer", () => {
  for (
    const end of [
      { type: "END_NOTIF", sessionId: 3 },
      { type: "user types End chat" },
    ] as const
  ) {
    const rig = connected();
    rig.handle({ type: "user types Chat", clientId: BOB });
    rig.handle({ type: "CHAT_STARTED", sessionId: 3, clientId: CAROL });
    rig.handle(end);
    assertEquals(rig.state, {
      name: "Wait for CHAT_STARTED",
      requested: BOB,
      previous: { sessionId: 3, peer: CAROL },
    });
    rig.handle({ type: "CHAT_STARTED", sessionId: 4, clientId: BOB });
    assertEquals(rig.state.name, "Active Chat");
  }
});

Deno.test("no second request and no message goes out where the diagram has none", () => {
  const waiting = connected();
  waiting.handle({ type: "user types Chat", clientId: BOB });
  waiting.handle({ type: "user types Chat", clientId: CAROL });
  waiting.handle({ type: "user types a message", text: text("?") });
  const active = chatting();
  active.handle({ type: "user types Chat", clientId: CAROL });
  assertEquals(waiting.frames, [{ type: "CHAT_REQUEST", clientId: BOB }]);
  assertEquals(active.frames, []);
  assertEquals(waiting.undefinedEvents.length + active.undefinedEvents.length, 3);
});

Deno.test("HISTORY is asked for and shown in every state of the chat phase", () => {
  const waiting = connected();
  waiting.handle({ type: "user types Chat", clientId: BOB });
  for (const rig of [connected(), waiting, chatting()]) {
    const before = rig.state;
    const message = {
      type: "HISTORY_RESP",
      sessionId: 1,
      number: 1,
      position: 1,
      at: 0,
      sender: BOB,
      text: text("then"),
    } as const;
    assertEquals(
      effect(rig, { type: "user types History", clientId: BOB, last: 20, before: 7 }).frames,
      [{ type: "HISTORY_REQ", clientId: BOB, last: 20, before: 7 }],
    );
    assertEquals(effect(rig, message).notices, [{ type: "history message", message }]);
    const end = { type: "HISTORY_END", clientId: BOB, outcome: "complete" } as const;
    assertEquals(effect(rig, end).notices, [{ ...end, type: "history end" }]);
    assertEquals(rig.state, before);
  }
});

Deno.test("RECEIPT and REFUSED are shown, also after the chat", () => {
  const rig = chatting();
  for (let turn = 0; turn < 2; turn++) {
    assertEquals(effect(rig, { type: "RECEIPT", sessionId: 1, number: 2 }).notices, [
      { type: "stored", sessionId: 1, number: 2 },
    ]);
    assertEquals(
      effect(rig, { type: "REFUSED", sessionId: 1, number: 3, reason: "not_in_session" }).notices,
      [{ type: "refused", sessionId: 1, number: 3, reason: "not_in_session" }],
    );
    rig.handle({ type: "user types End chat" });
  }
});

Deno.test("PING is answered with its token in every state of the chat phase", () => {
  const waiting = connected();
  waiting.handle({ type: "user types Chat", clientId: BOB });
  for (const rig of [connected(), waiting, chatting()]) {
    assertEquals(effect(rig, { type: "PING", token: 77 }).frames, [{ type: "PONG", token: 77 }]);
    assertEquals(effect(rig, { type: "PONG", token: 77 }), NOTHING);
  }
});

Deno.test("leaving shows why, closes TCP and stops the timer; in a chat, that it ended first", () => {
  const leaving: [ClientEvent, string][] = [
    [{ type: "user logs off" }, "asked"],
    [{ type: "TCP lost" }, "connection lost"],
    [{ type: "CLOSING", reason: "revoked" }, "revoked"],
    [{ type: "CLOSING", reason: "logged_on_elsewhere" }, "logged_on_elsewhere"],
  ];
  for (const [event, why] of leaving) {
    const waiting = connected();
    waiting.handle({ type: "user types Chat", clientId: BOB });
    for (const rig of [connected(), waiting]) {
      assertEquals(effect(rig, event).notices, [{ type: "logged off", why }]);
      assertEquals([rig.state, rig.timers], [{ name: "Offline" }, []]);
      assertEquals(rig.actions.filter(({ type }) => type === "close TCP").length, 1);
    }
    const active = chatting();
    assertEquals(effect(active, event).notices, [
      { type: "chat ended", sessionId: 1, peer: BOB },
      { type: "logged off", why },
    ]);
    assertEquals([active.state, active.timers], [{ name: "Offline" }, []]);
    assertEquals(active.actions.filter(({ type }) => type === "close TCP").length, 1);
  }
});

Deno.test("the activity timer is 10 minutes unless configured", () => {
  assertEquals(CLIENT_LIMITS.activityTimeout, 10 * MINUTE);
});

Deno.test("the activity timer tears the connection down when nothing happens in Connected", () => {
  for (const activityTimeout of [10 * MINUTE, 3_000]) {
    const rig = connected({ activityTimeout });
    rig.clock.run(activityTimeout - 1);
    assertEquals(rig.state.name, "Connected");
    rig.clock.run(activityTimeout);
    assertEquals(rig.state.name, "Offline");
    assertEquals(rig.notices.slice(1), [{ type: "logged off", why: "activity timer" }]);
    assertEquals(rig.actions.filter(({ type }) => type === "close TCP").length, 1);
  }
});

Deno.test("an active chat keeps the connection alive, for however many timeouts", () => {
  const rig = chatting({ activityTimeout: 1_000 });
  rig.clock.run(5_500);
  assertEquals(rig.state.name, "Active Chat");
  assertEquals(rig.timers, ["activity"]);
});

Deno.test("the activity timer starts anew with a request, with HISTORY and with a chat's end", () => {
  const activity: [string, (rig: ClientRig) => void][] = [
    ["Wait for CHAT_STARTED", (rig) => rig.handle({ type: "user types Chat", clientId: BOB })],
    ["Connected", (rig) => {
      rig.handle({ type: "user types History", clientId: BOB, last: 0, before: 0 });
    }],
    ["Connected", (rig) => {
      rig.handle({ type: "CHAT_STARTED", sessionId: 1, clientId: BOB });
      rig.handle({ type: "END_NOTIF", sessionId: 1 });
    }],
    ["Connected", (rig) => {
      rig.handle({ type: "CHAT_STARTED", sessionId: 1, clientId: BOB });
      rig.handle({ type: "user types End chat" });
    }],
  ];
  for (const [name, act] of activity) {
    const rig = connected({ activityTimeout: 1_000 });
    rig.clock.run(600);
    act(rig);
    rig.clock.run(1_599);
    assertEquals(rig.state.name, name);
    rig.clock.run(1_600);
    assertEquals(rig.state.name, "Offline");
  }
});

Deno.test("signs of life do not count as activity", () => {
  const rig = connected({ activityTimeout: 1_000 });
  rig.clock.run(600);
  rig.handle({ type: "PING", token: 0 });
  rig.handle({ type: "PONG", token: 0 });
  rig.clock.run(1_000);
  assertEquals(rig.state.name, "Offline");
});

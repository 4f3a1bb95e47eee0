/**
 * Bugs that earlier attempts at this assignment had in their chats: one test for each.
 *
 * Every test has the bug's name, and shows on the machines that Parley does not have it.
 */

import { assertEquals } from "@std/assert";
import { BoardRig } from "../session/board_rig.ts";
import { ClientRig } from "../session/client_rig.ts";
import { ALICE, BOB, CAROL, clientContext, DAVE, text } from "../session/fixtures.ts";
import { World } from "../session/world.ts";

Deno.test("never again: an outsider ends a chat by guessing a small session-ID", async (t) => {
  await t.step("one who is in no chat", () => {
    const rig = new BoardRig();
    rig.connect(ALICE, BOB, CAROL, DAVE);
    rig.chat(CAROL, DAVE);
    rig.end(CAROL, 1);
    const id = rig.chat(ALICE, BOB);
    rig.clear();
    for (let guess = 1; guess <= 20; guess++) rig.end(CAROL, guess);
    assertEquals([rig.sessionOf(ALICE), rig.sessionOf(BOB)], [id, id]);
    assertEquals([rig.take(ALICE), rig.take(BOB)], [[], []]);
    assertEquals(rig.strikesOf(CAROL), 1);
  });

  await t.step("one who is in another chat", () => {
    const rig = new BoardRig();
    rig.connect(ALICE, BOB, CAROL, DAVE);
    const id = rig.chat(ALICE, BOB);
    const own = rig.chat(CAROL, DAVE);
    rig.clear();
    rig.end(CAROL, id);
    rig.say(CAROL, id, 1, "hello from nowhere");
    assertEquals([rig.sessionOf(ALICE), rig.sessionOf(CAROL)], [id, own]);
    assertEquals([rig.take(ALICE), rig.take(BOB), rig.take(DAVE)], [[], [], []]);
  });
});

Deno.test("never again: CHAT with session 0 reaches an idle user", async (t) => {
  await t.step("by way of the server", () => {
    const rig = new BoardRig();
    rig.connect(ALICE, BOB);
    rig.clear();
    for (const session of [0, 1, 7]) rig.say(ALICE, session, 1);
    assertEquals([rig.take(BOB), rig.stores], [[], []]);
    assertEquals(rig.take(ALICE).map(({ type }) => type), ["REFUSED", "REFUSED", "REFUSED"]);
  });

  await t.step("if a server should send it", () => {
    const idle = new ClientRig(clientContext(BOB), undefined, {
      name: "Connected",
      previous: undefined,
    });
    for (const sessionId of [0, 1, 7]) {
      idle.handle({ type: "CHAT", sessionId, number: 1, text: text("boo") });
    }
    assertEquals(idle.notices, []);
  });
});

Deno.test('never again: the relay picks "the other client" instead of the peer', () => {
  const rig = new World();
  const names = [ALICE, BOB, CAROL, DAVE];
  rig.connect(...names);
  rig.chat(ALICE, DAVE);
  rig.chat(CAROL, BOB);
  rig.settle();
  for (const who of names) rig.say(who, `from ${who}`);
  rig.settle();
  const peers = new Map([[ALICE, DAVE], [DAVE, ALICE], [CAROL, BOB], [BOB, CAROL]]);
  for (const who of names) {
    const got = rig.client(who).notices.flatMap((notice) =>
      notice.type === "message" ? [notice.from] : []
    );
    assertEquals(got, [peers.get(who)!]);
  }
});

Deno.test("never again: END_NOTIF carries no session", () => {
  const rig = new BoardRig();
  rig.connect(ALICE, BOB);
  for (const id of [1, 2]) {
    rig.chat(ALICE, BOB);
    rig.clear();
    rig.end(ALICE, id);
    assertEquals(rig.take(BOB), [{ type: "END_NOTIF", sessionId: id }]);
  }
});

Deno.test("never again: a second chat orphans the first peer uninformed", () => {
  const rig = new BoardRig();
  rig.connect(ALICE, BOB, CAROL);
  rig.chat(ALICE, BOB);
  rig.clear();
  rig.request(ALICE, CAROL);
  rig.request(CAROL, ALICE);
  assertEquals(rig.take(ALICE), [{ type: "UNREACHABLE", clientId: CAROL }]);
  assertEquals(rig.take(CAROL), [{ type: "UNREACHABLE", clientId: ALICE }]);
  assertEquals([rig.sessionOf(ALICE), rig.sessionOf(BOB)], [1, 1]);
  rig.say(BOB, 1, 1);
  assertEquals(rig.take(ALICE).map(({ type }) => type), ["CHAT"]);
});

/** CHATs that arrive at once: one step, with the same outcome as one step for each. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Frame, Refusal } from "../../../lib/codec/mod.ts";
import { BoardRig } from "../board_rig.ts";
import { ALICE, BOB, text } from "../fixtures.ts";

/** Alice and Bob in session 1, with what led there forgotten. */
function chatting(): BoardRig {
  const rig = new BoardRig();
  rig.connect(ALICE, BOB);
  rig.chat(ALICE, BOB);
  rig.clear();
  return rig;
}

function chats(sessionId: number, ...numbers: number[]): Frame[] {
  return numbers.map((number) => ({ type: "CHAT", sessionId, number, text: text(`${number}`) }));
}

function refused(reason: Refusal, ...numbers: number[]): Frame[] {
  return numbers.map((number) => ({ type: "REFUSED", sessionId: 1, number, reason }));
}

Deno.test("CHATs that arrive at once are stored as one, and have one RECEIPT", () => {
  const rig = chatting();
  rig.send(ALICE, ...chats(1, 1, 2, 3));
  assertEquals(rig.stores.map(({ number, texts }) => [number, texts.length]), [[1, 3]]);
  assertEquals(rig.take(BOB), chats(1, 1, 2, 3));
  assertEquals(rig.take(ALICE), [{ type: "RECEIPT", sessionId: 1, number: 3 }]);
});

Deno.test("CHATs that arrive at once and are not stored are REFUSED one by one", () => {
  const rig = chatting();
  rig.storing = false;
  rig.send(ALICE, ...chats(1, 1, 2));
  assertEquals(rig.take(BOB), []);
  assertEquals(rig.take(ALICE), refused("not_stored", 1, 2));
});

Deno.test("of CHATs that arrive at once, those that were taken before are REFUSED", () => {
  const rig = chatting();
  rig.send(ALICE, ...chats(1, 1, 2));
  rig.clear();
  rig.send(ALICE, ...chats(1, 1, 2, 3, 4));
  assertEquals(rig.take(BOB), chats(1, 3, 4));
  assertEquals(rig.take(ALICE), [
    ...refused("out_of_order", 1, 2),
    { type: "RECEIPT", sessionId: 1, number: 4 },
  ]);
  assertEquals(rig.strikesOf(ALICE), 1);
});

Deno.test("every CHAT of no session it is in is a strike, also where they arrive at once", () => {
  const rig = new BoardRig({ maxStrikes: 3 });
  rig.connect(ALICE, BOB);
  rig.clear();
  rig.send(ALICE, ...chats(1, 1, 2));
  assertEquals(rig.take(ALICE), refused("not_in_session", 1, 2));
  rig.send(ALICE, ...chats(1, 1));
  assertEquals(rig.take(ALICE).at(-1), { type: "closed", reason: "protocol_error" });
});

/** `items` without the RECEIPTs that another one follows at once. */
function withoutReceiptsInBetween<T extends { type: string }>(items: readonly T[]): T[] {
  return items.filter(({ type }, i) => type !== "RECEIPT" || items[i + 1]?.type !== "RECEIPT");
}

Deno.test("what becomes of frames does not depend on which of them arrive at once", () => {
  const number = fc.integer({ min: 1, max: 5 });
  const frame: fc.Arbitrary<Frame[]> = fc.oneof(
    fc.tuple(number, fc.nat({ max: 4 })).map(([first, more]) =>
      chats(1, ...Array.from({ length: 1 + more }, (_, i) => first + i))
    ),
    number.map((number) => chats(2, number)),
    fc.constantFrom<Frame[]>([{ type: "END_REQUEST", sessionId: 1 }], [{ type: "PING", token: 1 }]),
  );
  fc.assert(fc.property(fc.array(frame, { maxLength: 6 }), (groups) => {
    const [together, apart] = [chatting(), chatting()];
    for (const group of groups) together.send(ALICE, ...group);
    for (const frame of groups.flat()) apart.send(ALICE, frame);
    assertEquals(together.stateOf(ALICE), apart.stateOf(ALICE));
    assertEquals(together.stateOf(BOB), apart.stateOf(BOB));
    assertEquals(together.take(BOB), apart.take(BOB));
    const answers = (rig: BoardRig): unknown[] => withoutReceiptsInBetween(rig.take(ALICE));
    assertEquals(answers(together), answers(apart));
    assertEquals(together.strikesOf(ALICE), apart.strikesOf(ALICE));
  }));
});

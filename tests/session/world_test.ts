/** Property: whatever crosses whatever, clients and server agree once everything has arrived. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ClientId } from "../../lib/codec/mod.ts";
import { ALICE, BOB, CAROL, DAVE, NOBODY } from "./fixtures.ts";
import { World } from "./world.ts";

const CLIENTS = [ALICE, BOB, CAROL, DAVE];

type Step =
  | { do: "chat"; who: ClientId; to: ClientId }
  | { do: "say" | "end" | "up" | "down" | "log off" | "connect" | "cut"; who: ClientId }
  | { do: "directory" | "answer"; who: ClientId };

const who = fc.constantFrom(...CLIENTS);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("chat" as const),
      who,
      to: fc.constantFrom(...CLIENTS, NOBODY),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom("say", "end"), who }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constantFrom("up", "down"), who }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("directory", "answer"), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("log off", "connect", "cut"), who }) },
);

function take(world: World, step: Step): void {
  switch (step.do) {
    case "chat":
      return world.chat(step.who, step.to);
    case "say":
      return world.say(step.who, `from ${step.who}`);
    case "end":
      return world.endChat(step.who);
    case "up":
      return world.up(step.who, 1);
    case "down":
      return world.down(step.who, 1);
    case "log off":
      return world.logOff(step.who);
    case "connect":
      return world.connect(step.who);
    case "cut":
      return world.cut(step.who);
    case "directory":
      return void world.board.handleRequest();
    case "answer":
      return void world.board.hearAnswer();
  }
}

function assertAgreement(world: World, clientId: ClientId): void {
  const { state } = world.client(clientId);
  const member = world.board.stateOf(clientId);
  if (state.name === "Active Chat") {
    assertEquals(member?.name, "In Chat");
    if (member?.name !== "In Chat") return;
    assertEquals([state.sessionId, state.peer], [member.sessionId, member.peer]);
    assertEquals(state.sent, member.taken);
  } else {
    assert(state.name === "Connected" || state.name === "Offline", `stuck in ${state.name}`);
    assertEquals(member?.name, state.name === "Offline" ? undefined : "Connected");
  }
}

for (const held of [false, true]) {
  Deno.test(`clients and server agree in the end, with a directory that answers ${held ? "late" : "at once"}`, () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 300, size: "max" }), (steps) => {
        const world = new World();
        world.connect(...CLIENTS);
        world.board.held = held;
        for (const step of steps) take(world, step);
        world.settle();
        for (const clientId of CLIENTS) {
          assertAgreement(world, clientId);
          const { state } = world.client(clientId);
          const open = state.name === "Active Chat" ? 1 : 0;
          const ended = world.count(clientId, "chat ended");
          assertEquals(world.count(clientId, "chat started"), ended + open);
          assertEquals(world.board.strikesOf(clientId), 0, "an honest client was struck");
        }
      }),
      { numRuns: 300 },
    );
  });
}

/** Runs: what follows each other is one, and stands for the same frames as before. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type Frame,
  framesOf,
  lengthOf,
  type Run,
  runsOf,
  textFromString,
} from "../../lib/codec/mod.ts";
import { frame } from "./arbitraries.ts";

const [a, b, c] = ["a", "b", "c"].map(textFromString);

function chat(sessionId: number, number: number, text = a!): Frame {
  return { type: "CHAT", sessionId, number, text };
}

Deno.test("runsOf() joins CHATs of one session whose numbers follow each other", () => {
  assertEquals(runsOf([chat(1, 7, a), chat(1, 8, b), chat(1, 9, c)]), [
    { type: "CHAT", sessionId: 1, number: 7, texts: [a!, b!, c!] },
  ]);
});

Deno.test("runsOf() begins anew at a gap, a repetition, another session and any other frame", () => {
  const frames: Frame[] = [
    ...[chat(1, 1), chat(1, 3), chat(1, 3), chat(2, 4)],
    ...[{ type: "PING", token: 1 } as const, chat(2, 5)],
  ];
  assertEquals(runsOf(frames).map(lengthOf), [1, 1, 1, 1, 1, 1]);
  assertEquals(runsOf([]), []);
});

Deno.test("runsOf() makes no run longer than it is told to", () => {
  const chats = [1, 2, 3, 4, 5].map((number) => chat(1, number));
  assertEquals(runsOf(chats, 2).map(lengthOf), [2, 2, 1]);
  assertEquals(runsOf(chats, 1).map(lengthOf), [1, 1, 1, 1, 1]);
});

Deno.test("framesOf() counts REFUSEDs through", () => {
  const run: Run = { type: "REFUSED", sessionId: 1, number: 4, count: 2, reason: "not_stored" };
  assertEquals([...framesOf(run)], [
    { type: "REFUSED", sessionId: 1, number: 4, reason: "not_stored" },
    { type: "REFUSED", sessionId: 1, number: 5, reason: "not_stored" },
  ]);
  assertEquals(lengthOf(run), 2);
});

Deno.test("the runs of any frames stand for these frames, in their order", () => {
  const following = fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 3 })).map(([sessionId, number]) =>
    chat(sessionId + 1, number + 1)
  );
  const any = fc.array(fc.oneof(following, frame), { maxLength: 20 });
  fc.assert(fc.property(any, (frames) => {
    const runs = runsOf(frames);
    assertEquals(runs.flatMap((run) => [...framesOf(run)]), frames);
    assertEquals(runs.reduce((sum, run) => sum + lengthOf(run), 0), frames.length);
  }));
});

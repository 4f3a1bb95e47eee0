/**
 * When a server is to be killed: moments drawn from a seed, so that a plan can be had again.
 *
 * What happens between two kills is up to the processes and the machine; it is the plan that is
 * repeated, not the run.
 */

import type { Message } from "../../lib/client/mod.ts";
import { Chance } from "./chance.ts";

/** What the server is in the midst of when it is killed. */
export type MomentName =
  | "start"
  | "log-ons"
  | "first commit"
  | "history answer"
  | "chats"
  | "checkpoint"
  | "stop";

/** What the clients do mostly, so that a moment comes: short messages, long ones, or histories. */
export type Mood = "short" | "long" | "recall";

/** A moment: a kill `after` so many milliseconds, with fractions, from what it waits for. */
export interface Moment {
  readonly name: MomentName;
  readonly mood: Mood;
  readonly after: number;
  /**
   * What is waited for: the process, its opening of the history, the `count`th message of a type
   * that any client sends or receives, or the first write to the database file beside its log.
   */
  readonly from:
    | { readonly type: "spawn" | "opening" }
    | { readonly type: "message"; readonly message: Message["type"]; readonly count: number }
    | { readonly type: "checkpoint" };
  /** Whether the server is told to stop first, `after` which it is killed. */
  readonly told: boolean;
}

/** Of 20 kills, about so many. */
const SHARES: readonly (readonly [MomentName, number])[] = [
  ["start", 3],
  ["log-ons", 3],
  ["first commit", 3],
  ["history answer", 3],
  ["chats", 5],
  ["checkpoint", 2],
  ["stop", 1],
];

const DRAWN = SHARES.flatMap(([name, share]) => Array<MomentName>(share).fill(name));

/** Moments without end. */
export function* planOf(seed: number): Generator<Moment, never> {
  const chance = new Chance(seed);
  for (;;) yield momentOf(chance.pick(DRAWN), chance);
}

function momentOf(name: MomentName, chance: Chance): Moment {
  const moment = { name, mood: "short", told: false } as const;
  const count = (message: Message["type"], min: number, max: number): Moment["from"] => ({
    type: "message",
    message,
    count: chance.whole(min, max),
  });
  switch (name) {
    case "start":
      return chance.happens(0.3)
        ? { ...moment, from: { type: "spawn" }, after: chance.between(0, 120) }
        : { ...moment, from: { type: "opening" }, after: chance.between(0, 25) };
    case "log-ons": {
      const message = chance.pick(["CHALLENGE", "AUTH_SUCCESS", "CONNECTED"] as const);
      return { ...moment, from: count(message, 1, 10), after: chance.between(0, 3) };
    }
    case "first commit":
      return { ...moment, from: count("CHAT", 1, 1), after: chance.between(0, 6) };
    case "history answer": {
      const from = count("HISTORY_RESP", 1, 500);
      return { ...moment, mood: "recall", from, after: chance.between(0, 3) };
    }
    case "chats": {
      const mood = chance.happens(0.3) ? "long" : "short";
      return { ...moment, mood, from: count("CHAT", 10, 1_000), after: chance.between(0, 10) };
    }
    case "checkpoint":
      return { ...moment, mood: "long", from: { type: "checkpoint" }, after: chance.between(0, 4) };
    case "stop":
      return { ...moment, told: true, from: count("CHAT", 1, 400), after: chance.between(0, 40) };
  }
}

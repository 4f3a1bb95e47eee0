/**
 * The six validation scenarios of the assignment, step by step as its tables have them.
 *
 * What follows from each step, on the screens and on the wire, stands in tools/stage/acts.ts; a
 * stage that closes makes sure that nothing else happened. A is alice, B is bob and C is carol.
 */

import { assertEquals } from "@std/assert";
import {
  type Actor,
  Chat,
  chatInVain,
  logOff,
  logOn,
  recall,
  type Stage,
} from "../../tools/stage/mod.ts";

/** Tells which step of the table comes next. */
export type Step = (text: string) => void;

/** One of the six. */
export interface Scenario {
  readonly letter: string;
  readonly title: string;
  play(stage: Stage, step: Step): Promise<void>;
}

const PAIRS = [
  ["alice", "bob"],
  ["carol", "dave"],
  ["erin", "frank"],
  ["grace", "heidi"],
  ["ivan", "judy"],
] as const;

/** How many messages each of the ten sends in the five simultaneous chats. */
const ROUNDS = 3;

/** All six, in the order of the assignment. */
export const SCENARIOS: readonly Scenario[] = [
  {
    letter: "a",
    title: "Basic chat initiated and closed by A",
    play: async (stage, step) => {
      const [a, b] = stage.enter("alice", "bob");
      const chat = await chatFromOffline(a, b, step);
      await endedBy(a, chat, step);
      step("A logs off");
      await logOff(a);
      step("B logs off too");
      await logOff(b);
    },
  },
  {
    letter: "b",
    title: "Basic chat initiated by A and closed by B",
    play: async (stage, step) => {
      const [a, b] = stage.enter("alice", "bob");
      const chat = await chatFromOffline(a, b, step);
      await endedBy(b, chat, step);
      step("A logs off");
      await logOff(a);
      step("B logs off too");
      await logOff(b);
    },
  },
  {
    letter: "c",
    title: "Basic chat initiated by A, with B off line at first, and closed by B",
    play: async (stage, step) => {
      const [a, b] = stage.enter("alice", "bob");
      step("A logs on");
      await logOn(a);
      step("A asks for a chat with B, who is off line");
      await chatInVain(a, b);
      step("B logs on");
      await logOn(b);
      const chat = await chatBetween(a, b, step);
      await endedBy(b, chat, step);
      step("A logs off");
      await logOff(a);
      step("B logs off too");
      await logOff(b);
    },
  },
  {
    letter: "d",
    title: "Basic chat initiated by C, but B is already in another chat",
    play: async (stage, step) => {
      const [a, b, c] = stage.enter("alice", "bob", "carol");
      const chat = await chatFromOffline(a, b, step);
      step("C logs on");
      await logOn(c);
      step("C asks for a chat with B, who is in a chat with A");
      await chatInVain(c, b);
      step("A and B are not disturbed: they go on");
      await chat.say(b, "Where were we?");
      await chat.say(a, "At lunch.");
      await endedBy(a, chat, step);
      step("All log off");
      for (const client of [a, b, c]) await logOff(client);
    },
  },
  {
    letter: "e",
    title: "History recall",
    play: async (stage, step) => {
      const [a, b] = stage.enter("alice", "bob");
      const first = await chatFromOffline(a, b, step);
      await endedBy(a, first, step);
      step("A and B log off");
      await logOff(a);
      await logOff(b);
      step("B logs on again, and so does A");
      await logOn(b);
      await logOn(a);
      step("A looks at the history with B");
      await recall(a, b, first);
      step("A and B have another chat, and B looks at the history: it holds both");
      const second = await Chat.start(b, a);
      await second.say(a, "What did we say yesterday?");
      await second.end(b);
      await recall(b, a, first, second);
      step("A and B log off");
      await logOff(a);
      await logOff(b);
    },
  },
  {
    letter: "f",
    title: "Five simultaneous chat sessions between five pairs of clients",
    play: async (stage, step) => {
      const pairs = PAIRS.map((ids) => stage.enter(...ids));
      step("Ten clients log on");
      await Promise.all(pairs.flat().map(logOn));
      step("Five pairs start a chat");
      const chats = await Promise.all(pairs.map(([a, b]) => Chat.start(a, b)));
      assertEquals(new Set(chats.map(({ sessionId }) => sessionId)).size, PAIRS.length);
      step("All chat at once");
      for (let round = 1; round <= ROUNDS; round++) {
        await Promise.all(pairs.map(async ([a, b], index) => {
          await chats[index]!.say(a, `Message ${round} from ${a.id} to ${b.id}`);
          await chats[index]!.say(b, `Answer ${round} from ${b.id} to ${a.id}`);
        }));
      }
      step("Each pair has its own words in its history, and no others");
      await Promise.all(pairs.map(([a, b], index) => recall(a, b, chats[index]!)));
      step("Each chat is ended");
      await Promise.all(pairs.map(([a, b], index) => chats[index]!.end(index % 2 === 0 ? a : b)));
      step("All log off");
      await Promise.all(pairs.flat().map(logOff));
    },
  },
];

/** Both log on, A starts a chat, both say something. */
async function chatFromOffline(a: Actor, b: Actor, step: Step): Promise<Chat> {
  step("A logs on");
  await logOn(a);
  step("B logs on");
  await logOn(b);
  return await chatBetween(a, b, step);
}

async function chatBetween(a: Actor, b: Actor, step: Step): Promise<Chat> {
  step("A starts a chat with B");
  const chat = await Chat.start(a, b);
  step("A and B exchange messages");
  await chat.say(a, "Hello, Bob.");
  await chat.say(b, "Hello, Alice. Fancy some lunch?");
  await chat.say(b, "There is soup, bread, and crème brûlée.");
  await chat.say(a, "CHAT_REQUEST(bob), at noon");
  return chat;
}

async function endedBy(client: Actor, chat: Chat, step: Step): Promise<void> {
  step(`${client.id === "alice" ? "A" : "B"} ends the chat`);
  await chat.end(client);
}

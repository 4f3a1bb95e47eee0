import { assertEquals } from "@std/assert";
import { parseClientId, textFromString } from "../../lib/codec/mod.ts";
import { MemoryHistory } from "../../lib/history/mod.ts";
import { type PlainOutput, Turns } from "../../lib/server/turns.ts";
import type { Output } from "../../lib/session/mod.ts";
import { HeldHistory } from "./histories.ts";

function output(connection: number): PlainOutput {
  return { type: "close", connection, reason: undefined };
}

/** What has `count` long texts stored. */
function store(count: number): Output {
  const [from, to] = [parseClientId("alice"), parseClientId("bob")];
  const texts = Array(count).fill(textFromString("x".repeat(4096)));
  const message = { sessionId: 1, from, to, number: 1, at: 0, texts };
  return { type: "store", message, ifStored: [], ifNot: [] };
}

/** A sink that keeps what it is told, and throws where it is told to. */
class Sink {
  readonly told: (number | string)[] = [];

  carryOut(output: PlainOutput): void {
    const number = output.type === "note" ? NaN : output.connection;
    if (number === 13) throw new Error("a defect");
    this.told.push(number);
  }

  endTurn(): void {
    this.told.push("end");
    if (this.told.includes(7)) throw new Error("another defect");
  }

  commitFailed(): void {
    this.told.push("commit failed");
  }

  defect(error: unknown): void {
    this.told.push((error as Error).message);
  }
}

Deno.test("Turns carries out what came in one go as one turn, in order", async () => {
  const sink = new Sink();
  const turns = new Turns(new MemoryHistory(), sink);
  for (const number of [1, 2, 3]) turns.add(output(number));
  assertEquals(sink.told, []);
  await turns.settled();
  turns.add(output(4));
  await turns.settled();
  assertEquals(sink.told, [1, 2, 3, "end", 4, "end"]);
});

Deno.test("Turns goes on after a defect, and tells of it", async () => {
  const sink = new Sink();
  const turns = new Turns(new MemoryHistory(), sink);
  for (const number of [1, 13, 2]) turns.add(output(number));
  await turns.settled();
  turns.add(output(7));
  await turns.settled();
  turns.add(output(8));
  await turns.settled();
  const first = [1, "a defect", 2, "end"];
  assertEquals(sink.told, [...first, 7, "end", "another defect", 8, "end", "another defect"]);
});

Deno.test("Turns has whoever is to wait wait for one commit, though others never stop", async () => {
  const history = new HeldHistory();
  const turns = new Turns(history, new Sink());
  turns.add(store(1));
  const first = await history.next();
  assertEquals(turns.behind, false);
  turns.add(store(4096));
  assertEquals(turns.behind, true);
  let waited = false;
  const room = turns.room().then(() => waited = true);
  await Promise.resolve();
  assertEquals(waited, false);
  first.store();
  const second = await history.next();
  assertEquals(turns.behind, false);
  turns.add(store(1));
  await room;
  second.store();
  (await history.next()).store();
  await turns.settled();
});

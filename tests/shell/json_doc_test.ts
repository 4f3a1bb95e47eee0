/** docs/json.md says what is: its orders are understood, and its events happen as they stand there. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { CLOSING_REASON, REFUSAL, textFromString } from "../../lib/codec/mod.ts";
import { OrderError, parseOrder } from "../../lib/shell/json/lines.ts";
import { ROOT } from "../../tools/stage/mod.ts";
import { FakeServer } from "../client/fake_server.ts";
import { ALICE, BOB, CAROL } from "../server/rig.ts";
import { JsonRig } from "./json_rig.ts";

const DOCUMENT = Deno.readTextFileSync(join(ROOT, "docs", "json.md"));
const EXAMPLES = Array.from(DOCUMENT.matchAll(/^```json\n(.*?)^```$/gms), ([, block]) => block!)
  .flatMap((block) => block.trimEnd().split("\n"));
const ORDERS = EXAMPLES.filter((line) => "do" in JSON.parse(line));
const EVENTS = EXAMPLES.filter((line) => "event" in JSON.parse(line));

/** What is different each time: waits, round trips and ports. */
function normal(line: string): string {
  return line.replace(/"(in|round_trip|idle_left)":[\d.]+/, '"$1":0')
    .replace(/"idle_left":\d+/, '"idle_left":0').replace(/127\.0\.0\.1:\d+/, "127.0.0.1:4390");
}

/** Which kind of event a line is: its name and its keys, but for `ref`. */
function kind(line: string): string {
  const { ref: _, ...event } = JSON.parse(line);
  return [event.event, ...Object.keys(event).sort()].join(" ");
}

/** A conversation in which everything happens that the document shows. */
async function play(): Promise<string[]> {
  const { random } = Math;
  Math.random = () => 0;
  let silent = false;
  await using server = new FakeServer({ instead: () => !silent });
  try {
    const limits = { firstRetry: 20, tries: 2 };
    const alice = new JsonRig(server.address, { reconnect: true, limits });
    const session = { sessionId: 12 };
    alice.give({ do: "log on", ref: 1 }, { do: "chat", with: "bob", ref: 2 });
    const connection = await server.connected();
    await connection.next("CHAT_REQUEST");
    const greeting = textFromString("Good morning, \u202e\x1b[31malice\u2028😀");
    connection.send({ type: "CHAT_STARTED", ...session, clientId: BOB });
    alice.give({ do: "send", text: "Good morning", ref: 3 });
    await connection.next("CHAT");
    connection.send(
      { type: "RECEIPT", ...session, number: 1 },
      { type: "CHAT", ...session, number: 1, text: greeting },
    );
    alice.give({ do: "status" });
    connection.send({ type: "PONG", token: (await connection.next("PING")).token });
    alice.give({ do: "history", with: "bob", ref: 4 });
    await connection.next("HISTORY_REQ");
    connection.send({
      type: "HISTORY_RESP",
      ...session,
      number: 1,
      position: 1,
      at: Date.UTC(2024, 4, 17, 9, 30, 0, 250),
      sender: ALICE,
      text: textFromString("Good morning"),
    }, { type: "HISTORY_END", clientId: BOB, outcome: "complete" });
    alice.give({ do: "send", text: "This is for that chat only", session: 12, ref: "a" });
    await connection.next("CHAT");
    connection.send(
      { type: "END_NOTIF", ...session },
      { type: "REFUSED", ...session, number: 2, reason: "not_in_session" },
    );
    await alice.event("not delivered");
    alice.give({ do: "chat", with: "no id", ref: 5 }, { do: "end chat", ref: 6 });
    alice.give({ do: "history", with: "bob", ref: 7 });
    await connection.next("HISTORY_REQ");
    connection.send({ type: "HISTORY_END", clientId: BOB, outcome: "unavailable" });
    alice.give({ do: "chat", with: "carol" });
    await connection.next("CHAT_REQUEST");
    connection.send({ type: "UNREACHABLE", clientId: CAROL });
    alice.give({ do: "status" });
    connection.send({ type: "PONG", token: (await connection.next("PING")).token });
    await alice.event("status");
    await alice.event("status");
    silent = true;
    connection.link.close();
    await alice.event("reconnecting");
    await alice.event("reconnecting");
    alice.give({ do: "log off" }, { do: "log on" }, { do: "quit" });
    assertEquals(await alice.ended, false);
    return alice.lines;
  } finally {
    Math.random = random;
  }
}

Deno.test("docs/json.md: every order is understood, and each is there", () => {
  const named = ORDERS.map((line) => parseOrder(line).do);
  const { message } = assertThrows(() => parseOrder("{}"), OrderError);
  const all = message.split(": ")[1]!.split(", ");
  assertEquals([...new Set(named)].sort(), all.sort());
  for (const name of all) assert(DOCUMENT.includes(`| \`${name}\` `), `${name} is in the table`);
});

Deno.test("docs/json.md: every event happens as it stands there, and each is there", async () => {
  const told = await play();
  const normals = told.map(normal);
  assertEquals(EVENTS.map(normal).filter((line) => !normals.includes(line)), []);
  const kinds = EVENTS.map(kind);
  assertEquals(told.filter((line) => !kinds.includes(kind(line))), []);
});

Deno.test("docs/json.md: every reason that a server may give is there", () => {
  for (const reason of [...Object.keys(REFUSAL), ...Object.keys(CLOSING_REASON)]) {
    assert(DOCUMENT.includes(`\`${reason}\``), reason);
  }
});

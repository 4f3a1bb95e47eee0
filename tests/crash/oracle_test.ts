/** The oracle itself: silent when all is well, and not when anything is not. */

import { assertEquals, assertMatch } from "@std/assert";
import { Oracle, type Row } from "./oracle.ts";

type StoredRow = Row & { readonly recipient: string };

/** Alice's `number`th message to bob in session 1, as the history has it. */
function row(number: number, fields: Partial<StoredRow> = {}): StoredRow {
  return {
    sessionId: 1,
    position: number,
    number,
    sender: "alice",
    recipient: "bob",
    text: `text ${number}`,
    ...fields,
  };
}

/** An oracle that knows a session of alice and bob, and three messages of hers. */
function oracleOfThree(): Oracle {
  const oracle = new Oracle();
  oracle.started(1, "alice", "bob", 1);
  oracle.started(1, "bob", "alice", 1);
  for (const text of ["text 1", "text 2", "text 3"]) {
    oracle.sent({ text, sessionId: 1, from: "alice", to: "bob" });
  }
  return oracle;
}

function deliver(oracle: Oracle, number: number, to = "bob"): void {
  oracle.delivered(to, { from: "alice", sessionId: 1, number, text: `text ${number}` });
}

Deno.test("the oracle has nothing to say when all is well", () => {
  const oracle = oracleOfThree();
  oracle.receipted("text 1");
  deliver(oracle, 1);
  oracle.readOn([row(1), row(2)]);
  oracle.receipted("text 2");
  oracle.refused("text 3");
  oracle.recalled("bob", "alice", [row(1), row(2)], true);
  oracle.started(2, "bob", "alice", 2);
  oracle.sent({ text: "more", sessionId: 2, from: "bob", to: "alice" });
  const more = { sender: "bob", recipient: "alice", sessionId: 2, number: 1, text: "more" };
  oracle.readOn([row(3, more)]);
  oracle.readAll([row(1), row(2), row(3, more)]);
  assertEquals(oracle.faults, []);
  const { receipted, refused, unknown, unknownStored, delivered, sessions } = oracle.tally();
  assertEquals({ receipted, refused, unknown, unknownStored, delivered, sessions }, {
    receipted: 2,
    refused: 1,
    unknown: 1,
    unknownStored: 1,
    delivered: 1,
    sessions: 2,
  });
});

const FAULTS: readonly (readonly [name: string, RegExp, (oracle: Oracle) => void])[] = [
  ["a receipted message lost", /^receipted, but not in the history: text 2$/, (oracle) => {
    oracle.receipted("text 2");
    oracle.readOn([row(1)]);
  }],
  ["a receipted message lost later", /^receipted, but not in the history: text 2$/, (oracle) => {
    oracle.receipted("text 2");
    oracle.readOn([row(1), row(2)]);
    oracle.readAll([row(1)]);
  }],
  ["a delivered message lost", /^delivered, but not in the history: text 1$/, (oracle) => {
    deliver(oracle, 1);
    oracle.readOn([]);
  }],
  ["a message stored twice", /^in the history twice: text 1$/, (oracle) => {
    oracle.readAll([row(1), row(1, { position: 2 })]);
  }],
  ["a message stored that nobody sent", /nobody sent: 1 alice 1 text 9$/, (oracle) => {
    oracle.readAll([row(1, { text: "text 9" })]);
  }],
  ["a message stored in another session", /nobody sent: 2 alice 1 text 1$/, (oracle) => {
    oracle.readAll([row(1, { sessionId: 2 })]);
  }],
  ["a message stored with another number", /nobody sent: 1 alice 2 text 1$/, (oracle) => {
    oracle.readAll([row(1, { number: 2 })]);
  }],
  ["a message stored for somebody else", /nobody sent: 1 alice 1 text 1$/, (oracle) => {
    oracle.readAll([row(1, { recipient: "carol" })]);
  }],
  ["a refused message stored", /^the history has what was refused: text 1$/, (oracle) => {
    oracle.refused("text 1");
    oracle.readAll([row(1)]);
  }],
  ["a stored message refused", /^refused, but stored or delivered: text 1$/, (oracle) => {
    oracle.readAll([row(1)]);
    oracle.refused("text 1");
  }],
  ["a hole in what a sender said", /without what was sent before it: text 3$/, (oracle) => {
    oracle.readAll([row(1), row(3, { position: 2 })]);
  }],
  ["a hole in the positions", /^the history of alice and bob goes on at 3/, (oracle) => {
    oracle.readAll([row(1), row(2, { position: 3 })]);
  }],
  ["a message delivered twice", /^delivered twice: text 1$/, (oracle) => {
    deliver(oracle, 1);
    deliver(oracle, 1);
  }],
  ["a message delivered to somebody else", /^carol received what nobody sent/, (oracle) => {
    deliver(oracle, 1, "carol");
  }],
  ["a refused message delivered", /^delivered, but refused: text 1$/, (oracle) => {
    oracle.refused("text 1");
    deliver(oracle, 1);
  }],
  ["a session-ID of an earlier life", /^session-ID 1 again/, (oracle) => {
    oracle.started(1, "alice", "bob", 2);
  }],
  ["a session-ID of others", /^session-ID 1 again/, (oracle) => {
    oracle.started(1, "carol", "dave", 1);
  }],
  ["a session that begins twice", /^session-ID 1 again/, (oracle) => {
    oracle.started(1, "alice", "bob", 1);
  }],
  ["a receipted message that is not recalled", /bob did not recall it: text 2$/, (oracle) => {
    oracle.receipted("text 2");
    oracle.recalled("bob", "alice", [row(1)], true);
  }],
  ["a hole in what is recalled", /^bob recalled position 3 after 1$/, (oracle) => {
    oracle.recalled("bob", "alice", [row(1), row(3)], false);
  }],
];

for (const [name, fault, happens] of FAULTS) {
  Deno.test(`the oracle notices ${name}`, () => {
    const oracle = oracleOfThree();
    happens(oracle);
    assertEquals(oracle.faults.length, 1, oracle.faults.join("\n"));
    assertMatch(oracle.faults[0]!, fault);
  });
}

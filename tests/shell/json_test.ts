/** What a `--json` client makes of orders and of answers. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { textFromString } from "../../lib/codec/mod.ts";
import { ALICE, BOB, CAROL, loggedOn, withServer } from "../server/rig.ts";
import { FakeServer } from "../client/fake_server.ts";
import { JsonRig } from "./json_rig.ts";

Deno.test("orders are obeyed in turn, and answered with their ref", async () => {
  await withServer(async (rig) => {
    await using bob = await loggedOn(rig, BOB);
    const alice = new JsonRig(rig.server.udpAddress);
    alice.give(
      { do: "log on", ref: 1 },
      "",
      { do: "chat", with: "bob", ref: "two" },
      { do: "send", text: "Hello,\n\u{1f600}\u2028", ref: 3 },
    );
    await alice.tells({ event: "connected", id: "alice", ref: 1 });
    await alice.tells({ event: "chat started", session: 1, with: "bob", ref: "two" });
    await alice.tells({ event: "delivered", session: 1, ref: 3 });
    assertEquals(await bob.text(), "Hello,\n\u{1f600}\u2028");
    await bob.client.send("\x1b[31m\u202e\u009b\u2028 é");
    await alice.tells({
      event: "message",
      session: 1,
      from: "bob",
      number: 1,
      text: "\x1b[31m\u202e\u009b\u2028 é",
    });
    assertMatch(alice.lines.at(-1)!, /"\\u001b\[31m\\u202e\\u009b\\u2028 é"/);

    alice.give({ do: "status", ref: 4 });
    const { round_trip, ...status } = await alice.event("status");
    assert(typeof round_trip === "number");
    const { host, port } = rig.server.udpAddress;
    assertEquals(status, {
      event: "status",
      id: "alice",
      server: `${host}:${port}`,
      state: "Active Chat",
      reconnecting: false,
      unconfirmed: 0,
      session: 1,
      with: "bob",
      ref: 4,
    });
    alice.give({ do: "end chat", ref: 5 }, { do: "log off", ref: 6 }, { do: "quit" }, "too late");
    await alice.tells({ event: "chat ended", session: 1, with: "bob", ref: 5 });
    await alice.tells({ event: "logged off", why: "asked", ref: 6 });
    assertEquals(await alice.ended, true);
    assertEquals(alice.lines.length, 7);
  });
});

Deno.test("a line that is no order is told with its number, and is no harm", async () => {
  await withServer(async (rig) => {
    const alice = new JsonRig(rig.server.udpAddress);
    const bad: [string, RegExp, unknown?][] = [
      ["Log on", /one JSON object/],
      ["[]", /one JSON object/],
      ["null", /one JSON object/],
      ['{"do":"log on"} {}', /one JSON object/],
      ["[".repeat(60_000), /one JSON object/],
      ["{}", /"do" must be one of: log on, chat, /],
      ['{"do":"toString","ref":7}', /"do" must be one of/, 7],
      ['{"do":"chat","ref":"x"}', /"with" must be a client-ID/, "x"],
      ['{"do":"chat","with":"bob!"}', /"with" must be a client-ID/],
      ['{"do":"send","text":7}', /"text" must be a string/],
      ['{"do":"send","text":"x","session":"1"}', /"session" must be a whole number/],
      ['{"do":"history","with":"bob","last":0}', /"last" must be a whole number/],
      ['{"do":"history","with":"bob","last":4294967296}', /"last" must be a whole number/],
      ['{"do":"history","with":"bob","before":1.5}', /"before" must be a whole number/],
      ['{"do":"history","with":"bob","lst":5}', /"lst" is no key of "history"/],
      ['{"do":"log on","__proto__":5}', /"__proto__" is no key of "log on"/],
      ['{"do":"quit","ref":[1]}', /"ref" must be/],
      ['{"do":"quit","ref":1e300}', /"ref" must be/],
    ];
    alice.give(...bad.map(([line]) => line), { do: "log on" });
    let line = 0;
    for (const [, why, ref] of bad) {
      const { explanation, ...told } = await alice.event("error");
      assertMatch(String(explanation), why);
      line++;
      const expected = { event: "error", why: "not understood", line };
      assertEquals(told, ref === undefined ? expected : { ...expected, ref });
    }
    await alice.tells({ event: "connected", id: "alice" });
    alice.end();
    assertEquals(await alice.ended, false);
  });
});

Deno.test("what is not possible now is told, and changes nothing", async () => {
  await withServer(async (rig) => {
    const alice = new JsonRig(rig.server.udpAddress);
    const orders = [
      { do: "chat", with: "bob", ref: 1 },
      { do: "end chat", ref: 2 },
      { do: "history", with: "bob", ref: 3 },
      { do: "log off", ref: 4 },
    ];
    alice.give(...orders);
    for (const { do: name, ref } of orders) {
      const explanation = `"${name}" is not possible now (Offline)`;
      await alice.tells({ event: "error", why: "not possible", explanation, ref });
    }
    const unsent = { event: "not delivered", why: "not_in_session", text: "x" };
    alice.give({ do: "send", text: "x" }, { do: "log on" }, { do: "log on", ref: 5 });
    await alice.tells({ ...unsent, explanation: "not in that chat" });
    await alice.tells({ event: "connected", id: "alice" });
    await alice.tells({ event: "connected", id: "alice", ref: 5 });
    alice.give({ do: "chat", with: "nobody", ref: 6 });
    await alice.tells({ event: "unreachable", with: "nobody", ref: 6 });
    alice.end();
    assertEquals(await alice.ended, false);
  });
});

Deno.test("a message for one chat never goes to another", async () => {
  await withServer(async (rig) => {
    await using bob = await loggedOn(rig, BOB);
    await using carol = await loggedOn(rig, CAROL);
    const alice = new JsonRig(rig.server.udpAddress, { logOn: true });
    await alice.tells({ event: "connected", id: "alice" });
    assertEquals(await bob.client.chat(ALICE), true);
    bob.client.endChat();
    await alice.event("chat ended");
    assertEquals(await carol.client.chat(ALICE), true);
    await alice.event("chat started");
    await alice.event("chat started");
    alice.give(
      { do: "send", text: "for bob", session: 1, ref: 1 },
      { do: "end chat", session: 1, ref: 2 },
      { do: "send", text: "for carol", session: 2, ref: 3 },
      { do: "send", text: "x".repeat(4_097), ref: 4 },
    );
    assertEquals((await alice.event("not delivered")).ref, 1);
    assertEquals((await alice.event("error")).ref, 2);
    assertEquals((await alice.event("delivered")).ref, 3);
    const { ref, why } = await alice.event("not delivered");
    assertEquals([ref, why], [4, "bad_text"]);
    assertEquals(await carol.text(), "for carol");
    alice.end();
    assertEquals(await alice.ended, false);
  });
});

Deno.test("many messages and histories flow, and the end waits for their answers", async () => {
  await withServer(async (rig) => {
    await using bob = await loggedOn(rig, BOB);
    const alice = new JsonRig(rig.server.udpAddress, {
      logOn: true,
      limits: { maxUnconfirmed: 8 },
    });
    const texts = Array.from({ length: 500 }, (_, i) => `message ${i}`);
    alice.give({ do: "chat", with: "bob" });
    alice.give(...texts.map((text, ref) => ({ do: "send", text, ref })));
    for (let ref = 0; ref < 40; ref++) alice.give({ do: "history", with: "bob", last: 2, ref });
    alice.end();
    assertEquals(await alice.ended, true);
    for (const text of texts) assertEquals(await bob.text(), text);
    const told = alice.lines.map((line) => JSON.parse(line));
    const refs = (name: string): unknown[] =>
      told.filter(({ event }) => event === name).map(({ ref }) => ref);
    assertEquals(refs("delivered"), texts.map((_, ref) => ref));
    assertEquals(refs("history end"), Array.from({ length: 40 }, (_, ref) => ref));
    assertEquals(refs("history message").length, 80);
    assertEquals(told.at(-1), { event: "logged off", why: "asked" });
  });
});

Deno.test("what is unanswered when the connection is lost is told, and the order is given back", async () => {
  await using server = new FakeServer();
  const alice = new JsonRig(server.address, { logOn: true });
  const connection = await server.connected();
  connection.send({ type: "CHAT_STARTED", sessionId: 5, clientId: BOB });
  await alice.event("chat started");
  alice.give({ do: "send", text: "lost", ref: 1 }, { do: "history", with: "bob", ref: 2 });
  await connection.next("HISTORY_REQ");
  connection.link.close();
  assertEquals(await alice.event("not delivered"), {
    event: "not delivered",
    why: "connection lost",
    explanation: "the connection ended before the server confirmed it",
    text: "lost",
    ref: 1,
  });
  const { why, ref } = await alice.event("error");
  assertEquals([why, ref], ["no answer", 2]);

  alice.give({ do: "log on" });
  const second = await server.connected();
  alice.give({ do: "chat", with: "bob", ref: 3 });
  await second.next("CHAT_REQUEST");
  second.link.close();
  assertEquals((await alice.event("error")).ref, 3);
  alice.give({ do: "status" });
  const { round_trip, idle_left, state } = await alice.event("status");
  assertEquals([round_trip, idle_left, state], [undefined, undefined, "Offline"]);
  alice.end();
  assertEquals(await alice.ended, false);
});

Deno.test("a request that another chat overtakes is answered after that has started", async () => {
  await using server = new FakeServer();
  const alice = new JsonRig(server.address, { logOn: true });
  const connection = await server.connected();
  alice.give({ do: "chat", with: "bob", ref: 1 });
  await connection.next("CHAT_REQUEST");
  connection.send(
    { type: "CHAT_STARTED", sessionId: 5, clientId: CAROL },
    { type: "CHAT", sessionId: 5, number: 1, text: textFromString("hi") },
    { type: "UNREACHABLE", clientId: BOB },
  );
  await alice.tells({ event: "connected", id: "alice" });
  await alice.tells({ event: "chat started", session: 5, with: "carol" });
  await alice.tells({ event: "message", session: 5, from: "carol", number: 1, text: "hi" });
  await alice.tells({ event: "unreachable", with: "bob", ref: 1 });
  alice.end();
  assertEquals(await alice.ended, false);
  await connection.ended;
});

Deno.test("a lost connection is made again, unless a log-off is asked for", async () => {
  await using server = new FakeServer();
  const alice = new JsonRig(server.address, { logOn: true, reconnect: true });
  const connection = await server.connected();
  connection.link.close();
  await alice.tells({ event: "connected", id: "alice" });
  await alice.tells({ event: "logged off", why: "connection lost" });
  assert(Number((await alice.event("reconnecting")).in) <= 2_000);
  const second = await server.connected();
  await alice.tells({ event: "connected", id: "alice" });

  second.link.close();
  await alice.event("reconnecting");
  alice.give({ do: "log on", ref: 1 }, { do: "log off", ref: 2 });
  assertEquals(await alice.event("log-on failed"), {
    event: "log-on failed",
    why: "given up",
    explanation: "given up",
    ref: 1,
  });
  await alice.event("logged off");
  await alice.tells({ event: "logged off", why: "asked", ref: 2 });
  alice.give({ do: "status" });
  assertEquals((await alice.event("status")).reconnecting, false);
  alice.end();
  assertEquals(await alice.ended, false);
});

Deno.test("to log on when logged on already, or about to be again, is no failure", async () => {
  await using server = new FakeServer();
  const alice = new JsonRig(server.address, { logOn: true, reconnect: true });
  alice.give({ do: "log on", ref: 1 });
  const connection = await server.connected();
  await alice.tells({ event: "connected", id: "alice" });
  await alice.tells({ event: "connected", id: "alice", ref: 1 });
  connection.link.close();
  await alice.event("logged off");
  await alice.event("reconnecting");
  alice.give({ do: "log on", ref: 2 }, { do: "log on", ref: 3 }, { do: "status", ref: 4 });
  assertEquals((await alice.event("status")).reconnecting, true);
  await server.connected();
  await alice.tells({ event: "connected", id: "alice", ref: 2 });
  await alice.tells({ event: "connected", id: "alice", ref: 3 });
  alice.give({ do: "quit" });
  assertEquals(await alice.ended, true);
});

Deno.test("a log-on that fails is told, and no end; the end of a lost connection is none in order", async () => {
  await using server = new FakeServer({ instead: () => false });
  const alice = new JsonRig(server.address, { logOn: true, limits: { firstRetry: 5, tries: 2 } });
  const { why } = await alice.event("log-on failed");
  assertEquals(why, "no answer");
  alice.give({ do: "log on", ref: 1 });
  assertEquals((await alice.event("log-on failed")).ref, 1);
  alice.end();
  assertEquals(await alice.ended, false);

  await using other = new FakeServer();
  const lost = new JsonRig(other.address, { logOn: true });
  (await other.connected()).send({ type: "CLOSING", reason: "revoked" });
  await lost.tells({ event: "connected", id: "alice" });
  await lost.tells({ event: "logged off", why: "revoked" });
  lost.end();
  assertEquals(await lost.ended, false);
});

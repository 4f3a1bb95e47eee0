/** Round trips, and how long the activity timer has still to run. */

import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { NoAnswerError, NotPossibleError } from "../../lib/client/mod.ts";
import { ALICE, BOB, chatting, loggedOn, TestClient, withServer } from "../server/rig.ts";
import { FakeServer } from "./fake_server.ts";

Deno.test("ping() measures a round trip in every state of the chat phase", async () => {
  await withServer(async (rig) => {
    const [alice, bob] = await chatting(rig);
    for (const client of [alice.client, bob.client]) assert(await client.ping() >= 0);
    alice.client.endChat();
    assert(await alice.client.ping() >= 0);
    await Promise.all([alice.client.logOff(), bob.client.logOff()]);
  });
});

Deno.test("ping() takes only the answer to its own PING, and never the keepalive's", async () => {
  await using server = new FakeServer();
  const alice = new TestClient(server.address, ALICE);
  const loggingOn = alice.client.logOn();
  const connection = await server.connected();
  await loggingOn;
  const asked = alice.client.chat(BOB);
  await connection.next("CHAT_REQUEST");

  const answered: string[] = [];
  const first = alice.client.ping().then(() => answered.push("first"));
  const second = alice.client.ping().then(() => answered.push("second"));
  const [one, two] = [await connection.next("PING"), await connection.next("PING")];
  assertNotEquals(one.token, two.token);
  assert(one.token > 0 && two.token > 0);
  const pong = (token: number): void => connection.send({ type: "PONG", token });
  for (const token of [0, 1_000, two.token, two.token]) pong(token);
  await second;
  // Another round trip, in which the first could be answered too early.
  connection.send({ type: "PING", token: 1 });
  await connection.next("PONG");
  assertEquals(answered, ["second"]);
  pong(one.token);
  await first;
  assertEquals(alice.client.state, "Wait for CHAT_STARTED");
  await alice.client.logOff();
  assertEquals(await asked, false);
  await connection.ended;
});

Deno.test("ping() rejects without a connection, and when it ends before the answer", async () => {
  await using server = new FakeServer();
  const alice = new TestClient(server.address, ALICE);
  await assertRejects(() => alice.client.ping(), NotPossibleError, "Offline");
  const loggingOn = alice.client.logOn();
  const connection = await server.accept();
  await connection.next("CONNECT");
  await assertRejects(() => alice.client.ping(), NotPossibleError, "Connecting");
  connection.send({ type: "CONNECTED" });
  await loggingOn;

  const unanswered = assertRejects(() => alice.client.ping(), NoAnswerError, "ended");
  await connection.next("PING");
  connection.link.close();
  await unanswered;
  await alice.notice("logged off");
});

Deno.test("idleLeft says when the activity timer logs off, and where it does not", async () => {
  await withServer(async (rig) => {
    const limits = { activityTimeout: 100_000 };
    const alice = new TestClient(rig, ALICE, { limits });
    assertEquals(alice.client.idleLeft, undefined);
    await alice.client.logOn();
    const left = alice.client.idleLeft!;
    assert(left > 0 && left <= 100_000);
    const bob = await loggedOn(rig, BOB);
    await alice.client.chat(BOB);
    assertEquals([alice.client.idleLeft, bob.client.state], [undefined, "Active Chat"]);
    alice.client.endChat();
    assert(alice.client.idleLeft! <= 100_000);
    await Promise.all([alice.client.logOff(), bob.client.logOff()]);
    assertEquals(alice.client.idleLeft, undefined);
  });
});

import { assertEquals } from "@std/assert";
import { RawClient } from "../server/raw_client.ts";
import {
  ALICE,
  BOB,
  CAROL,
  DAVE,
  loggedOn,
  startChat,
  TestClient,
  withServer,
} from "../server/rig.ts";
import { FakeServer } from "./fake_server.ts";

Deno.test("the activity timer logs off a client that does nothing, but not one in a chat", async () => {
  await withServer(async (rig) => {
    const limits = { activityTimeout: 500 };
    const alice = await loggedOn(rig, ALICE, { limits });
    const bob = await loggedOn(rig, BOB, { limits });
    await startChat(alice, bob);
    // Her timer runs out twice, and theirs meanwhile.
    const carol = new TestClient(rig, CAROL, { limits: { activityTimeout: 300 } });
    for (let i = 0; i < 2; i++) {
      await carol.client.logOn();
      assertEquals((await carol.notice("logged off")).why, "activity timer");
    }
    assertEquals([alice.client.peer, bob.client.peer], [BOB, ALICE]);
    alice.client.endChat();
    for (const client of [alice, bob]) {
      assertEquals((await client.notice("logged off")).why, "activity timer");
    }
  });
});

Deno.test("the server logs off a client that asks for nothing, but not one in a chat", async () => {
  await withServer(async (rig) => {
    const alice = await loggedOn(rig, ALICE);
    const bob = await loggedOn(rig, BOB);
    await startChat(alice, bob);
    const carol = new TestClient(rig, CAROL);
    for (let i = 0; i < 2; i++) {
      await carol.client.logOn();
      assertEquals((await carol.notice("logged off")).why, "idle");
      await carol.client.logOff();
    }
    assertEquals([alice.client.peer, bob.client.peer], [BOB, ALICE]);
    alice.client.endChat();
    for (const client of [alice, bob]) {
      assertEquals((await client.notice("logged off")).why, "idle");
      await client.client.logOff();
    }
  }, { limits: { idleTimeout: 400, tick: 10 } });
});

Deno.test("a client that has gone silent is asked, then given up; one that answers is kept", async () => {
  await withServer(async (rig) => {
    const dave = await loggedOn(rig, DAVE);
    using alice = await RawClient.connected(rig, ALICE);
    assertEquals(await alice.frame(), { type: "PING", token: 0 });
    const { clientId, why } = await rig.note("disconnected");
    assertEquals([clientId, why], [ALICE, "silent"]);
    // The other was asked as well.
    await rig.received(DAVE, "PONG");
    assertEquals(dave.client.state, "Connected");
    await alice.ended();
    alice[Symbol.dispose]();
    await dave.client.logOff();
  }, { limits: { keepalive: { pingAfter: 30, deadAfter: 1_500 }, tick: 10 } });
});

Deno.test("a server that has gone silent is asked, then given up", async () => {
  await using server = new FakeServer();
  const limits = { keepalive: { pingAfter: 30, deadAfter: 600 }, tick: 10 };
  const alice = new TestClient(server.address, ALICE, { limits });
  const loggingOn = alice.client.logOn();
  const connection = await server.connected();
  await loggingOn;
  await connection.next("PING");
  assertEquals((await alice.notice("logged off")).why, "connection lost");
  await connection.ended;
});

Deno.test("a server that answers is kept", async () => {
  await withServer(async (rig) => {
    const limits = { keepalive: { pingAfter: 20, deadAfter: 30_000 }, tick: 10 };
    const alice = await loggedOn(rig, ALICE, { limits });
    for (let i = 0; i < 3; i++) await rig.received(ALICE, "PING");
    assertEquals(alice.client.state, "Connected");
    await alice.client.logOff();
  });
});

import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { NotPossibleError } from "../../lib/client/mod.ts";
import { parseClientId } from "../../lib/codec/mod.ts";
import { logIn, plain, RawClient } from "./raw_client.ts";
import {
  ALICE,
  BOB,
  CAROL,
  chatting,
  loggedOn,
  startChat,
  type TestClient,
  withServer,
} from "./rig.ts";
import { eventually } from "./waiting.ts";

function logOffAll(...clients: TestClient[]): Promise<unknown> {
  return Promise.all(clients.map(({ client }) => client.logOff()));
}

/** Types of all notices, in order. */
function heard({ notices }: TestClient): string[] {
  return notices.all.map(({ type }) => type);
}

Deno.test("both end at once: one 'chat ended' at each side, and both are free again", async () => {
  await withServer(async (rig) => {
    const [alice, bob] = await chatting(rig);
    const first = alice.client.sessionId;
    alice.client.endChat();
    bob.client.endChat();
    assertEquals(await bob.client.chat(ALICE), true);
    await alice.notice("chat started");
    assertNotEquals(alice.client.sessionId, first);
    for (const client of [alice, bob]) {
      assertEquals(heard(client), ["connected", "chat started", "chat ended", "chat started"]);
    }
    await logOffAll(alice, bob);
    assertEquals(rig.notes.all.filter(({ type }) => type === "protocol error"), []);
  });
});

Deno.test("A asks B while B asks A: one chat, and both have what they asked for", async () => {
  await withServer(async (rig) => {
    const [alice, bob] = await Promise.all([loggedOn(rig, ALICE), loggedOn(rig, BOB)]);
    const answers = await Promise.all([alice.client.chat(BOB), bob.client.chat(ALICE)]);
    assertEquals(answers, [true, true]);
    assertEquals(alice.client.sessionId, bob.client.sessionId);
    await Promise.all([alice.client.send("1"), bob.client.send("2")]);
    assertEquals([await bob.text(), await alice.text()], ["1", "2"]);
    assertEquals([alice.count("chat started"), bob.count("chat started")], [1, 1]);
    await logOffAll(alice, bob);
  });
});

Deno.test("A asks B while C's chat with A starts: A is in C's chat, B unreachable", async () => {
  await withServer(async (rig) => {
    const [bob, carol] = await Promise.all([loggedOn(rig, BOB), loggedOn(rig, CAROL)]);
    using alice = await RawClient.connected(rig, ALICE);
    assertEquals(await carol.client.chat(ALICE), true);
    // Alice has not read CHAT_STARTED yet.
    await alice.send({ type: "CHAT_REQUEST", clientId: BOB });
    const sessionId = carol.client.sessionId!;
    assertEquals(await alice.frame(), { type: "CHAT_STARTED", sessionId, clientId: CAROL });
    assertEquals(await alice.frame(), { type: "UNREACHABLE", clientId: BOB });
    assertEquals(bob.count("chat started"), 0);
    await logOffAll(bob, carol);
  });
});

Deno.test("A asks B and C asks A at the same moment: one chat, whichever came first", async () => {
  await withServer(async (rig) => {
    const [alice, bob, carol] = await Promise.all(
      [ALICE, BOB, CAROL].map((id) => loggedOn(rig, id)),
    ) as [TestClient, TestClient, TestClient];
    for (let round = 0; round < 20; round++) {
      const [asked, askedBy] = await Promise.all([
        alice.client.chat(BOB),
        carol.client.chat(ALICE),
      ]);
      await alice.notice("chat started");
      const peer = alice.client.peer!;
      assertEquals([asked, askedBy], peer === BOB ? [true, false] : [false, true]);
      const other = peer === BOB ? bob : carol;
      await other.notice("chat started");
      assertEquals(other.client.sessionId, alice.client.sessionId);
      alice.client.endChat();
      await other.notice("chat ended");
      await alice.notice("chat ended");
      assertEquals(
        [alice, bob, carol].map(({ client }) => client.state),
        Array(3).fill("Connected"),
      );
    }
    await logOffAll(alice, bob, carol);
  });
});

Deno.test("oneself, an unknown ID, one that is offline, and one in a chat: all UNREACHABLE alike", async () => {
  await withServer(async (rig) => {
    const [alice, bob] = await chatting(rig);
    using carol = await RawClient.connected(rig, CAROL);
    for (const clientId of [CAROL, parseClientId("unknown"), parseClientId("dave"), ALICE, BOB]) {
      await carol.send({ type: "CHAT_REQUEST", clientId });
      assertEquals(await carol.frame(), { type: "UNREACHABLE", clientId });
    }
    assertEquals(alice.client.peer, BOB);
    await logOffAll(alice, bob);
  });
});

Deno.test("a second log-on of the same client takes over; the older one is told, and its peer", async () => {
  await withServer(async (rig) => {
    const [alice, bob] = await chatting(rig);
    const newer = await loggedOn(rig, BOB);
    assertEquals((await bob.notice("logged off")).why, "logged_on_elsewhere");
    assertEquals(heard(bob), ["connected", "chat started", "chat ended", "logged off"]);
    await alice.notice("chat ended");
    assertEquals(rig.server.load.clients, 2);
    await startChat(alice, newer);
    await alice.client.send("are you the new one?");
    assertEquals(await newer.text(), "are you the new one?");
    await logOffAll(alice, bob, newer);
  });
});

Deno.test("revocation in a chat: the client is told, its peer as well, and it cannot come back", async () => {
  const revoked = new Set<string>();
  await withServer(async (rig) => {
    const [alice, bob] = await chatting(rig);
    const earlier = await logIn(rig, BOB);
    using halfway = await RawClient.open(rig);
    halfway.useKeys(earlier.keys);
    await halfway.write(earlier.keys.keyId);
    revoked.add(BOB);
    rig.server.revoke(BOB);
    assertEquals((await bob.notice("logged off")).why, "revoked");
    await alice.notice("chat ended");
    await halfway.write(halfway.seal(plain({ type: "CONNECT", cookie: earlier.cookie })));
    assertEquals(await halfway.frame(), undefined);
    await assertRejects(() => bob.client.logOn(), Error, "unknown client-ID or wrong secret");
    assertEquals(await alice.client.chat(BOB), false);
    await logOffAll(alice, bob);
  }, {
    secrets: (clientId) =>
      revoked.has(clientId) ? undefined : new TextEncoder().encode(`secret of ${clientId}`),
  });
});

Deno.test("a TCP connection that is lost in a chat: END_NOTIF to the peer at once", async () => {
  await withServer(async (rig) => {
    const alice = await loggedOn(rig, ALICE);
    const bob = await RawClient.connected(rig, BOB);
    assertEquals(await alice.client.chat(BOB), true);
    bob[Symbol.dispose]();
    await alice.notice("chat ended");
    assertEquals((await rig.note("disconnected")).why, "connection closed");
    assertEquals(await alice.client.chat(BOB), false);
    await logOffAll(alice);
  });
});

Deno.test("log-off in a chat: END_NOTIF to the peer at once", async () => {
  await withServer(async (rig) => {
    const [alice, bob] = await chatting(rig);
    await bob.client.logOff();
    await alice.notice("chat ended");
    assertEquals(heard(bob), ["connected", "chat started", "chat ended", "logged off"]);
    await logOffAll(alice);
  });
});

Deno.test("close() tells every client, in a chat or not, and nothing is left", async () => {
  await withServer(async (rig) => {
    const [alice, bob] = await chatting(rig);
    const carol = await loggedOn(rig, CAROL);
    using newcomer = await RawClient.open(rig);
    await eventually("the newcomer", () => rig.server.load.unconnected === 1);
    await rig.server.close();
    for (const client of [alice, bob, carol]) {
      assertEquals((await client.notice("logged off")).why, "shutting_down");
      await assertRejects(async () => await client.client.chat(ALICE), NotPossibleError);
    }
    await newcomer.ended();
    assertEquals([alice, bob, carol].map((client) => client.count("chat ended")), [1, 1, 0]);
    assertEquals(rig.server.load, { clients: 0, chats: 0, pendingLogins: 3, unconnected: 0 });
    await rig.server.close();
    await logOffAll(alice, bob, carol);
  });
});

Deno.test("a CONNECT that arrives while the server closes is turned away; close() does not wait for it", async () => {
  for (let turn = 0; turn < 12; turn++) {
    await withServer(async (rig) => {
      const { keys, cookie } = await logIn(rig, ALICE);
      using alice = await RawClient.open(rig);
      alice.useKeys(keys);
      await eventually("the newcomer", () => rig.server.load.unconnected === 1);
      const write = alice.write(keys.keyId, alice.seal(plain({ type: "CONNECT", cookie })));
      // Ever deeper into what the server does about it.
      if (turn % 2 === 0) await write;
      for (let i = 0; i < turn; i++) await Promise.resolve();
      const ended = alice.ended();
      await rig.server.close();
      alice[Symbol.dispose]();
      await ended;
      assertEquals(rig.server.load.clients, 0);
    });
  }
});

Deno.test("close() gives up on a client that does not take its leave", async () => {
  await withServer(async (rig) => {
    using alice = await RawClient.connected(rig, ALICE);
    await rig.server.close();
    assertEquals(await alice.frame(), { type: "CLOSING", reason: "shutting_down" });
    assertEquals(await alice.frame(), undefined);
  });
});

Deno.test("close() leaves nothing of a connection that has just broken the protocol", async () => {
  await withServer(async (rig) => {
    using alice = await RawClient.connected(rig, ALICE);
    await alice.write(new Uint8Array(100));
    await rig.note("dropped");
    await rig.server.close();
  });
});

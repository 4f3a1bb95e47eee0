/** The rates of hosts and clients over real sockets: what the honest see, and what others do not. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { LogOnError } from "../../lib/client/mod.ts";
import { type ClientId, type Frame, parseClientId, textFromString } from "../../lib/codec/mod.ts";
import { loopbackAddress, manyAddresses } from "../attackers/addresses.ts";
import { randomBytes, RawClient, RawLogin, RawUdp } from "./raw_client.ts";
import { ALICE, BOB, chatting, TestClient, whileOthersChat, withServer } from "./rig.ts";
import { within } from "./waiting.ts";

const PAUSES = "pauses for clients that send too fast";
const CROWD = 1_000;

Deno.test(`${CROWD} log-ons at once from one address succeed, and nothing is told but that`, async () => {
  await withServer(async (rig) => {
    const ids = Array.from({ length: CROWD }, (_, i): ClientId => parseClientId(`user-${i}`));
    const clients = ids.map((clientId) => new TestClient(rig, clientId));
    await Promise.all(clients.map(({ client }) => client.logOn()));
    assertEquals(rig.server.load.clients, CROWD);
    const told = new Set(rig.notes.all.map(({ type }) => type));
    assertEquals(told, new Set(["log-on accepted", "connected"]));
    await Promise.all(clients.map(({ client }) => client.logOff()));
  });
});

/** What becomes of a guess at the secret of `clientId`. */
async function guess(udp: RawUdp, clientId: ClientId): Promise<string> {
  const login = new RawLogin(clientId, randomBytes(16));
  const reply = await udp.ask(login.response(await udp.challenge(login)));
  return reply.type === "AUTH_FAIL" ? reply.reason : reply.type;
}

Deno.test({
  name: "who guesses is slowed down with everybody at that address, who are told; others are not" +
    (manyAddresses ? "" : " (skipped: there is no second loopback address)"),
  ignore: !manyAddresses,
  fn: async () => {
    const refusedLogOns = { perSecond: 1e-6, burst: 20, remembered: 100 };
    await withServer(async (rig) => {
      await whileOthersChat(rig, async () => {
        using guesser = new RawUdp(rig.server.udpAddress);
        const seen: string[] = [];
        for (let i = 0; i < 60; i++) {
          seen.push(await guess(guesser, i % 2 === 0 ? ALICE : parseClientId("unknown")));
        }
        assertEquals(seen, [...Array(20).fill("refused"), ...Array(40).fill("try_later")]);
        const neighbour = new TestClient(rig, BOB);
        const error = await assertRejects(() => neighbour.client.logOn(), LogOnError);
        const { host, port } = rig.server.udpAddress;
        assertEquals([error.why, error.message], [
          "try later",
          `${host}:${port} asks to try again later: too many log-ons from this address were refused`,
        ]);
        using elsewhere = new RawUdp(rig.server.udpAddress, loopbackAddress(0));
        const login = new RawLogin(ALICE);
        const reply = await elsewhere.ask(login.response(await elsewhere.challenge(login)));
        assertEquals(reply.type, "AUTH_SUCCESS");
      });
      const refused = rig.notes.all.filter(({ type }) => type === "log-on refused").length;
      // Up to twice as many where a minute of the server's clock ended in between.
      assert(refused >= 10 && refused <= 20);
    }, { limits: { refusedLogOns } });
  },
});

Deno.test("datagrams beyond a host's rate are dropped and counted, and told once", async () => {
  const limits = {
    datagrams: { perSecond: 1e-6, burst: 30, remembered: 100 },
    spareDatagrams: { perSecond: 1e-6, burst: 10 },
  };
  await withServer(async (rig) => {
    using udp = new RawUdp(rig.server.udpAddress);
    for (let i = 0; i < 40; i++) await udp.ask(new RawLogin(ALICE).hello);
    for (let i = 0; i < 50; i++) await udp.send(new RawLogin(ALICE).hello);
    await rig.assertDropped("datagrams beyond a host's share", 50);
  }, { limits });
});

Deno.test("a client faster than its rate is slowed down: all arrives in order, and others do not wait", async () => {
  const messages = { perSecond: 2_000, burst: 100 };
  await withServer(async (rig) => {
    await whileOthersChat(rig, async () => {
      const [alice, bob] = await chatting(rig, ALICE, BOB);
      const texts = Array.from({ length: 2_000 }, (_, i) => `message ${i}`);
      for (const text of texts) {
        if (alice.client.unconfirmed >= 1_024) await alice.client.room();
        void alice.client.send(text);
      }
      await alice.client.confirmed();
      for (const text of texts) assertEquals(await bob.text(), text);
      assert(rig.server.dropped(PAUSES) > 0);
      await Promise.all([alice.client.logOff(), bob.client.logOff()]);
    });
    const told = rig.notes.all.filter(({ type }) => type === "dropped");
    assertEquals(told.slice(0, 1), [{ type: "dropped", what: PAUSES, count: 1 }]);
    assert(told.length <= 2);
  }, { limits: { messages } });
});

function pings(count: number): Frame[] {
  return Array.from({ length: count }, (_, token): Frame => ({ type: "PING", token }));
}

Deno.test("what a client sent too fast is taken to its end, also when it has ended its direction", async () => {
  await withServer(async (rig) => {
    using alice = await RawClient.connected(rig, ALICE);
    await alice.send(...pings(40));
    await alice.closeWrite();
    for (const { token } of pings(40) as { token: number }[]) {
      assertEquals((await alice.next("PONG")).token, token);
    }
    assertEquals(await alice.frame(), undefined);
  }, { limits: { messages: { perSecond: 100, burst: 4 } } });
});

Deno.test("a client that is slowed down for long is not taken for dead", async () => {
  const keepalive = { pingAfter: 100, deadAfter: 1_000 };
  await withServer(async (rig) => {
    using alice = await RawClient.connected(rig, ALICE);
    await alice.send(...pings(64));
    for (let i = 0; i < 64; i++) await alice.next("PONG");
  }, { limits: { messages: { perSecond: 40, burst: 4 }, keepalive, tick: 50 } });
});

Deno.test("nor is one that says so much at once that it is slowed down for long", async () => {
  const keepalive = { pingAfter: 100, deadAfter: 1_000 };
  await withServer(async (rig) => {
    using bob = await RawClient.connected(rig, BOB);
    using alice = await RawClient.connected(rig, ALICE);
    await alice.send({ type: "CHAT_REQUEST", clientId: BOB });
    const { sessionId } = await alice.next("CHAT_STARTED");
    const chats = Array.from({ length: 128 }, (_, i): Frame => {
      return { type: "CHAT", sessionId, number: i + 1, text: textFromString("x") };
    });
    await alice.send(...chats.slice(0, 64));
    await alice.send(...chats.slice(64));
    for (let number = 1; number <= 128; number++) {
      assertEquals((await bob.next("CHAT")).number, number);
      await bob.send({ type: "PING", token: 0 });
    }
  }, { limits: { messages: { perSecond: 50, burst: 4 }, keepalive, tick: 50 } });
});

Deno.test("a server that stops does not wait for a client that it has slowed down", async () => {
  await withServer(async (rig) => {
    using alice = await RawClient.connected(rig, ALICE);
    await alice.send(...pings(1_000));
    for (let i = 0; i < 4; i++) await alice.next("PONG");
    assertEquals(rig.server.dropped(PAUSES), 1);
    const closed = within("the server's end", rig.server.close());
    assertEquals((await alice.next("CLOSING")).reason, "shutting_down");
    await alice.closeWrite();
    await alice.ended();
    await closed;
  }, { limits: { messages: { perSecond: 1e-6, burst: 4 } } });
});

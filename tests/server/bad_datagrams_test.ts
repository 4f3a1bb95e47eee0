import { assert, assertEquals } from "@std/assert";
import {
  type Challenge,
  type Datagram,
  decodeDatagram,
  encodeDatagram,
  parseClientId,
} from "../../lib/codec/mod.ts";
import { flip, logIn, randomBytes, RawLogin, RawUdp } from "./raw_client.ts";
import { ALICE, ANY_DATAGRAMS, loggedOn, whileOthersChat, withServer } from "./rig.ts";
import { eventually } from "./waiting.ts";

const DAMAGED = "datagrams that are not Parley's or are damaged";

function typeOf(bytes: Uint8Array): Datagram["type"] {
  return decodeDatagram(bytes).type;
}

Deno.test("garbage, truncated and oversized datagrams are met with silence, and counted", async () => {
  await withServer(async (rig) => {
    const good = encodeDatagram(new RawLogin(ALICE).hello);
    const bad = [
      new Uint8Array(0),
      Uint8Array.of(0),
      new Uint8Array(512),
      randomBytes(128),
      randomBytes(513),
      randomBytes(8_000),
      new Uint8Array([...good, 0]),
      flip(good, 0),
      flip(good, 4),
      flip(good, 5, 5),
      flip(good, -1),
      flip(good, 55, 7),
      ...Array.from({ length: 8 }, (_, i) => good.subarray(0, 16 * i)),
    ];
    await whileOthersChat(rig, async () => {
      using udp = new RawUdp(rig.server.udpAddress);
      for (const bytes of bad) await udp.send(bytes);
      await udp.send(good);
      assertEquals(typeOf(await udp.receive()), "CHALLENGE");
    });
    await rig.assertDropped(DAMAGED, bad.length);
  });
});

Deno.test("datagrams that only a server sends are met with silence", async () => {
  await withServer(async (rig) => {
    using udp = new RawUdp(rig.server.udpAddress);
    const login = new RawLogin(ALICE);
    const { nc } = login.hello;
    await udp.send({ type: "AUTH_FAIL", nc, reason: "refused" });
    await udp.send({ type: "AUTH_SUCCESS", nc, sealed: randomBytes(34) });
    await udp.send({ type: "CHALLENGE", nc, rand: randomBytes(32), serverKey: randomBytes(32) });
    assertEquals((await udp.ask(login.hello)).type, "CHALLENGE");
  });
});

Deno.test("a repeated HELLO and RESPONSE get the byte-identical reply, and one place at TCP", async () => {
  await withServer(async (rig) => {
    using udp = new RawUdp(rig.server.udpAddress);
    const login = new RawLogin(ALICE);
    await udp.send(login.hello);
    const challenge = await udp.receive();
    await udp.send(login.hello);
    assertEquals(await udp.receive(), challenge);
    const decoded = decodeDatagram(challenge) as Challenge;
    await udp.send(login.response(decoded));
    const success = await udp.receive();
    assertEquals(typeOf(success), "AUTH_SUCCESS");
    await udp.send(login.response(decoded));
    assertEquals(await udp.receive(), success);
    assertEquals(rig.notes.all.map(({ type }) => type), ["log-on accepted"]);
  });
});

Deno.test("a RESPONSE replayed from another address gets no reply", async () => {
  await withServer(async (rig) => {
    using udp = new RawUdp(rig.server.udpAddress);
    using other = new RawUdp(rig.server.udpAddress);
    const login = new RawLogin(ALICE);
    const challenge = await udp.challenge(login);
    await other.send(login.response(challenge));
    assertEquals((await other.ask(new RawLogin(ALICE).hello)).type, "CHALLENGE");
    assertEquals((await udp.ask(login.response(challenge))).type, "AUTH_SUCCESS");
  });
});

for (
  const [who, login] of [
    ["a wrong RES", new RawLogin(ALICE, randomBytes(8))],
    ["an unknown client-ID", new RawLogin(parseClientId("unknown"))],
  ] as const
) {
  Deno.test(`${who} gets a CHALLENGE, then AUTH_FAIL, and the challenge is spent`, async () => {
    await withServer(async (rig) => {
      await whileOthersChat(rig, async () => {
        using udp = new RawUdp(rig.server.udpAddress);
        const challenge = await udp.challenge(login);
        const { nc } = login.hello;
        assertEquals(await udp.ask(login.response(challenge)), {
          type: "AUTH_FAIL",
          nc,
          reason: "refused",
        });
        const right = { ...login.response(challenge), res: randomBytes(32) };
        assertEquals(await udp.ask(right), { type: "AUTH_FAIL", nc, reason: "refused" });
      });
      const refused = rig.notes.all.filter(({ type }) => type === "log-on refused");
      assertEquals(refused.length, 1);
    });
  });
}

Deno.test("nobody else's HELLO or wrong RESPONSE disturbs a login or a live connection", async () => {
  await withServer(async (rig) => {
    await using alice = await loggedOn(rig, ALICE);
    using udp = new RawUdp(rig.server.udpAddress);
    using attacker = new RawUdp(rig.server.udpAddress);
    const login = new RawLogin(ALICE);
    const challenge = await udp.challenge(login);
    for (let i = 0; i < 20; i++) {
      const fake = new RawLogin(ALICE, randomBytes(8));
      const other = await attacker.challenge(fake);
      assertEquals((await attacker.ask(fake.response(other))).type, "AUTH_FAIL");
    }
    assertEquals((await udp.ask(login.response(challenge))).type, "AUTH_SUCCESS");
    assertEquals(alice.client.state, "Connected");
  });
});

Deno.test("refused log-ons are told one by one at first, then only counted", async () => {
  await withServer(async (rig) => {
    using udp = new RawUdp(rig.server.udpAddress);
    for (let i = 0; i < 50; i++) {
      const login = new RawLogin(ALICE, randomBytes(8));
      const challenge = await udp.challenge(login);
      assertEquals((await udp.ask(login.response(challenge))).type, "AUTH_FAIL");
    }
    const refused = rig.notes.all.filter(({ type }) => type === "log-on refused").length;
    // Up to twice as many where a minute of the server's clock ended in between.
    assert(refused >= 10 && refused <= 20);
    assertEquals(rig.server.dropped("further log-ons that were refused"), 50 - refused);
    assert(rig.notes.all.length <= refused + 1);
  });
});

Deno.test("a flood of HELLOs fills half of the table and no more; logins work all the same", async () => {
  await withServer(async (rig) => {
    await whileOthersChat(rig, async () => {
      using udp = new RawUdp(rig.server.udpAddress);
      for (let i = 0; i < 200; i++) await udp.ask(new RawLogin(ALICE).hello);
      assertEquals(rig.server.load.pendingLogins, 16);
      await logIn(rig, ALICE);
    });
    assert(rig.server.load.pendingLogins <= 32);
  }, { limits: { maxPendingLogins: 32, ...ANY_DATAGRAMS } });
});

Deno.test("logins that were begun and left are forgotten in time", async () => {
  await withServer(async (rig) => {
    using udp = new RawUdp(rig.server.udpAddress);
    for (let i = 0; i < 20; i++) await udp.ask(new RawLogin(ALICE).hello);
    await eventually("the last login to be forgotten", () => rig.server.load.pendingLogins === 0);
  }, { limits: { epochLifetime: 20, tick: 10 } });
});

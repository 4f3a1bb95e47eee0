import { assertEquals } from "@std/assert";
import {
  type Challenge,
  type Datagram,
  datagramHeader,
  encodeAdmission,
  encodeDatagram,
  type Hello,
  KEY_ID_LENGTH,
} from "../../lib/codec/mod.ts";
import { a8, deriveKeys, Sealer, x25519, x25519PublicKey } from "../../lib/crypto/mod.ts";
import { TcpListener } from "../../lib/transport/mod.ts";
import { FakeServer } from "../client/fake_server.ts";
import { toHex } from "../hex.ts";
import { randomBytes, RawUdp } from "../server/raw_client.ts";
import { ALICE, secretOf, TestClient, withServer } from "../server/rig.ts";
import { Inbox } from "../server/waiting.ts";

Deno.test("a CHALLENGE that comes a second time repeats RES, but no key, key-id or sealed byte", async () => {
  // The worst case: whoever replays it knows K_A and the ephemeral key that belongs to it.
  const serverSecret = randomBytes(32);
  const rand = randomBytes(32);
  const cookie = randomBytes(16);
  const starts = new Inbox<Uint8Array>();
  const listener = new TcpListener("127.0.0.1", 0);
  const accepting = listener.acceptAll(async (link) => {
    while (link.unread < KEY_ID_LENGTH + 37 && await link.read());
    starts.put(link.takeClear(KEY_ID_LENGTH + 37)!);
    link.close();
  });
  const used: Record<"RES" | "key" | "key-id" | "CONNECT", string[]> = {
    RES: [],
    key: [],
    "key-id": [],
    CONNECT: [],
  };
  let hello: Hello;
  let challenge: Challenge;
  const play = (datagram: Datagram, reply: (datagram: Datagram) => void): boolean => {
    const { nc } = datagram;
    if (datagram.type === "HELLO") {
      hello = datagram;
      challenge = { type: "CHALLENGE", nc, rand, serverKey: x25519PublicKey(serverSecret) };
      reply(challenge);
    } else if (datagram.type === "RESPONSE") {
      const dh = x25519(serverSecret, hello.clientKey)!;
      const ck = a8(rand, secretOf(ALICE)!);
      const keys = deriveKeys(encodeDatagram(hello), encodeDatagram(challenge), ck, dh);
      used.RES.push(toHex(datagram.res));
      used.key.push(toHex(keys.clientToServer.key), toHex(keys.serverToClient.key));
      const header = datagramHeader({ type: "AUTH_SUCCESS", nc });
      const admission = encodeAdmission({ cookie, port: listener.local.port });
      const sealed = new Sealer(keys.authSuccess).seal(header, admission);
      reply({ type: "AUTH_SUCCESS", nc, sealed });
    }
    return false;
  };
  await using server = new FakeServer({ instead: play });
  const times = 5;
  for (let i = 0; i < times; i++) {
    const alice = new TestClient(server.address, ALICE);
    const loggingOn = alice.client.logOn().catch(() => {});
    const start = await starts.take("key-id and CONNECT", () => true);
    used["key-id"].push(toHex(start.subarray(0, KEY_ID_LENGTH)));
    used.CONNECT.push(toHex(start.subarray(KEY_ID_LENGTH + 2)));
    await loggingOn;
  }
  listener.close();
  await accepting;
  assertEquals(new Set(used.RES).size, 1);
  assertEquals(new Set(used.key).size, 2 * times);
  assertEquals(new Set(used["key-id"]).size, times);
  // The same cookie under the same count: the bytes differ because the keys do.
  assertEquals(new Set(used.CONNECT).size, times);
});

Deno.test("a login recorded at the real server cannot be played to it again", async () => {
  const recorded: Datagram[] = [];
  await withServer(async (rig) => {
    const { client } = new TestClient(rig, ALICE, {
      onTrace: (direction, message) => {
        if (direction === "sent" && "nc" in message) recorded.push(message);
      },
    });
    await client.logOn();
    await client.logOff();
    assertEquals(recorded.map(({ type }) => type), ["HELLO", "RESPONSE"]);
    using udp = new RawUdp(rig.server.udpAddress);
    // From elsewhere it is another login: a new challenge, which the old RES does not answer.
    assertEquals((await udp.ask(recorded[0]!)).type, "CHALLENGE");
    await udp.send(recorded[1]!);
    const [hello] = recorded;
    const fence: Datagram = { ...hello as Hello, nc: randomBytes(16) };
    assertEquals((await udp.ask(fence)).nc, fence.nc);
    const accepted = rig.notes.all.filter(({ type }) => type === "log-on accepted");
    assertEquals(accepted.length, 1);
  });
});

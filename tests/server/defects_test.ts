/** A defect of the server costs what ran into it, and nothing and nobody else. */

import { assertEquals, assertFalse, assertMatch } from "@std/assert";
import { MemoryHistory } from "../../lib/history/mod.ts";
import { ChatServer, type ServerNote } from "../../lib/server/mod.ts";
import { ALICE, BOB, CAROL, loggedOn, secretOf, startChat } from "./rig.ts";
import { RawLogin, RawUdp } from "./raw_client.ts";
import { Inbox } from "./waiting.ts";

const SECRET = "a secret that nobody is to read";

Deno.test("a defect met by one datagram is told, and all others log on and chat", async () => {
  const notes = new Inbox<ServerNote>();
  await using server = await ChatServer.start({
    host: "127.0.0.1",
    udpPort: 0,
    tcpPort: 0,
    history: new MemoryHistory(),
    subscribers: {
      secretOf: (clientId) => {
        if (clientId === CAROL) throw new RangeError(`made for ${SECRET}`);
        return secretOf(clientId);
      },
    },
    observer: { note: (note) => notes.put(note) },
  });
  using udp = new RawUdp(server.udpAddress);
  await udp.send(new RawLogin(CAROL).hello);
  const note = await notes.take("a defect", ({ type }) => type === "internal error");
  // An error may quote what it stumbled over, so only its kind and place are told.
  assertMatch(JSON.stringify(note), /"RangeError\\n +at .*secretOf .*defects_test\.ts:\d+:\d+/);
  assertFalse(JSON.stringify(note).includes(SECRET));

  const [alice, bob] = await Promise.all([
    loggedOn(server.udpAddress, ALICE),
    loggedOn(server.udpAddress, BOB),
  ]);
  await using _alice = alice;
  await using _bob = bob;
  await startChat(alice, bob);
  await alice.client.send("hello");
  assertEquals(await bob.text(), "hello");
});

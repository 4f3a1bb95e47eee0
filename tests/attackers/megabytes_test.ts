import { assert, assertEquals, assertThrows } from "@std/assert";
import { Server } from "../../tools/stage/mod.ts";
import { CodecError, textFromString } from "../../lib/codec/mod.ts";
import { chatting as programsChatting, client, Folder, typeAll } from "../programs/fixtures.ts";
import { concatBytes, hex } from "../hex.ts";
import { plain, randomBytes, RawClient } from "../server/raw_client.ts";
import { ALICE, BOB, chatting, loggedOn, whileOthersChat, withServer } from "../server/rig.ts";

const MEGABYTE = 1024 * 1024;
const DAMAGED = "connections with damaged records";

Deno.test("a line of a megabyte that is typed is refused in plain words, and no other line is lost", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  await using alice = client("alice", server);
  await using bob = client("bob", server);
  await programsChatting(alice, bob, "bob");
  await typeAll(alice, "before", "x".repeat(MEGABYTE), "é".repeat(MEGABYTE / 2), "after");
  await alice.endInput();
  for (const text of ["before", "after"]) await bob.screen.expect(`alice: ${text}`);
  assertEquals(await alice.exit(), 1);
  const cut = MEGABYTE - 65_536;
  const refusal = [
    `A line was too long: its last ${cut} bytes, after the first 65536, are left out.`,
    "Not sent: a message has at most 4096 bytes, this one 65536.",
  ];
  assertEquals(alice.screen.rest, [...refusal, ...refusal, "Chat ended with bob", "Logged off"]);
});

Deno.test("send() refuses a megabyte, and what is sent before and after arrives", async () => {
  await withServer(async (rig) => {
    const [alice, bob] = await chatting(rig);
    const before = alice.client.send("before");
    assertThrows(() => alice.client.send("x".repeat(MEGABYTE)), CodecError);
    await Promise.all([before, alice.client.send("after")]);
    assertEquals([await bob.text(), await bob.text()], ["before", "after"]);
    for (const { client } of [alice, bob]) await client.logOff();
  });
});

/** What a client that keeps to no rule sends of a megabyte. */
const FLOODS: readonly (readonly [name: string, make: (client: RawClient) => Uint8Array])[] = [
  ["as one record", () => concatBytes(hex("ffff"), randomBytes(MEGABYTE))],
  ["as a record that is too long, and not to its end", () => concatBytes(hex("ffff 00"))],
  ["of zeros", () => new Uint8Array(MEGABYTE)],
  [
    "as a CHAT that is longer than a text may be, in a good record",
    (client) => {
      const [header, body] = [hex("0d 300c"), new Uint8Array(12_300).fill(1)];
      return concatBytes(client.seal(concatBytes(header, body)), randomBytes(MEGABYTE));
    },
  ],
];

for (const [name, make] of FLOODS) {
  Deno.test(`a megabyte that is sent ${name} ends the connection, and nothing before it is lost`, async () => {
    await withServer(async (rig) => {
      await whileOthersChat(rig, async () => {
        const bob = await loggedOn(rig, BOB);
        using alice = await RawClient.connected(rig, ALICE);
        await alice.send({ type: "CHAT_REQUEST", clientId: BOB });
        const { sessionId } = await alice.next("CHAT_STARTED");
        const text = textFromString("before");
        const chat = alice.seal(plain({ type: "CHAT", sessionId, number: 1, text }));
        await alice.write(chat, make(alice)).catch(() => {});
        await bob.notice("chat ended");
        await alice.ended();
        assertEquals(await bob.text(), "before");
        assertEquals(bob.count("message"), 1);
        await bob.client.logOff();
      });
      await rig.assertDropped(DAMAGED, 1);
      assert(rig.server.load.clients === 0);
    });
  });
}

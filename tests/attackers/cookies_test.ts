import { assert, assertEquals } from "@std/assert";
import type { ServerNote } from "../../lib/server/mod.ts";
import { concatBytes } from "../hex.ts";
import { type Admitted, logIn, plain, RawClient } from "../server/raw_client.ts";
import {
  ALICE,
  BOB,
  CAROL,
  loggedOn,
  TestClient,
  type TestServer,
  withServer,
} from "../server/rig.ts";
import { eventually } from "../server/waiting.ts";
import { manyAddresses } from "./addresses.ts";
import { Middle, passOn } from "./middle.ts";

/** CONNECTED, sealed: all that a thief is ever sent. */
const CONNECTED_LENGTH = 21;

/** Opens a connection with the keys of one login and any cookie; whether it was CONNECTED. */
async function connects(
  rig: TestServer,
  { keys }: Admitted,
  cookie: Uint8Array,
): Promise<boolean> {
  using client = await RawClient.open(rig);
  client.useKeys(keys);
  await client.write(keys.keyId, client.seal(plain({ type: "CONNECT", cookie })));
  return (await client.frame())?.type === "CONNECTED";
}

function isAlice(note: ServerNote): boolean {
  return note.type === "connected" && note.clientId === ALICE;
}

Deno.test("the cookie of another login connects nobody, of another client or of the same", async () => {
  await withServer(async (rig) => {
    const [alice, carol] = [await logIn(rig, ALICE), await logIn(rig, CAROL)];
    const again = await logIn(rig, CAROL);
    assertEquals(await connects(rig, carol, alice.cookie), false);
    assertEquals(await connects(rig, carol, again.cookie), false);
    assertEquals(await connects(rig, again, carol.cookie), false);
    // None of it used a cookie up; each is good once.
    for (const login of [alice, carol, again]) {
      assertEquals(await connects(rig, login, login.cookie), true);
      assertEquals(await connects(rig, login, login.cookie), false);
    }
  });
});

Deno.test("of two connections that show the same cookie at once, one is connected", async () => {
  await withServer(async (rig) => {
    const login = await logIn(rig, ALICE);
    const both = await Promise.all([1, 2, 3, 4].map(() => connects(rig, login, login.cookie)));
    assertEquals(both.filter((connected) => connected).length, 1);
  });
});

Deno.test({
  name:
    "a captured opening that comes first takes the place, reads and says nothing, and is ousted" +
    (manyAddresses ? "" : " (skipped: this needs 127.0.0.2 and others)"),
  ignore: !manyAddresses,
  fn: () =>
    withServer(async (rig) => {
      const bob = await loggedOn(rig, BOB);
      const opening: Uint8Array[] = [];
      const theft = Promise.withResolvers<RawClient>();
      let stolen = false;
      await using middle = new Middle(rig.server, {
        part: async (stream, from, part) => {
          if (from === "client" && opening.length < 2) opening.push(part);
          if (opening.length === 2 && !stolen) {
            stolen = true;
            const thief = await RawClient.open(rig);
            await thief.write(...opening);
            while (!rig.notes.all.some(isAlice)) await rig.note("connected");
            theft.resolve(thief);
            await stream.write("server", ...opening);
          } else if (stolen) {
            await passOn(stream, from, part);
          }
        },
      });
      // Whoever stands in the way can always prevent a log-on; it is not taken for one.
      const robbed = new TestClient(middle.address, ALICE);
      const error = await robbed.client.logOn().catch((error) => error);
      assertEquals(error.why, "connection failed");
      const thief = await theft.promise;
      // Somebody may call the thief, who cannot tell.
      assertEquals(await bob.client.chat(ALICE), true);
      await bob.client.send("are you there?");

      const alice = await loggedOn(rig, ALICE);
      await bob.notice("chat ended");
      await thief.ended();
      const read = concatBytes(...thief.read);
      assert(read.length > CONNECTED_LENGTH);
      assert(!new TextDecoder("latin1").decode(read).includes("are you there?"));
      assertEquals(
        rig.traced.all.filter(({ direction, peer, message }) =>
          direction === "received" && peer === ALICE && message.type !== "HELLO" &&
          message.type !== "RESPONSE" && message.type !== "CONNECT"
        ),
        [],
      );
      // The honest client finds in the history what it was told meanwhile.
      const told: string[] = [];
      await alice.client.history(BOB, ({ text }) => told.push(new TextDecoder().decode(text)));
      assertEquals(told, ["are you there?"]);
      thief[Symbol.dispose]();
      for (const { client } of [alice, bob]) await client.logOff();
    }),
});

Deno.test("a captured opening that comes second, or from a thief who says more, ends in nothing", async () => {
  await withServer(async (rig) => {
    const login = await logIn(rig, ALICE);
    const honest = await RawClient.connectedAs(rig, login);
    const [opening] = honest.written;
    for (const more of [new Uint8Array(0), opening!]) {
      using thief = await RawClient.open(rig);
      await thief.write(opening!, more).catch(() => {});
      await thief.ended();
      assertEquals(thief.read, []);
    }
    await honest.send({ type: "PING", token: 9 });
    assertEquals(await honest.frame(), { type: "PONG", token: 9 });
    honest[Symbol.dispose]();
    await eventually("alice to be gone", () => rig.server.load.clients === 0);
  });
});

import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { logIn, plain, RawClient } from "../server/raw_client.ts";
import { ALICE, BOB, loggedOn, whileOthersChat, withServer } from "../server/rig.ts";
import { concatBytes } from "../hex.ts";

const NOT_CONNECTED = "connections that did not CONNECT";

/** Writes one byte after the other, with time in between, until the server has had enough. */
async function drip(client: RawClient, bytes: Uint8Array, pause: number): Promise<number> {
  let ended = false;
  const ending = client.ended().then(() => ended = true);
  let written = 0;
  while (!ended && written < bytes.length) {
    await client.write(bytes.subarray(written, ++written)).catch(() => {});
    await delay(pause);
  }
  await ending;
  return written;
}

Deno.test("an opening that comes in drips is cut at the deadline, however good its bytes are", async () => {
  await withServer(async (rig) => {
    await whileOthersChat(rig, async () => {
      const { keys, cookie } = await logIn(rig, ALICE);
      using slow = await RawClient.open(rig);
      slow.useKeys(keys);
      const opening = concatBytes(keys.keyId, slow.seal(plain({ type: "CONNECT", cookie })));
      assert(await drip(slow, opening, 50) < opening.length);
      assertEquals(slow.read, []);
      // It has used nothing up.
      using good = await RawClient.open(rig);
      good.useKeys(keys);
      await good.write(opening);
      await good.next("CONNECTED");
    });
    await rig.assertDropped(NOT_CONNECTED, 1);
  }, { limits: { connectTimeout: 500, tick: 20 } });
});

Deno.test("a client that drips a record that never ends is silent, and is given up", async () => {
  await withServer(async (rig) => {
    const bob = await loggedOn(rig, BOB);
    using alice = await RawClient.connected(rig, ALICE);
    await alice.send({ type: "CHAT_REQUEST", clientId: BOB });
    await alice.next("CHAT_STARTED");
    const record = alice.seal(new Uint8Array(10_000));
    assert(await drip(alice, record, 20) < record.length);
    assertEquals((await rig.note("disconnected")).why, "silent");
    await bob.notice("chat ended");
    await bob.client.logOff();
  }, { limits: { keepalive: { pingAfter: 200, deadAfter: 600 }, tick: 20 } });
});

import { assert, assertEquals } from "@std/assert";
import { parseClientId } from "../../lib/codec/mod.ts";
import { loggedOn, startChat, withServer } from "../server/rig.ts";
import { LossyRelay } from "./lossy_relay.ts";

const BAD = { loss: 0.3, duplication: 0.3, delay: 10 };

/**
 * A try succeeds when it and its reply get through: 0.7 × 0.7 = 0.49. A login fails when one of its
 * two exchanges fails 50 times in a row: 2 × 0.51^50 < 5e-15; any of 20 logins: below 1e-13.
 * (Doubling helps, and delays only make replies late: what is repeated gets the same reply.)
 */
const PATIENT = { limits: { firstRetry: 5, maxRetry: 12, tries: 50 } };

for (const seed of [1, 2]) {
  Deno.test(`ten logins through 30 % loss, doubling and reordering (seed ${seed})`, async () => {
    await withServer(async (rig) => {
      await using relay = new LossyRelay(rig.server.udpAddress, BAD, seed);
      const ids = Array.from({ length: 10 }, (_, i) => parseClientId(`client-${i}`));
      const clients = await Promise.all(ids.map((id) => loggedOn(relay.address, id, PATIENT)));
      assertEquals(rig.server.load.clients, 10);
      const { lost, doubled, passed } = relay.count;
      assert(lost > 0 && doubled > 0 && passed >= 40);
      const accepted = rig.notes.all.filter(({ type }) => type === "log-on accepted");
      assertEquals(accepted.length, 10);
      await startChat(clients[0]!, clients[1]!);
      await clients[0]!.client.send("through");
      assertEquals(await clients[1]!.text(), "through");
      await Promise.all(clients.map(({ client }) => client.logOff()));
    });
  });
}

Deno.test("a login under load, with stateless challenges, through the same network", async () => {
  await withServer(async (rig) => {
    await using relay = new LossyRelay(rig.server.udpAddress, BAD, 3);
    const clients = [];
    for (let i = 0; i < 6; i++) {
      clients.push(await loggedOn(relay.address, parseClientId(`client-${i}`), PATIENT));
    }
    assert(rig.server.load.pendingLogins <= 8);
    await Promise.all(clients.map(({ client }) => client.logOff()));
  }, { limits: { maxPendingLogins: 8 } });
});

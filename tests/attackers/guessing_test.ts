import { assertEquals } from "@std/assert";
import { parseClientId, type Response } from "../../lib/codec/mod.ts";
import { randomBytes, RawLogin, RawUdp } from "../server/raw_client.ts";
import {
  ALICE,
  ANY_DATAGRAMS,
  ANY_REFUSALS,
  loggedOn,
  whileOthersChat,
  withServer,
} from "../server/rig.ts";

const GUESSES = 500;

for (const [when, maxPendingLogins] of [["at rest", 8_192], ["under load", 6]] as const) {
  Deno.test(`${GUESSES} guesses at RES let nobody in, ${when}, and nobody is disturbed`, async () => {
    await withServer(async (rig) => {
      await using alice = await loggedOn(rig, ALICE);
      // With those who chat there are three logins: half of a table of six.
      await whileOthersChat(rig, async () => {
        using udp = new RawUdp(rig.server.udpAddress);
        const login = new RawLogin(ALICE, randomBytes(16));
        const challenge = await udp.challenge(login);
        const { nc } = login.hello;
        const guess = (): Response => ({ ...login.response(challenge), res: randomBytes(32) });
        for (let i = 0; i < GUESSES; i++) {
          assertEquals(await udp.ask(guess()), { type: "AUTH_FAIL", nc, reason: "refused" });
        }
        // Whoever has guessed once has lost the challenge, where there is one to lose.
        const right = new RawLogin(ALICE);
        const kept = await udp.challenge(right);
        const wrong = { ...right.response(kept), res: randomBytes(32) };
        assertEquals((await udp.ask(wrong)).type, "AUTH_FAIL");
        const after = await udp.ask(right.response(kept));
        assertEquals(after.type, when === "at rest" ? "AUTH_FAIL" : "AUTH_SUCCESS");
      });
      assertEquals(alice.client.state, "Connected");
    }, { limits: { maxPendingLogins, ...ANY_DATAGRAMS, ...ANY_REFUSALS } });
  });
}

Deno.test("guesses without a challenge, or at somebody else's, get no reply and spend nothing", async () => {
  await withServer(async (rig) => {
    using victim = new RawUdp(rig.server.udpAddress);
    using attacker = new RawUdp(rig.server.udpAddress);
    const login = new RawLogin(ALICE);
    const challenge = await victim.challenge(login);
    for (let i = 0; i < GUESSES; i++) {
      const seen = login.response(challenge);
      await attacker.send({ ...seen, res: randomBytes(32) });
      await attacker.send({ ...seen, nc: randomBytes(16), rand: randomBytes(32) });
      if (i % 50 === 0) {
        const fence = new RawLogin(parseClientId("unknown")).hello;
        assertEquals((await attacker.ask(fence)).nc, fence.nc);
      }
    }
    assertEquals((await victim.ask(login.response(challenge))).type, "AUTH_SUCCESS");
  });
});

/** How often a host may ask: its datagrams, and the log-ons that are refused to it. */

import { assertEquals } from "@std/assert";
import type { Datagram } from "../../../lib/codec/mod.ts";
import { ALICE, BOB, NOBODY } from "../fixtures.ts";
import { ADDRESS, LoginRig, responseTo, wrongResponseTo } from "../login_rig.ts";

const HOST = "192.0.2.1";
const ELSEWHERE = "192.0.2.9:50000";
/** At rest, and with a table that is half full. */
const CROWDS = [0, 4] as const;

function rigWith(crowd: number, burst = 3): LoginRig {
  const refusedLogOns = { perSecond: 1, burst, remembered: 100 };
  const rig = new LoginRig({ maxPendingLogins: 8, refusedLogOns });
  rig.crowd(crowd);
  return rig;
}

/** What becomes of a log-on with the right RES, or with a wrong one. */
function logOn(rig: LoginRig, right: boolean, address = ADDRESS, clientId = ALICE): string {
  const hello = rig.hello(clientId);
  const challenge = rig.challenge(hello, address);
  const response = right ? responseTo(hello, challenge) : wrongResponseTo(hello, challenge);
  return outcome(rig.reply(response, address));
}

function outcome(reply: Datagram | undefined): string {
  return reply?.type === "AUTH_FAIL" ? reply.reason : reply?.type ?? "silence";
}

Deno.test("a host has so many datagrams a second, and what is left for all beyond them", () => {
  const rig = new LoginRig({
    datagrams: { perSecond: 10, burst: 20, remembered: 100 },
    spareDatagrams: { perSecond: 1, burst: 5 },
  });
  const admitted = (host: string): number =>
    Array.from({ length: 100 }, () => rig.desk.admits(host, rig.now)).filter(Boolean).length;
  assertEquals([admitted(HOST), admitted("192.0.2.2")], [25, 20]);
  rig.now = 1_000;
  assertEquals(admitted(HOST), 11);
});

Deno.test("the addresses of one IPv6 network are one host", () => {
  const rig = new LoginRig({
    datagrams: { perSecond: 0, burst: 2, remembered: 100 },
    spareDatagrams: { perSecond: 0, burst: 0 },
  });
  const hosts = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1"];
  assertEquals(hosts.map((host) => rig.desk.admits(host, 0)), [true, true, false, true]);
});

for (const crowd of CROWDS) {
  const when = crowd === 0 ? "at rest" : "under load";

  Deno.test(`a host that was refused too often is asked to try later, ${when}`, () => {
    const rig = rigWith(crowd);
    const seen = [false, false, false, false, true].map((right) => logOn(rig, right));
    assertEquals(seen, ["refused", "refused", "refused", "try_later", "try_later"]);
    assertEquals(rig.grants, []);
    // Another host is not concerned, and neither is another port of the same one exempt.
    assertEquals(logOn(rig, true, ELSEWHERE, BOB), "AUTH_SUCCESS");
    assertEquals(logOn(rig, true, `${HOST}:40001`), "try_later");
    rig.now = 999;
    assertEquals(logOn(rig, true), "try_later");
    rig.now = 1_000;
    assertEquals([logOn(rig, true), logOn(rig, false), logOn(rig, true)], [
      "AUTH_SUCCESS",
      "refused",
      "try_later",
    ]);
  });

  Deno.test(`who exists makes no difference to how often a host is refused, ${when}`, () => {
    const seen = [ALICE, NOBODY].map((clientId) => {
      const rig = rigWith(crowd);
      return Array.from({ length: 5 }, () => logOn(rig, false, ADDRESS, clientId));
    });
    assertEquals(seen[0], seen[1]);
    assertEquals(seen[0], ["refused", "refused", "refused", "try_later", "try_later"]);
  });

  Deno.test(`nobody uses up another host's refusals without having seen its challenge, ${when}`, () => {
    const rig = rigWith(crowd, 1);
    const hello = rig.hello(BOB);
    const challenge = rig.challenge(hello);
    // As forgers do: from the victim's address, with what other addresses were sent, or with nothing.
    for (let i = 0; i < 20; i++) {
      const own = rig.hello();
      const seen = rig.challenge(own, ELSEWHERE);
      assertEquals(outcome(rig.reply(wrongResponseTo(own, seen), ADDRESS)), "silence");
      const made = { ...seen, rand: rig.random.bytes(32) };
      assertEquals(outcome(rig.reply(wrongResponseTo(own, made), ADDRESS)), "silence");
      assertEquals(outcome(rig.reply(wrongResponseTo(hello, made), ADDRESS)), "silence");
    }
    assertEquals(logOn(rig, false), "refused");
    assertEquals(outcome(rig.reply(responseTo(hello, challenge))), "try_later");
  });

  Deno.test(`log-ons that succeed are not counted, ${when}`, () => {
    const rig = rigWith(crowd, 1);
    assertEquals(Array.from({ length: 3 }, () => logOn(rig, true)), Array(3).fill("AUTH_SUCCESS"));
    assertEquals(logOn(rig, false), "refused");
  });
}

Deno.test("a repeated RESPONSE is refused again and not counted again: it gets the same reply", () => {
  const rig = rigWith(0, 2);
  const hello = rig.hello();
  const wrong = wrongResponseTo(hello, rig.challenge(hello));
  for (let i = 0; i < 5; i++) assertEquals(rig.fail(wrong).reason, "refused");
  assertEquals([logOn(rig, false), logOn(rig, false)], ["refused", "try_later"]);
});

Deno.test("a challenge that was answered with try later is spent as well", () => {
  const rig = rigWith(0, 1);
  logOn(rig, false);
  const hello = rig.hello();
  const response = responseTo(hello, rig.challenge(hello));
  assertEquals(rig.fail(response).reason, "try_later");
  rig.now = 5_000;
  assertEquals(rig.fail(response).reason, "try_later");
  assertEquals(logOn(rig, true), "AUTH_SUCCESS");
});

Deno.test("what is not judged is noted as such, and only then", () => {
  const rig = rigWith(0, 1);
  const notes = Array.from({ length: 2 }, () => {
    const hello = rig.hello();
    const actions = rig.handle(wrongResponseTo(hello, rig.challenge(hello)));
    return actions.flatMap((action) =>
      action.type === "note" && action.note.type === "log-on refused" ? [action.note.why] : []
    );
  });
  assertEquals(notes, [["wrong RES"], ["too many refused"]]);
});

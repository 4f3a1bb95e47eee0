/**
 * The server's side of a login while its table is half full: challenges are computed, not kept.
 *
 * A table of eight is half full with four.
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Datagram, encodeDatagram } from "../../../lib/codec/mod.ts";
import { Epoch, Epochs } from "../../../lib/session/server/epoch.ts";
import { ALICE, BOB, NOBODY, SeededRandom } from "../fixtures.ts";
import { ADDRESS, flipped, LoginRig, responseTo, wrongResponseTo } from "../login_rig.ts";

/** A desk that keeps nothing for a HELLO. */
function crowded(): LoginRig {
  const rig = new LoginRig({ maxPendingLogins: 8 });
  rig.crowd(4);
  return rig;
}

function bytesOf(datagram: Datagram | undefined): string | undefined {
  return datagram && encodeDatagram(datagram).join();
}

Deno.test("a HELLO is kept until the table is half full, and not from then on", () => {
  const rig = new LoginRig({ maxPendingLogins: 8 });
  const sizes = [1, 2, 3, 4, 5, 6].map(() => {
    rig.challenge(rig.hello());
    return rig.desk.size;
  });
  assertEquals(sizes, [1, 2, 3, 4, 4, 4]);
});

Deno.test("no flood of HELLOs makes the table larger", () => {
  const rig = new LoginRig({ maxPendingLogins: 8 });
  rig.crowd(200);
  assertEquals(rig.desk.size, 4);
});

Deno.test("a challenge that is not kept is the same for the same HELLO, and only for it", () => {
  const rig = crowded();
  const hello = rig.hello();
  const challenge = rig.challenge(hello);
  assertEquals(rig.challenge(hello), challenge);
  const others = [
    rig.challenge(hello, "192.0.2.9:50000"),
    rig.challenge({ ...hello, nc: flipped(hello.nc) }),
    rig.challenge({ ...hello, clientKey: flipped(hello.clientKey) }),
    rig.challenge({ ...hello, clientId: NOBODY }),
  ];
  for (const other of others) assertNotEquals(other.rand, challenge.rand);
});

Deno.test("a right RESPONSE succeeds from the fields that it repeats; only then is it kept", () => {
  const rig = crowded();
  const hello = rig.hello();
  const response = responseTo(hello, rig.challenge(hello));
  assertEquals(rig.desk.size, 4);
  rig.succeed(response);
  assertEquals(rig.desk.size, 5);
});

Deno.test("its repeat gets the same AUTH_SUCCESS, byte for byte, and no second grant", () => {
  const rig = crowded();
  const hello = rig.hello();
  const response = responseTo(hello, rig.challenge(hello));
  const first = bytesOf(rig.succeed(response));
  rig.now += 1_000;
  assertEquals(bytesOf(rig.succeed(response)), first);
  assertEquals(rig.grants.length, 1);
});

Deno.test("a wrong RESPONSE gets AUTH_FAIL and nothing is kept", () => {
  const rig = crowded();
  const hello = rig.hello();
  const challenge = rig.challenge(hello);
  rig.fail(wrongResponseTo(hello, challenge));
  assertEquals(rig.desk.size, 4);
  rig.succeed(responseTo(hello, challenge));
});

Deno.test("RESPONSE with a field that was not challenged gets no answer", () => {
  const rig = crowded();
  const hello = rig.hello();
  const response = responseTo(hello, rig.challenge(hello));
  assertEquals(rig.handle(response, "192.0.2.9:50000"), []);
  assertEquals(rig.handle({ ...response, nc: flipped(response.nc) }), []);
  assertEquals(rig.handle({ ...response, rand: flipped(response.rand) }), []);
  assertEquals(rig.handle({ ...response, clientKey: flipped(response.clientKey) }), []);
  assertEquals(rig.handle({ ...response, clientId: NOBODY }), []);
  assertEquals([rig.desk.size, rig.grants], [4, []]);
});

Deno.test("a full table accepts no more, and says nothing", () => {
  const rig = crowded();
  const logins = Array.from({ length: 5 }, () => {
    const hello = rig.hello();
    return responseTo(hello, rig.challenge(hello));
  });
  const last = logins.pop()!;
  for (const response of logins) rig.succeed(response);
  assertEquals(rig.desk.size, 8);
  assertEquals(rig.handle(last), []);
  assertEquals(rig.desk.size, 8);
  for (const response of logins) rig.succeed(response);
});

Deno.test("one subscriber's logins leave room for everybody else's, until they are forgotten", () => {
  const rig = new LoginRig({ maxPendingLogins: 64, maxUnkeptLogins: 4 });
  rig.crowd(32);
  const success = (clientId = ALICE): boolean => {
    const hello = rig.hello(clientId);
    return rig.reply(responseTo(hello, rig.challenge(hello))) !== undefined;
  };
  const tries = Array.from({ length: 40 }, () => success());
  assertEquals(tries.filter((succeeded) => succeeded).length, 4);
  assertEquals([rig.desk.size, success(BOB)], [36, true]);
  rig.now += 60_000;
  rig.desk.tick(rig.env());
  rig.crowd(32);
  assertEquals([success(), rig.desk.size], [true, 33]);
});

Deno.test("under load a host has its share of datagrams, and other hosts have theirs", () => {
  const rig = new LoginRig({
    maxPendingLogins: 8,
    datagramsUnderLoad: { perSecond: 1, burst: 2, remembered: 100 },
    spareDatagrams: { perSecond: 0, burst: 0 },
  });
  const admitted = (host: string): boolean[] => [1, 2, 3].map(() => rig.desk.admits(host, rig.now));
  assertEquals(admitted("192.0.2.1"), [true, true, true]);
  rig.crowd(4);
  assertEquals(admitted("192.0.2.1"), [true, true, false]);
  assertEquals(admitted("192.0.2.2"), [true, true, false]);
  rig.now = 1_000;
  assertEquals(admitted("192.0.2.1"), [true, false, false]);
});

Deno.test("under load some datagrams are left for a host whose share somebody else used up", () => {
  const rig = new LoginRig({
    maxPendingLogins: 8,
    datagramsUnderLoad: { perSecond: 0, burst: 2, remembered: 100 },
    spareDatagrams: { perSecond: 1, burst: 3 },
  });
  rig.crowd(4);
  const admitted = (host: string): number =>
    Array.from({ length: 10 }, () => rig.desk.admits(host, rig.now)).filter(Boolean).length;
  assertEquals([admitted("192.0.2.1"), admitted("192.0.2.1"), admitted("192.0.2.2")], [5, 0, 2]);
  rig.now = 1_000;
  assertEquals(admitted("192.0.2.1"), 1);
});

Deno.test("a challenge stays valid for its epoch and the next one, then there is silence", () => {
  for (const [at, valid] of [[0, true], [30_000, true], [59_999, true], [60_000, false]] as const) {
    const rig = crowded();
    const hello = rig.hello();
    const response = responseTo(hello, rig.challenge(hello));
    // Something that lets the desk see each epoch begin.
    for (let now = 0; now <= at; now += 10_000) {
      rig.now = now;
      rig.handle(rig.hello());
    }
    rig.now = at;
    if (valid) rig.succeed(response);
    else assertEquals(rig.handle(response), []);
  }
});

Deno.test("a challenge that nobody asked about for two epochs is not valid either", () => {
  const rig = crowded();
  const hello = rig.hello();
  const response = responseTo(hello, rig.challenge(hello));
  rig.now = 2 * rig.limits.epochLifetime;
  assertEquals(rig.handle(response), []);
});

Deno.test("a RESPONSE is never judged again once its login is forgotten, whenever epochs are seen to turn", () => {
  for (let seen = 30_000; seen < 60_000; seen += 1_000) {
    const rig = crowded();
    const hello = rig.hello();
    const response = responseTo(hello, rig.challenge(hello));
    rig.succeed(response);
    rig.now = seen;
    rig.handle(rig.hello());
    for (rig.now = 60_000; rig.now < 120_000; rig.now += 7_000) rig.handle(response);
    // A second grant would seal a second AUTH_SUCCESS with the same key and nonce.
    assertEquals(rig.grants.length, 1, `epoch seen to turn at ${seen}`);
  }
});

Deno.test("a challenge that was not kept can be answered after a later HELLO that was", () => {
  const rig = crowded();
  const hello = rig.hello();
  const response = responseTo(hello, rig.challenge(hello));
  rig.desk.revoke(ALICE); // The others' logins are hers: there is room again.
  assertNotEquals(rig.challenge(hello).rand, response.rand);
  assertEquals(rig.desk.size, 1);
  const first = bytesOf(rig.succeed(response));
  assertEquals(bytesOf(rig.succeed(response)), first);
  assertEquals([rig.desk.size, rig.grants.length], [1, 1]);
});

Deno.test("a challenge that was not kept is granted once, also when revoke() comes in between", () => {
  const rig = crowded();
  const hello = rig.hello(BOB);
  const response = responseTo(hello, rig.challenge(hello));
  rig.succeed(response);
  for (const _ of "ab") {
    rig.desk.revoke(BOB);
    rig.fail(response);
  }
  assertEquals(rig.grants.length, 1);
});

Deno.test("a wrong answer to a challenge that was not kept does not spend the one that was", () => {
  const rig = crowded();
  const hello = rig.hello();
  const unkept = rig.challenge(hello);
  rig.desk.revoke(ALICE);
  const kept = rig.challenge(hello);
  rig.fail(wrongResponseTo(hello, unkept));
  rig.succeed(responseTo(hello, kept));
});

Deno.test("no epoch gives the rand of another", () => {
  const random = new SeededRandom(3);
  const hello = new LoginRig().hello();
  const [one, two] = [0, 1].map(() => new Epoch(random.bytes(32), random.bytes(32)));
  assertEquals(one!.rand(hello, ADDRESS), one!.rand(hello, ADDRESS));
  assertNotEquals(one!.rand(hello, ADDRESS), two!.rand(hello, ADDRESS));
});

Deno.test("Epochs keep one epoch beside the current one, and none after a long silence", () => {
  const random = new SeededRandom(4);
  const first = new Epoch(random.bytes(32), random.bytes(32));
  const epochs = new Epochs(first, 1_000, 30);
  const at = (now: number): readonly Epoch[] => {
    epochs.turn(now, random.bytes);
    return epochs.valid;
  };
  assertEquals(at(1_029), [first]);
  const [second, previous] = at(1_030);
  assert(second !== first && previous === first);
  assert(at(1_059)[0] === second);
  const [third, before] = at(1_065);
  assert(third !== second && before === second);
  // The third epoch began when it was due, at 1,060.
  assert(at(1_089)[0] === third);
  assert(at(1_090)[1] === third);
  assertEquals(at(1_150).length, 1);
});

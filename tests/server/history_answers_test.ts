import { assert, assertEquals, assertRejects } from "@std/assert";
import { NoAnswerError } from "../../lib/client/mod.ts";
import { type Frame, type HistoryResp, parseClientId, textToString } from "../../lib/codec/mod.ts";
import type { Connection } from "../../lib/server/connection.ts";
import { Drops } from "../../lib/server/drops.ts";
import { HistoryAnswers } from "../../lib/server/history_answers.ts";
import { SERVER_LIMITS } from "../../lib/server/mod.ts";
import { HeldHistory, prefill, ReadHistory } from "./histories.ts";
import { logIn, RawClient } from "./raw_client.ts";
import { ALICE, BOB, CAROL, chatting, DAVE, loggedOn, startChat, withServer } from "./rig.ts";
import { eventually, within } from "./waiting.ts";

const ALL = 100_000;

/** What the server reads ahead of a client that takes nothing: its queue, and the system's buffers. */
async function settledPages(
  history: ReadHistory,
  progress: () => Promise<unknown>,
): Promise<number> {
  let pages = -1;
  while (pages !== history.pages) {
    pages = history.pages;
    for (let i = 0; i < 20; i++) await progress();
  }
  return pages;
}

Deno.test("100,000 messages come whole and in order, while a chat on the same connection goes on", async () => {
  const history = new ReadHistory();
  await prefill(history, BOB, ALICE, ALL, (number) => `message ${number}`);
  await withServer(async (rig) => {
    const [alice, bob] = await Promise.all([loggedOn(rig, ALICE), loggedOn(rig, BOB)]);
    await startChat(alice, bob);
    let count = 0;
    let right = 0;
    const whole = alice.client.history(BOB, ({ position, sender, text }) => {
      count++;
      if (position !== count || sender !== BOB) return;
      if (textToString(text) === `message ${count}`) right++;
    });
    let during = 0;
    for (let round = 1; round <= 20; round++) {
      await Promise.all([alice.client.send(`a${round}`), bob.client.send(`b${round}`)]);
      assertEquals([await bob.text(), await alice.text()], [`a${round}`, `b${round}`]);
      if (count < ALL) during = round;
    }
    await whole;
    // The first new messages may have been stored in the same turn as the request came.
    assert(count <= ALL + 2);
    assertEquals(right, ALL);
    assert(during > 0, "the history kept the chat waiting");
    await Promise.all([alice.client.logOff(), bob.client.logOff()]);
  }, { history });
});

Deno.test("a history is read at the pace of its reader", async () => {
  const history = new ReadHistory();
  await prefill(history, BOB, ALICE, ALL, (number) => `${number} ${"x".repeat(500)}`);
  await withServer(async (rig) => {
    using alice = await RawClient.connected(rig, ALICE);
    const request: Frame = { type: "HISTORY_REQ", clientId: BOB, last: 0, before: 0 };
    await alice.send(request, request);
    const pages = await settledPages(history, () => logIn(rig, CAROL));
    // Two times 50 MB were asked for.
    assert(pages * 64 * 1024 < 20_000_000, `${pages} pages were read for nobody`);
    for (let position = 1; position <= ALL; position++) {
      const frame = await alice.frame() as HistoryResp;
      assert(frame.position === position && frame.text.length > 500);
    }
    const end: Frame = { type: "HISTORY_END", clientId: BOB, outcome: "complete" };
    assertEquals(await alice.frame(), end);
  }, { history });
});

Deno.test("a client that ends its stream still gets the whole answer, at its own pace", async () => {
  const history = new ReadHistory();
  await prefill(history, BOB, ALICE, ALL, (number) => `message ${number}`);
  await withServer(async (rig) => {
    using alice = await RawClient.connected(rig, ALICE);
    await alice.send({ type: "HISTORY_REQ", clientId: BOB, last: 0, before: 0 });
    await alice.closeWrite();
    for (let position = 1; position <= ALL; position++) {
      assertEquals((await alice.frame() as HistoryResp).position, position);
    }
    const end: Frame = { type: "HISTORY_END", clientId: BOB, outcome: "complete" };
    assertEquals([await alice.frame(), await alice.frame()], [end, undefined]);
  }, { history });
});

Deno.test("close() does not wait for a client that ended its stream and reads no further", async () => {
  const history = new ReadHistory();
  await prefill(history, BOB, ALICE, ALL, (number) => `${number} ${"x".repeat(500)}`);
  await withServer(async (rig) => {
    using alice = await RawClient.connected(rig, ALICE);
    await alice.send({ type: "HISTORY_REQ", clientId: BOB, last: 0, before: 0 });
    await alice.closeWrite();
    await settledPages(history, () => logIn(rig, CAROL));
    await within("the server's end", rig.server.close());
  }, { history });
});

Deno.test("close() does not wait for such a client either when it left during a commit", async () => {
  const history = new HeldHistory();
  await prefill(history, BOB, ALICE, ALL, (number) => `${number} ${"x".repeat(500)}`);
  await withServer(async (rig) => {
    const [carol] = await chatting(rig, CAROL, DAVE);
    using alice = await RawClient.connected(rig, ALICE);
    await alice.send({ type: "HISTORY_REQ", clientId: BOB, last: 0, before: 0 });
    await alice.next("HISTORY_RESP");
    const sent = carol.client.send("hello");
    const commit = await history.next();
    await alice.closeWrite();
    await eventually("alice to be gone", () => rig.server.load.clients === 2);
    const closed = rig.server.close();
    commit.store();
    await sent;
    await within("the server's end", closed);
  }, { history });
});

Deno.test("many short messages between long names do not make their reader too slow", async () => {
  const [anna, otto] = ["a", "o"].map((letter) => parseClientId(letter.repeat(32)));
  const history = new ReadHistory();
  await prefill(history, anna!, otto!, ALL, () => "x");
  await withServer(async (rig) => {
    const [a, o] = await Promise.all([loggedOn(rig, anna!), loggedOn(rig, otto!)]);
    await startChat(a, o);
    let count = 0;
    const whole = a.client.history(otto!, () => void count++);
    while (count < ALL) await o.client.send("are you still there?");
    await whole;
    assert(history.largestPage <= 1_024);
    assertEquals(rig.server.dropped("readers that were too slow"), 0);
    await Promise.all([a.client.logOff(), o.client.logOff()]);
  }, { history });
});

Deno.test("all, the last few, or those before a position; several answers keep their order", async () => {
  const history = new ReadHistory();
  await prefill(history, ALICE, BOB, 50, String);
  await withServer(async (rig) => {
    const alice = await loggedOn(rig, ALICE);
    async function positions(options: { last?: number; before?: number }): Promise<number[]> {
      const positions: number[] = [];
      await alice.client.history(BOB, ({ position }) => void positions.push(position), options);
      return positions;
    }
    const range = (first: number, last: number): number[] =>
      Array.from({ length: last - first + 1 }, (_, i) => first + i);
    assertEquals(
      await Promise.all([
        positions({}),
        positions({ last: 3 }),
        positions({ last: 51 }),
        positions({ before: 5 }),
        positions({ last: 2, before: 40 }),
        positions({ before: 1 }),
        positions({ before: 1_000 }),
      ]),
      [range(1, 50), range(48, 50), range(1, 50), range(1, 4), [38, 39], [], range(1, 50)],
    );
    await alice.client.logOff();
  }, { history });
});

Deno.test("a request that comes just as the one before it is done is answered as well", async () => {
  for (let moment = 0; moment < 30; moment++) {
    const answers = new HistoryAnswers(new ReadHistory(), SERVER_LIMITS, new Drops({}));
    const ends: Frame[] = [];
    const link = { open: true, drained: () => Promise.resolve() };
    const connection = {
      link,
      send: (frame: Frame) => void ends.push(frame),
      flush: () => {},
    } as unknown as Connection;
    const request = { type: "HISTORY_REQ", clientId: BOB, last: 0, before: 0 } as const;
    answers.add(connection, ALICE, request);
    for (let i = 0; i < moment; i++) await Promise.resolve();
    answers.add(connection, ALICE, request);
    for (let i = 0; i < 50; i++) await Promise.resolve();
    assertEquals(ends.length, 2, `${moment} steps after the first`);
  }
});

Deno.test("nobody can read what two others wrote, and an unknown ID has an empty history", async () => {
  const history = new ReadHistory();
  await prefill(history, ALICE, BOB, 10, String);
  await withServer(async (rig) => {
    using carol = await RawClient.connected(rig, CAROL);
    for (const clientId of [ALICE, BOB, CAROL, parseClientId("unknown")]) {
      await carol.send({ type: "HISTORY_REQ", clientId, last: 0, before: 0 });
      assertEquals(await carol.frame(), { type: "HISTORY_END", clientId, outcome: "complete" });
    }
  }, { history });
});

Deno.test("a history that cannot be read is unavailable, and says so; the chat goes on", async () => {
  const history = new ReadHistory();
  await prefill(history, ALICE, BOB, 3_000, String);
  history.unreadableFrom = 1_500;
  await withServer(async (rig) => {
    const [alice, bob] = await Promise.all([loggedOn(rig, ALICE), loggedOn(rig, BOB)]);
    await startChat(alice, bob);
    let count = 0;
    await assertRejects(() => alice.client.history(BOB, () => void count++), NoAnswerError);
    assert(count >= 1_000 && count < 3_000);
    assertEquals((await alice.notice("history end")).outcome, "unavailable");
    const { what, why } = await rig.note("dropped");
    assertEquals([what, typeof why], ["histories that somebody asked for", "string"]);
    await alice.client.send("still here");
    assertEquals(await bob.text(), "still here");
    history.unreadableFrom = Infinity;
    await alice.client.history(BOB, () => {}, { last: 1 });
    await Promise.all([alice.client.logOff(), bob.client.logOff()]);
  }, { history });
});

Deno.test("CLOSING is the last frame, also in the middle of a history", async () => {
  const history = new ReadHistory();
  await prefill(history, BOB, ALICE, ALL, (number) => `${number} ${"x".repeat(500)}`);
  await withServer(async (rig) => {
    using alice = await RawClient.connected(rig, ALICE);
    await alice.send({ type: "HISTORY_REQ", clientId: BOB, last: 0, before: 0 });
    const pages = await settledPages(history, () => logIn(rig, CAROL));
    rig.server.revoke(ALICE);
    let last: Frame | undefined;
    for (let frame = await alice.frame(); frame; frame = await alice.frame()) last = frame;
    assertEquals(last, { type: "CLOSING", reason: "revoked" });
    assert(history.pages <= pages + 1, "more was read for nobody");
  }, { history });
});

Deno.test("the connection is lost in the middle of a history: the client is told, the server goes on", async () => {
  const history = new ReadHistory();
  await prefill(history, BOB, ALICE, ALL, (number) => `message ${number}`);
  await withServer(async (rig) => {
    const alice = await loggedOn(rig, ALICE);
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const reading = assertRejects(() => alice.client.history(BOB, () => begin()), NoAnswerError);
    await begun;
    rig.server.revoke(ALICE);
    await reading;
    await alice.client.logOff();
    await (await loggedOn(rig, CAROL)).client.logOff();
  }, { history });
});

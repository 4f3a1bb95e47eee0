/** What every history does, whoever keeps it. */

import { assertEquals, assertRejects } from "@std/assert";
import { type Text, textFromString, textToString } from "../../lib/codec/mod.ts";
import { HistoryError } from "../../lib/history/mod.ts";
import {
  ALICE,
  BOB,
  CAROL,
  entries,
  entry,
  IMPLEMENTATIONS,
  NOW,
  readAll,
  run,
} from "./fixtures.ts";

const ALL = Number.MAX_SAFE_INTEGER;

for (const [name, withEmpty] of IMPLEMENTATIONS) {
  Deno.test(`${name}: an empty history has nothing to read`, () =>
    withEmpty(async (history) => {
      assertEquals(await history.lastPosition(ALICE, BOB), 0);
      assertEquals(await readAll(history), []);
    }));

  Deno.test(`${name}: commit() of nothing changes nothing`, () =>
    withEmpty(async (history) => {
      await history.commit([]);
      assertEquals(await history.lastPosition(ALICE, BOB), 0);
    }));

  Deno.test(`${name}: read() gives back every field, to both of the pair`, () =>
    withEmpty(async (history) => {
      const first = entry({ sessionId: 7, number: 3, at: NOW, text: "naïve 😀" });
      const second = entry({ sessionId: 7, from: BOB, to: ALICE, at: NOW + 5 });
      await history.commit([first, second]);
      const stored = [
        { position: 1, sessionId: 7, number: 3, at: NOW, sender: ALICE, text: first.texts[0]! },
        { position: 2, sessionId: 7, number: 1, at: NOW + 5, sender: BOB, text: second.texts[0]! },
      ];
      assertEquals(await readAll(history, ALICE, BOB), stored);
      assertEquals(await readAll(history, BOB, ALICE), stored);
    }));

  Deno.test(`${name}: a run is stored as its messages, however many there are`, () =>
    withEmpty(async (history) => {
      await history.commit([run(3_000, { number: 5 }), run(0), run(2, { from: BOB, to: ALICE })]);
      const counted = Array.from({ length: 3_000 }, (_, i) => i + 1);
      assertEquals(
        (await readAll(history)).map((m) => [m.position, m.number, m.sender, textToString(m.text)]),
        [
          ...counted.map((n) => [n, n + 4, ALICE, `${n}`]),
          [3_001, 1, BOB, "1"],
          [3_002, 2, BOB, "2"],
        ],
      );
    }));

  Deno.test(`${name}: read() gives back the largest numbers`, () =>
    withEmpty(async (history) => {
      const largest = entry({ sessionId: ALL, number: 2 ** 32 - 1, at: ALL });
      const clockSetBack = { ...largest, at: 0 };
      await history.commit([largest, clockSetBack]);
      assertEquals((await readAll(history)).map((m) => [m.sessionId, m.number, m.at]), [
        [ALL, 2 ** 32 - 1, ALL],
        [ALL, 2 ** 32 - 1, 0],
      ]);
    }));

  Deno.test(`${name}: no text is mistaken for anything else`, () =>
    withEmpty(async (history) => {
      const texts = [
        "]",
        "0009[0,1,0]x",
        "a\nb\r\n",
        "\0",
        "'\";--",
        "\ufeffBOM",
        "€",
        "x".repeat(4096),
      ];
      await history.commit(texts.map((text) => entry({ text })));
      assertEquals(
        (await readAll(history)).map((m) => m.text),
        texts.map((text) => textFromString(text)),
      );
    }));

  Deno.test(`${name}: pairs and their positions are kept apart`, () =>
    withEmpty(async (history) => {
      await history.commit([
        entry({ text: "to bob" }),
        entry({ to: CAROL, sessionId: 2, text: "to carol" }),
        entry({ text: "to bob again" }),
      ]);
      await history.commit([entry({ from: CAROL, to: BOB, sessionId: 3, text: "from carol" })]);
      assertEquals(await history.lastPosition(BOB, ALICE), 2);
      assertEquals(await history.lastPosition(ALICE, CAROL), 1);
      assertEquals(await history.lastPosition(BOB, CAROL), 1);
      const [only] = await readAll(history, CAROL, ALICE);
      assertEquals(only?.text, textFromString("to carol"));
    }));

  Deno.test(`${name}: positions go on over sessions and commits`, () =>
    withEmpty(async (history) => {
      await history.commit([...entries(2), ...entries(2, { sessionId: 2 })]);
      await history.commit(entries(1, { sessionId: 2 }));
      const stored = await readAll(history);
      assertEquals(stored.map((m) => m.position), [1, 2, 3, 4, 5]);
      assertEquals(stored.map((m) => m.sessionId), [1, 1, 2, 2, 2]);
    }));

  Deno.test(`${name}: commit() keeps texts of its own`, () =>
    withEmpty(async (history) => {
      const reused = new TextEncoder().encode("before") as Uint8Array as Text;
      await history.commit([entry({ text: reused })]);
      reused.fill(0x21);
      assertEquals((await readAll(history))[0]?.text, textFromString("before"));
    }));

  Deno.test(`${name}: commits keep the order in which they were asked for`, () =>
    withEmpty(async (history) => {
      await Promise.all(entries(20).map((one) => history.commit([one])));
      assertEquals((await readAll(history)).map((m) => m.number), entries(20).map((e) => e.number));
    }));

  Deno.test(`${name}: read() keeps to the positions asked for`, () =>
    withEmpty(async (history) => {
      await history.commit(entries(5));
      await history.commit(entries(5));
      const read = async (first: number, last: number): Promise<number[]> =>
        (await history.read(ALICE, BOB, first, last, ALL)).map((m) => m.position);
      assertEquals(await read(4, 7), [4, 5, 6, 7]);
      assertEquals(await read(5, 5), [5]);
      assertEquals(await read(10, 10), [10]);
      assertEquals(await read(-3, 2), [1, 2]);
      assertEquals(await read(9, ALL), [9, 10]);
      assertEquals(await read(11, 20), []);
      assertEquals(await read(ALL, ALL), []);
      assertEquals(await read(6, 5), []);
      assertEquals(await read(-5, 0), []);
      assertEquals(await read(-5, -1), []);
    }));

  Deno.test(`${name}: read() stops before more than maxBytes of text`, () =>
    withEmpty(async (history) => {
      await history.commit(Array.from({ length: 4 }, () => entry({ text: "12345" })));
      const count = async (maxBytes: number): Promise<number> =>
        (await history.read(ALICE, BOB, 1, ALL, maxBytes)).length;
      assertEquals(await count(9), 1);
      assertEquals(await count(10), 2);
      assertEquals(await count(14), 2);
      assertEquals(await count(20), 4);
    }));

  Deno.test(`${name}: read() gives one message even if it is longer than maxBytes`, () =>
    withEmpty(async (history) => {
      await history.commit(entries(2));
      assertEquals((await history.read(ALICE, BOB, 1, 2, 0)).length, 1);
    }));

  Deno.test(`${name}: reading page after page meets every message once`, () =>
    withEmpty(async (history) => {
      const long = "x".repeat(1000);
      await history.commit(
        Array.from({ length: 100 }, (_, i) => entry({ number: i + 1, text: long })),
      );
      const numbers: number[] = [];
      let page = await history.read(ALICE, BOB, 1, 100, 7_500);
      while (page.length > 0) {
        numbers.push(...page.map((m) => m.number));
        page = await history.read(ALICE, BOB, numbers.length + 1, 100, 7_500);
      }
      assertEquals(numbers, entries(100).map((e) => e.number));
    }));

  Deno.test(`${name}: session-IDs start at 1 and are never given out twice`, () =>
    withEmpty(async (history) => {
      assertEquals(await history.reserveSessionIds(1), 1);
      assertEquals(await history.reserveSessionIds(100), 2);
      assertEquals(await history.reserveSessionIds(1), 102);
    }));

  Deno.test(`${name}: everything but close() is rejected after close()`, () =>
    withEmpty(async (history) => {
      await history.close();
      await assertRejects(() => history.commit(entries(1)), HistoryError, "closed");
      await assertRejects(() => history.lastPosition(ALICE, BOB), HistoryError, "closed");
      await assertRejects(() => readAll(history), HistoryError, "closed");
      await assertRejects(() => history.reserveSessionIds(1), HistoryError, "closed");
      await history.close();
    }));
}

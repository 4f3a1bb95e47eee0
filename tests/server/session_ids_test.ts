import { assert, assertEquals, assertRejects } from "@std/assert";
import { HistoryError, MemoryHistory } from "../../lib/history/mod.ts";
import { Drops } from "../../lib/server/drops.ts";
import { SessionIds } from "../../lib/server/session_ids.ts";

/** A history that sets session-IDs aside only when told to. */
class Reluctant extends MemoryHistory {
  willing = true;
  reservations = 0;

  override reserveSessionIds(count: number): Promise<number> {
    this.reservations++;
    if (!this.willing) return Promise.reject(new HistoryError("the disk is full"));
    return super.reserveSessionIds(count);
  }
}

Deno.test("SessionIds counts on across blocks, and asks for them in time", async () => {
  const ids = await SessionIds.open(new MemoryHistory(), new Drops({}));
  for (let i = 1; i <= 5_000; i++) {
    assertEquals(ids.next(), i);
    if (i % 100 === 0) await Promise.resolve();
  }
});

Deno.test("SessionIds runs dry while none can be set aside, and goes on afterwards", async () => {
  const history = new Reluctant();
  const ids = await SessionIds.open(history, new Drops({}));
  history.willing = false;
  const given: (number | undefined)[] = [];
  for (let i = 0; i < 1_002; i++) {
    given.push(ids.next());
    await Promise.resolve();
  }
  assertEquals(given.at(999), 1_000);
  assertEquals(given.slice(1_000), [undefined, undefined]);
  history.willing = true;
  while (ids.next() === undefined) await Promise.resolve();
  assertEquals(ids.next(), 1_002);
});

Deno.test("SessionIds never gives out what an earlier one may have", async () => {
  const history = new Reluctant();
  const first = await SessionIds.open(history, new Drops({}));
  first.next();
  const second = await SessionIds.open(history, new Drops({}));
  assertEquals(second.next(), 1_001);
  history.willing = false;
  await assertRejects(() => SessionIds.open(history, new Drops({})), HistoryError);
});

Deno.test("SessionIds skips what somebody else has set aside in the meantime", async () => {
  const history = new MemoryHistory();
  const ids = await SessionIds.open(history, new Drops({}));
  assertEquals(await history.reserveSessionIds(500), 1_001);
  const given: (number | undefined)[] = [];
  for (let i = 0; i < 1_000; i++) {
    given.push(ids.next());
    await Promise.resolve();
  }
  assert(given.every((id) => id !== undefined && (id <= 1_000 || id > 1_500)), `${given}`);
  assertEquals(new Set(given).size, given.length);
});

/** Both histories, and short ways to fill them, for the tests of this folder. */

import { fromFileUrl, join } from "@std/path";
import { type ClientId, parseClientId, type Text, textFromString } from "../../lib/codec/mod.ts";
import { GrowingBatch } from "../../lib/history/growing_batch.ts";
import {
  type Entry,
  type History,
  MemoryHistory,
  openHistory,
  type StoredMessage,
} from "../../lib/history/mod.ts";
import { pairOf } from "../../lib/history/pair.ts";

export const ALICE = parseClientId("alice");
export const BOB = parseClientId("bob");
export const CAROL = parseClientId("carol");

/** A moment that every test may use. */
export const NOW = Date.UTC(2024, 1, 29, 12, 34, 56, 789);

/** An entry from alice to bob in session 1 that says `text`, but for `fields`. */
export function entry(fields: Partial<Entry> & { text?: string | Text } = {}): Entry {
  const { text = "hello", ...others } = fields;
  return {
    sessionId: 1,
    from: ALICE,
    to: BOB,
    number: 1,
    at: NOW,
    texts: [typeof text === "string" ? textFromString(text) : text],
    ...others,
  };
}

/** `count` entries with the numbers and texts 1 to `count`, but for `fields`. */
export function entries(count: number, fields: Partial<Entry> = {}): Entry[] {
  return Array.from(
    { length: count },
    (_, i) => entry({ number: i + 1, text: String(i + 1), ...fields }),
  );
}

/** One entry with `count` messages, with the numbers and texts 1 to `count`, but for `fields`. */
export function run(count: number, fields: Partial<Entry> = {}): Entry {
  return entry({ texts: entries(count).flatMap(({ texts }) => texts), ...fields });
}

/** `entries`, all of alice and bob, as a row from position `first` on. */
export function packed(first: number, entries: readonly Entry[]): GrowingBatch {
  const { sessionId, at } = entries[0]!;
  const batch = new GrowingBatch({ first, sessionId, at });
  for (const entry of entries) batch.append(pairOf(ALICE, BOB), entry);
  return batch;
}

/** All messages between `a` and `b`. */
export function readAll(
  history: History,
  a: ClientId = ALICE,
  b: ClientId = BOB,
): Promise<StoredMessage[]> {
  return history.read(a, b, 1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}

/** Runs `test` with the path of a file in a folder of its own, which is removed afterwards. */
export async function withPath(test: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "parley-history-" });
  try {
    await test(join(folder, "history.db"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs `test` with a history in a file, which is closed and removed afterwards. */
export function withFile(test: (history: History, path: string) => Promise<void>): Promise<void> {
  return withPath(async (path) => {
    const history = await openHistory(path, { durability: "normal" });
    try {
      await test(history, path);
    } finally {
      await history.close();
    }
  });
}

/** Each implementation by name, with what gives a test an empty one. */
export const IMPLEMENTATIONS: readonly (readonly [
  name: string,
  withEmpty: (test: (history: History) => Promise<void>) => Promise<void>,
])[] = [
  ["MemoryHistory", (test) => test(new MemoryHistory())],
  ["SqliteHistory", withFile],
];

/** A program of this folder, running with `args`; its output can be read. */
export function spawn(program: string, ...args: string[]): Deno.ChildProcess {
  const path = fromFileUrl(new URL(program, import.meta.url));
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", path, ...args],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Histories of any size: filled in bulk, and read page by page. */

import { type Entry, openHistory } from "../../lib/history/mod.ts";
import { type ClientId, parseClientId, textFromString } from "../../lib/codec/mod.ts";
import { idOf } from "../load/pair.ts";
import { median, type PageRow, quantile, round } from "../results.ts";

/** Messages of a commit, all of one pair. */
const BULK = 2_000;
/** Messages of a page, and how much text it has at most: what a server reads at a time. */
const PAGE_MESSAGES = 100;
const PAGE_BYTES = 64 * 1024;
const PAGES = 500;

/** Adds messages to the history at `path`, of `pairs` pairs in turn, so that it has `to`. */
export async function fillHistory(
  path: string,
  { from, to, pairs, size }: { from: number; to: number; pairs: number; size: number },
): Promise<void> {
  const history = await openHistory(path, { durability: "normal" });
  const text = textFromString("x".repeat(size));
  try {
    for (let done = from; done < to; done += BULK) {
      const [a, b] = pairAt(Math.floor(done / BULK) % pairs);
      const sessionId = await history.reserveSessionIds(1);
      const entries = Array.from({ length: Math.min(BULK, to - done) }, (_, i): Entry => ({
        sessionId,
        from: i % 2 === 0 ? a : b,
        to: i % 2 === 0 ? b : a,
        number: Math.floor(i / 2) + 1,
        at: 1_700_000_000_000 + done + i,
        texts: [text],
      }));
      await history.commit(entries);
    }
  } finally {
    await history.close();
  }
}

/** Reads pages anywhere in the history at `path`. */
export async function measurePages(
  path: string,
  { messages, pairs }: { messages: number; pairs: number },
): Promise<PageRow> {
  const history = await openHistory(path);
  const times: number[] = [];
  try {
    for (let i = 0; i < PAGES; i++) {
      const [a, b] = pairAt(i % pairs);
      const start = performance.now();
      const last = await history.lastPosition(a, b);
      const first = 1 + Math.floor(Math.random() * Math.max(last - PAGE_MESSAGES, 1));
      await history.read(a, b, first, first + PAGE_MESSAGES - 1, PAGE_BYTES);
      times.push(performance.now() - start);
    }
  } finally {
    await history.close();
  }
  const { size: fileSize } = await Deno.stat(path);
  return {
    messages,
    fileSize,
    median: round(median(times), 3),
    p99: round(quantile(times, 0.99), 3),
  };
}

function pairAt(index: number): [ClientId, ClientId] {
  return [parseClientId(idOf(2 * index)), parseClientId(idOf(2 * index + 1))];
}

/**
 * A soak: many messages through a real server, and what it holds before, meanwhile and after.
 *
 * It begins with a warm-up, after which all log off, so that before and after are the same
 * situation: a server that has run a while, with nobody on it.
 */

import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { parseClientId } from "../../lib/client/mod.ts";
import { Pair, type Person, Tally } from "./pair.ts";
import { ServerProcess, type Usage } from "./server_process.ts";

/** Milliseconds between two samples. */
const SAMPLING = 1_000;
/** How long the server may take to let go of what clients have left, in milliseconds. */
const SETTLING = 10_000;

/** How much is to be done. */
export interface SoakOptions {
  readonly messages: number;
  readonly pairs: number;
  /** Ends it early; what it has made is removed all the same. */
  readonly signal?: AbortSignal;
}

/** What the server held at one moment. */
export interface Sample extends Usage {
  /** Since the start. */
  readonly seconds: number;
  /** Messages receipted until then. */
  readonly messages: number;
}

/** What came of a soak. */
export interface SoakResult {
  readonly tally: Tally;
  /** Before anybody came; after the warm-up; after all: nobody logged on, garbage collected. */
  readonly idle: Sample;
  readonly before: Sample;
  readonly after: Sample;
  readonly samples: readonly Sample[];
  /** Messages that the history holds at the end, and bytes of its file. */
  readonly stored: number;
  readonly fileSize: number;
}

/**
 * Runs a soak.
 *
 * @throws {Error} when a message was lost, doubled, altered or out of order, and when a client was
 * refused or disconnected
 */
export async function soak({ messages, pairs, signal }: SoakOptions): Promise<SoakResult> {
  const folder = await Deno.makeTempDir({ prefix: "parley-soak-" });
  try {
    const [subscribers, file] = [join(folder, "subscribers.toml"), join(folder, "history.db")];
    const people = Array.from({ length: pairs }, (_, i) => [person(`a${i}`), person(`b${i}`)]);
    await Deno.writeTextFile(subscribers, people.flat().map(entry).join("\n"));
    await Deno.chmod(subscribers, 0o600).catch(() => {}); // Windows knows no modes.
    const tally = new Tally();
    await using server = await ServerProcess.start(subscribers, file);
    const crowd = people.map(([a, b]) => new Pair(server.address, [a!, b!], tally));
    const aborted = Promise.withResolvers<never>();
    signal?.addEventListener("abort", () => aborted.reject(signal.reason));
    const observed = await Promise.race([
      observe(server, crowd, tally, messages),
      aborted.promise,
    ]);
    assertEquals([await server.stop(), server.complaints], [0, []], "the server complains");
    const stored = checkHistory(file, crowd);
    assertEquals([tally.messages, stored], [messages, messages]);
    return { tally, ...observed, stored, fileSize: (await Deno.stat(file)).size };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function observe(
  server: ServerProcess,
  crowd: readonly Pair[],
  tally: Tally,
  messages: number,
): Promise<Pick<SoakResult, "idle" | "before" | "after" | "samples">> {
  const start = performance.now();
  const sample = async (): Promise<Sample> => ({
    seconds: (performance.now() - start) / 1_000,
    messages: tally.messages,
    ...await server.usage(),
  });
  const settle = async (handles?: number): Promise<Sample> => {
    const deadline = performance.now() + SETTLING;
    for (;;) {
      await server.collectGarbage();
      const settled = await sample();
      if ((settled.handles ?? 0) <= (handles ?? Infinity)) return settled;
      if (performance.now() > deadline) return settled;
      await delay(100);
    }
  };
  const samples: Sample[] = [];
  let going = true;
  const sampling = (async (): Promise<void> => {
    for (; going; await delay(SAMPLING)) samples.push(await sample());
  })();
  // Whatever goes wrong with it is told at the end.
  sampling.catch(() => {});
  const share = (sum: number, i: number): number =>
    Math.floor(sum * (i + 1) / crowd.length) - Math.floor(sum * i / crowd.length);
  const run = (sum: number): Promise<unknown> =>
    Promise.all(crowd.map((pair, i) => pair.run(share(sum, i))));

  const warmUp = Math.floor(messages / 20);
  try {
    const idle = await settle();
    await run(warmUp);
    const before = await settle(idle.handles);
    await run(messages - warmUp);
    const after = await settle(idle.handles);
    return { idle, before, after, samples };
  } finally {
    going = false;
    await sampling;
  }
}

/** Without MATERIALIZED, SQLite would carry whole batches of messages along while it sorts. */
const COUNT_MESSAGES = `
  WITH message AS MATERIALIZED (SELECT session_id, sender, number FROM messages)
  SELECT session_id AS sessionId, sender, count(*) AS count,
    count(DISTINCT number) AS numbers, max(number) AS last
  FROM message GROUP BY session_id, sender`;

/** Compares the view `messages` with what the pairs know; returns how many messages there are. */
function checkHistory(file: string, crowd: readonly Pair[]): number {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = db.prepare(COUNT_MESSAGES).all() as unknown as Row[];
    const left = new Map(
      crowd.flatMap(({ stored }) => stored)
        .map(({ sessionId, sender, count }) => [`${sessionId} ${sender}`, count]),
    );
    let sum = 0;
    for (const { sessionId, sender, count, numbers, last } of rows) {
      const key = `${sessionId} ${sender}`;
      const receipted = left.get(key);
      assertEquals([count, numbers, last], [receipted, receipted, receipted], key);
      left.delete(key);
      sum += count;
    }
    assert(left.size === 0, `the history holds nothing of ${[...left.keys()].join(", ")}`);
    return sum;
  } finally {
    db.close();
  }
}

interface Row {
  readonly sessionId: number;
  readonly sender: string;
  readonly count: number;
  readonly numbers: number;
  readonly last: number;
}

function person(id: string): Person {
  return { id: parseClientId(id), secret: new TextEncoder().encode(crypto.randomUUID()) };
}

function entry({ id, secret }: Person): string {
  return `[${id}]\nsecret = "${new TextDecoder().decode(secret)}"\n`;
}

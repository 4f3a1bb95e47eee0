/** Targets: what is read from files, the rows of the history and the list of subscribers. */

import { CodecError } from "../../../lib/codec/mod.ts";
import { type Batch, unpackBatch } from "../../../lib/history/batch.ts";
import { GrowingBatch } from "../../../lib/history/growing_batch.ts";
import type { Entry, StoredMessage } from "../../../lib/history/history.ts";
import { JournalWriter, readRuns } from "../../../lib/history/journal.ts";
import { pairOf } from "../../../lib/history/pair.ts";
import {
  MAX_SECRET,
  MIN_SECRET,
  parseSubscribers,
  SubscribersError,
} from "../../../lib/subscribers/mod.ts";
import { concatBytes } from "../../hex.ts";
import { ALICE, BOB, text } from "../../session/fixtures.ts";
import {
  isWellFormedId,
  letters,
  must,
  mustBeWellFormed,
  mustLieWithin,
  sameBytes,
  type Target,
  utf8,
} from "../target.ts";

const PAIR = pairOf(ALICE, BOB);
const FIRST = 10;

/** `entries` as a row from FIRST on. */
function pack(entries: readonly Entry[]): GrowingBatch {
  const { sessionId, at } = entries[0]!;
  const batch = new GrowingBatch({ first: FIRST, sessionId, at });
  for (const entry of entries) batch.append(PAIR, entry);
  return batch;
}

/** The body of a row that holds `texts`. */
function body(...texts: ReturnType<typeof text>[]): Uint8Array {
  const entries = texts.map((text, i) => ({
    sessionId: 3,
    from: i % 2 === 0 ? ALICE : BOB,
    to: i % 2 === 0 ? BOB : ALICE,
    number: i * 1_000 + 1,
    at: 5_000 + 10 * i,
    texts: [text],
  }));
  return pack(entries).body;
}

/** Messages `first` to `last` of the row that begins at FIRST; undefined where it is damaged. */
function unpack(body: Uint8Array, first: number, last: number): StoredMessage[] | undefined {
  const batch: Batch = { first: FIRST, last: FIRST + 255, sessionId: 3, at: 5_000, body };
  const messages: StoredMessage[] = [];
  try {
    for (const message of unpackBatch(PAIR, batch, first, last)) messages.push(message);
  } catch (error) {
    if (!(error instanceof CodecError || error instanceof SyntaxError)) throw error;
    return undefined;
  }
  return messages;
}

export const BATCHES: Target = {
  invariant:
    "unpackBatch() yields well-formed messages at consecutive positions, their texts views " +
    "of the body, which make the round trip through a GrowingBatch, or throws CodecError or " +
    "SyntaxError; nothing else.",
  name: "batches",
  share: 50,
  maxLength: 600,
  seeds: () => [
    ...[0, 1, 2].flatMap((skip) =>
      [0, 1, 4, 255].flatMap((count) =>
        [
          body(text("hello")),
          body(text("a"), text("]"), text("[0,1,2]"), text("0007[1,1,0]")),
          body(text("é"), letters(300), text("x")),
        ].map((body) => concatBytes(Uint8Array.of(skip, count), body))
      )
    ),
  ],
  check(input): void {
    const first = FIRST + (input[0] ?? 0);
    const last = first + (input[1] ?? 0);
    const body = input.subarray(2);
    const messages = unpack(body, first, last);
    if (messages === undefined) return;
    const entries = messages.map((message, i) => {
      must(message.position === first + i && message.position <= last, "a wrong position");
      mustBeWellFormed({ type: "HISTORY_RESP", ...message });
      mustLieWithin(message.text, body);
      must(message.sender === ALICE || message.sender === BOB, "a sender outside of the pair");
      const to = message.sender === ALICE ? BOB : ALICE;
      return { ...message, from: message.sender, to, texts: [message.text] };
    });
    if (entries.length === 0) return;
    const again = [...unpackBatch(PAIR, pack(entries), FIRST, FIRST + entries.length - 1)];
    must(again.length === entries.length, "messages are lost by a round trip");
    for (const [i, { number, at, sender, text }] of again.entries()) {
      const before = messages[i]!;
      must(number === before.number && at === before.at && sender === before.sender, "another");
      must(sameBytes(text, before.text), "a text is changed by a round trip");
    }
  },
};

/** The row of a journal that holds `texts`, twice. */
function row(...texts: ReturnType<typeof text>[]): Uint8Array {
  const batch = pack([{ sessionId: 3, from: ALICE, to: BOB, number: 1, at: 5_000, texts }]);
  let row = new Uint8Array();
  new JournalWriter((body) => row = body.slice()).write(
    [1, 2].map((pairId) => ({ pairId, batch })),
  );
  return row;
}

export const JOURNAL: Target = {
  invariant:
    "readRuns() yields runs whose numbers are sound and whose bodies are views of the row, " +
    "which JournalWriter writes as they are read, or throws CodecError or SyntaxError; nothing else.",
  name: "journal",
  share: 20,
  maxLength: 600,
  seeds: () => [row(text("hello")), row(text("a"), text("]"), text("00012[1,1,1,1,1]"))],
  check(input): void {
    try {
      for (const { pairId, batch } of readRuns(input)) {
        const { first, last, sessionId, at, body } = batch;
        must(pairId > 0 && 0 < first && first <= last, "wrong positions");
        must(Number.isSafeInteger(sessionId) && Number.isSafeInteger(at), "a wrong number");
        mustLieWithin(body, input);
        new JournalWriter((row) => {
          const [again] = [...readRuns(row)];
          must(again?.pairId === pairId && sameBytes(again.batch.body, body), "another run");
        }).write([{ pairId, batch }]);
      }
    } catch (error) {
      if (!(error instanceof CodecError || error instanceof SyntaxError)) throw error;
    }
  },
};

const decoder = new TextDecoder();
const LISTS = [
  `[alice]\nsecret = "sample-secret-of-alice"\n\n[bob]\nsecret = 'sample-secret-of-bob'\n`,
  `# a comment\nalice.secret = "0123456789abcdef"\nbob = { secret = "0123456789abcdef" }\n`,
  `["alice"]\r\n"secret" = """\n[bob]\nsecret = 1234567890\n"""\r\n[bob]\nsecret = '''x'''\r\n`,
  `[alice]\nsecret = "short"\n[alice]\nsecert = 12\n[b b]\n[carol\n[[dave]]\nsecret = 1979-05-27\n`,
  `[__proto__]\nsecret = "0123456789abcdef"\n[constructor]\ntoString = [1, [2, {a = 1}], 0x1f]\n`,
  `[erin]\nsecret = "${"x".repeat(200)}"\n"\\u001b[2J" = true\nx = 1e9\ny = inf\n`,
  `[a.b.c]\nsecret = "\\U0001F600 \\" \\\\ \\t 0123456789"\n`,
];

export const SUBSCRIBERS: Target = {
  invariant:
    "parseSubscribers() returns at least one client-ID with a secret of 16 to 1024 bytes, " +
    "or throws a SubscribersError that tells each problem on one line without controls, with a " +
    "line of the file; nothing else.",
  name: "subscribers",
  share: 6,
  maxLength: 600,
  seeds: () => LISTS.map(utf8),
  check(input): void {
    const toml = decoder.decode(input);
    try {
      const subscribers = parseSubscribers(toml, "f");
      must(subscribers.size > 0 && subscribers.ids().length === subscribers.size, "nobody");
      for (const id of subscribers.ids()) {
        const secret = subscribers.secretOf(id)!;
        must(isWellFormedId(id), "no client-ID");
        must(secret.length >= MIN_SECRET && secret.length <= MAX_SECRET, "no secret");
      }
    } catch (error) {
      if (!(error instanceof SubscribersError)) throw error;
      mustTell(error, toml);
    }
  },
};

function mustTell({ message, problems }: SubscribersError, toml: string): void {
  const lines = toml.split("\n").length;
  must(problems.length > 0, "a refusal without a reason");
  must(message.split("\n").length === problems.length, "a problem on more than one line");
  // deno-lint-ignore no-control-regex -- controls are what this is about
  must(!/[\x00-\x09\x0b-\x1f]/.test(message), "a control in a message");
  for (const { line } of problems) {
    must(line === undefined || line >= 1 && line <= lines, "a line that the file has not");
  }
}

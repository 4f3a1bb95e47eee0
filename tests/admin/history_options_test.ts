/** What the flags of `history` mean, and what its lines look like. */

import { assertEquals, assertThrows } from "@std/assert";
import { bytesShown, readFormat, readMoment } from "../../lib/admin/history/options.ts";
import { jsonLine, textLine } from "../../lib/admin/history/export.ts";
import { parseClientId, textFromString } from "../../lib/codec/mod.ts";
import type { StoredMessage } from "../../lib/history/mod.ts";
import { UsageError } from "../../lib/terminal/mod.ts";

const NOW = Date.UTC(2026, 6, 1, 12);
const ALICE = parseClientId("alice");
const BOB = parseClientId("bob");

function message(text: string): StoredMessage {
  return {
    position: 7,
    sessionId: 3,
    number: 2,
    at: NOW,
    sender: BOB,
    text: textFromString(text),
  };
}

Deno.test("readMoment() takes ages and dates", () => {
  for (
    const [value, moment] of [
      ["12h", NOW - 12 * 3_600_000],
      ["90d", NOW - 90 * 86_400_000],
      ["2w", NOW - 14 * 86_400_000],
      ["0d", NOW],
      ["999999w", 0],
      ["2026-01-31", Date.UTC(2026, 0, 31)],
      ["2026-01-31T18:00Z", Date.UTC(2026, 0, 31, 18)],
      ["2026-01-31T18:00:30+02:00", Date.UTC(2026, 0, 31, 16, 0, 30)],
    ] as const
  ) {
    assertEquals(readMoment("since", value, NOW), moment, value);
  }
});

Deno.test("readMoment() refuses what is neither, and what is still to come", () => {
  const wrong = [
    "90",
    "d",
    "-1d",
    "1.5d",
    "90m",
    "yesterday",
    "2026-13-01",
    "2026-02-31",
    "2026-1-1",
  ];
  for (const value of [...wrong, "2026-01-31T18:00", "2026-01-31T25:00Z"]) {
    const { message } = assertThrows(() => readMoment("since", value, NOW), UsageError);
    assertEquals(message, `--since takes an age such as 90d or a date, not "${value}"`);
  }
  const { message } = assertThrows(() => readMoment("since", "2026-07-02", NOW), UsageError);
  assertEquals(message, "--since 2026-07-02 is still to come");
});

Deno.test("readFormat() takes text and json, and nothing else", () => {
  assertEquals([undefined, "text", "json"].map(readFormat), ["text", "text", "json"]);
  assertThrows(() => readFormat("JSON"), UsageError, '--format takes text or json, not "JSON"');
});

Deno.test("bytesShown() is as short as people like it", () => {
  assertEquals([0, 999, 1_000, 71_839_744, 5e15].map(bytesShown), [
    "0 bytes",
    "999 bytes",
    "1.0 kB",
    "71.8 MB",
    "5000.0 TB",
  ]);
});

Deno.test("a line of text is in the assignment's form, and safe for a terminal", () => {
  assertEquals(textLine(message("hé\n\x1b[2J\u202e")), "<3> <from: bob> hé␊␛[2J<U+202E>");
});

Deno.test("a line of JSON holds all of a message, and nothing that a terminal would obey", () => {
  const text = 'a "quote"\r\n\x1b[2J \x9b \u202e \u2028 \u{e0041} 👩‍👩‍👧';
  const line = jsonLine(message(text), ALICE, BOB);
  assertEquals(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line), false);
  assertEquals(JSON.parse(line), {
    position: 7,
    session: 3,
    number: 2,
    time: "2026-07-01T12:00:00.000Z",
    from: "bob",
    to: "alice",
    text,
  });
});

/** The numbers in the tables of docs/protocol.md are those of the code. */

import { assertEquals } from "@std/assert";
import {
  AUTH_FAILURE,
  CLOSING_REASON,
  DATAGRAM_LENGTH,
  HISTORY_OUTCOME,
  REFUSAL,
  TYPE_CODE,
} from "../../lib/codec/mod.ts";

const document = await Deno.readTextFile(new URL("../../docs/protocol.md", import.meta.url));
const rows = document.split("\n").filter((line) => line.startsWith("|")).map((line) =>
  line.split("|").slice(1, -1).map((cell) => cell.trim())
);

Deno.test("docs/protocol.md gives every message its type code", () => {
  assertEquals(numbered((name) => name in TYPE_CODE), TYPE_CODE);
});

Deno.test("docs/protocol.md gives every datagram its length", () => {
  const lengths = rows.filter(([, name = ""]) => name in DATAGRAM_LENGTH)
    .map(([, name, , length]) => [name, Number(length)]);
  assertEquals(Object.fromEntries(lengths), DATAGRAM_LENGTH);
});

Deno.test("docs/protocol.md gives every reason its number", () => {
  const reasons = { ...AUTH_FAILURE, ...REFUSAL, ...CLOSING_REASON };
  assertEquals(numbered((name) => name in reasons), reasons);
});

Deno.test("docs/protocol.md gives every outcome of a HISTORY_REQ its number", () => {
  for (const [outcome, code] of Object.entries(HISTORY_OUTCOME)) {
    assertEquals(document.includes(`Outcome ${code} (${outcome})`), true, outcome);
  }
});

/** The rows that begin with a number and a name, as name and number. */
function numbered(named: (name: string) => boolean): Record<string, number> {
  const found = rows.filter(([number = "", name = ""]) => /^\d+$/.test(number) && named(name));
  return Object.fromEntries(found.map(([number, name]) => [name, Number(number)]));
}

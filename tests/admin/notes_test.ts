/** What an admin reads about reloads. */

import { assertEquals } from "@std/assert";
import { adminLine } from "../../lib/admin/notes.ts";
import { parseClientId } from "../../lib/codec/mod.ts";

const file = "subscribers.toml";
const many = Array.from({ length: 12 }, (_, i) => parseClientId(`c${i}`));

Deno.test("adminLine() counts who was added, and names who was removed or rotated", () => {
  const none = { type: "subscribers reloaded", file, added: [], removed: [], rotated: [] } as const;
  assertEquals(
    adminLine({ ...none, total: 2 }),
    "reloaded subscribers.toml: 2 subscribers, 0 added, 0 removed, 0 with a new secret",
  );
  assertEquals(
    adminLine({ ...none, total: 14, added: many, removed: many, rotated: many.slice(0, 2) }),
    "reloaded subscribers.toml: 14 subscribers, 12 added, " +
      "12 removed (c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, and 2 more clients), " +
      "2 with a new secret (c0, c1)",
  );
});

Deno.test("adminLine() has a line for each problem of a broken file, but no page of them", () => {
  const problems = Array.from({ length: 30 }, (_, i) => `${file}:${i}: what; remedy`);
  const lines = adminLine({ type: "subscribers not reloaded", file, problems }).split("\n");
  assertEquals(lines.slice(0, 2), [
    "did not reload subscribers.toml; what it held before stays in force until this is put right:",
    "  subscribers.toml:0: what; remedy",
  ]);
  assertEquals(lines.slice(10), ["  subscribers.toml:9: what; remedy", "  and 20 more problems"]);
});

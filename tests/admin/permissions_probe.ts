/** A process that serves in miniature: it opens a history, drops permissions, and goes on. */

import { dropPermissions } from "../../lib/admin/permissions.ts";
import { parseClientId, parseText } from "../../lib/codec/mod.ts";
import { openHistory } from "../../lib/history/mod.ts";

const NAMES = ["net", "read", "write", "env", "run", "ffi", "sys", "import"] as const;
/** More than one write-ahead log holds before it is emptied into the file. */
const COMMITS = 1_500;

const [file = ""] = Deno.args;
const [alice, bob] = [parseClientId("alice"), parseClientId("bob")];
const text = parseText(new TextEncoder().encode("x".repeat(4_000)));
const history = await openHistory(file, { durability: "normal" });
await dropPermissions();

const granted: string[] = [];
for (const name of NAMES) {
  if ((await Deno.permissions.query({ name })).state === "granted") granted.push(name);
}
const refused = await Deno.writeTextFile(`${file}.other`, "").then(() => "", ({ name }) => name);
for (let number = 1; number <= COMMITS; number++) {
  await history.commit([{ sessionId: 1, from: alice, to: bob, number, at: 0, texts: [text] }]);
}
const stored = await history.lastPosition(alice, bob);
const readable = (await Deno.readFile(file)).length > 0;
await history.close();
console.log(JSON.stringify({ granted, refused, stored: stored === COMMITS, readable }));

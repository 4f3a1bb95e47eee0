/** What the programs write for whoever runs them holds no chat text, no secret and no key. */

import { assertEquals, assertNotMatch } from "@std/assert";
import { decodeHex, encodeHex } from "@std/encoding/hex";
import { parseClientId } from "../../lib/codec/mod.ts";
import { a3, a8 } from "../../lib/crypto/mod.ts";
import { sampleSecret } from "../../lib/subscribers/mod.ts";
import { Chat, logOff, logOn, recall, Stage } from "../../tools/stage/mod.ts";
import { client, Folder } from "./fixtures.ts";

const TEXTS = ["an unmistakable greeting", "the answer: prêt-à-porter"];
const WRONG = "a mistyped secret";
const RAND = /(?<=^trace sent CHALLENGE\(rand )[0-9a-f]{64}(?=\) to (?<id>\w+)$)/gm;
/** What 16 bytes or more look like, in hexadecimal or base64, and in decimal. */
const LIKE_A_KEY = /[A-Za-z0-9+/_-]{22,}|(?:\d{1,3}, ?){15}/;

Deno.test("logs and traces hold no text, no secret, and nothing that looks like a key", async () => {
  await using folder = new Folder();
  await using stage = await Stage.open();
  const [alice, bob] = stage.enter("alice", "bob");
  await logOn(alice);
  await logOn(bob);
  const chat = await Chat.start(alice, bob);
  for (const text of TEXTS) await chat.say(alice, text);
  await chat.end(bob);
  await recall(bob, alice, chat);
  await logOff(alice);
  await logOff(bob);
  const args = ["--log-on", "--trace", "--secret-file", folder.write("wrong", WRONG)];
  await using refused = client("carol", stage.server, { args });
  assertEquals(await refused.exit(), 1);
  await stage.server.stop();

  const { screen, errors } = stage.server.program;
  const log = errors.all.join("\n");
  const rands = [...log.matchAll(RAND)];
  assertEquals(rands.map(({ groups }) => groups!.id), ["alice", "bob", "carol"]);

  const written = [screen, errors, ...[alice.program, bob.program, refused].map((p) => p.errors)]
    .flatMap((lines) => lines.all).join("\n");
  const secrets = ["alice", "bob", "carol"].map((id) => sampleSecret(parseClientId(id)));
  const derived: string[] = rands.flatMap(([rand]) =>
    [...secrets, WRONG].map((secret) => new TextEncoder().encode(secret)).flatMap((secret) =>
      [a3(decodeHex(rand), secret), a8(decodeHex(rand), secret)].map(encodeHex)
    )
  );
  for (const private_ of [...TEXTS, WRONG, ...secrets, ...derived]) {
    assertEquals(written.includes(private_), false, private_);
  }
  // Cookies and keys are not known here, but what they would look like is.
  assertNotMatch(log.replaceAll(RAND, "..."), LIKE_A_KEY);
});

/**
 * Bugs that earlier attempts at this assignment had as programs: one test for each.
 *
 * Every test has the bug's name, and shows on the real programs that Parley does not have it.
 */

import { assert, assertEquals, assertNotMatch } from "@std/assert";
import { decodeHex, encodeHex } from "@std/encoding/hex";
import { datagramHeader, decodeAdmission, parseClientId } from "../../lib/codec/mod.ts";
import { a3, a8, Opener } from "../../lib/crypto/mod.ts";
import { sampleSecret } from "../../lib/subscribers/mod.ts";
import {
  Chat,
  type Lines,
  logOff,
  logOn,
  type Program,
  recall,
  Server,
  Stage,
} from "../../tools/stage/mod.ts";
import { chatting, client, Folder, historyOf, typeAll } from "../programs/fixtures.ts";
import { RawLogin, RawUdp } from "../server/raw_client.ts";
import { BoardRig } from "../session/board_rig.ts";
import { ALICE, BOB } from "../session/fixtures.ts";
import { LoginRig, responseTo, wrongResponseTo } from "../session/login_rig.ts";

/** RECEIPTs seen before the server is killed. */
const RECEIPTS = 20;

const TEXTS = ["an unmistakable greeting", "the answer: prêt-à-porter"];
const WRONG = "a mistyped secret";
/** What a trace shows of a CHALLENGE; the server's says to whom. */
const RAND =
  /(?<=^trace (?:sent|received) CHALLENGE\(rand )[0-9a-f]{64}(?=\)(?: to (?<id>\w+))?$)/gm;
/** What 16 bytes or more look like, in hexadecimal or base64, and in decimal. */
const LIKE_A_KEY = /[A-Za-z0-9+/_-]{22,}|(?:\d{1,3}, ?){15}/;

Deno.test("never again: history lives in memory", async () => {
  await using folder = new Folder();
  const history = folder.file("history.db");
  let confirmed: number;
  let sent = 0;
  {
    await using server = await Server.start({ history });
    await using alice = client("alice", server, { args: ["--trace"] });
    await using bob = client("bob", server);
    await chatting(alice, bob, "bob");
    let killed = false;
    const typing = (async () => {
      while (!killed) await typeAll(alice, `message ${++sent}`);
    })();
    for (let i = 0; i < RECEIPTS; i++) await alice.errors.find(/^trace received RECEIPT/);
    server.program.kill("SIGKILL");
    killed = true;
    assertEquals(await alice.exit(), 1);
    confirmed = lastReceipt(alice);
    await typing;
    assert(alice.screen.rest.includes("Connection lost"), alice.screen.rest.join("\n"));
  }
  assert(confirmed >= RECEIPTS);

  await using again = await Server.start({ history });
  const kept = await historyOf("alice", "bob", again);
  assert(kept.length >= confirmed, `${confirmed} receipts came, ${kept.length} messages are there`);
  assert(kept.length <= sent);
  assertEquals(kept, kept.map((_, i) => `<1> <from: alice> message ${i + 1}`));

  // What was given out before the kill is never given out again.
  await using alice = client("alice", again);
  await using bob = client("bob", again);
  await chatting(alice, bob, "bob");
  await alice.type("after");
  await bob.screen.expect("alice: after");
  await typeAll(bob, "End chat", "History alice 1");
  await bob.screen.expect("Chat ended with alice");
  const last = await bob.screen.expect(/^<\d+> <from: alice> after$/);
  assert(Number(/\d+/.exec(last)![0]) > 1, last);
});

/** The number in the last RECEIPT that the trace of `program` shows. */
function lastReceipt(program: Program): number {
  const receipt = program.errors.all.findLast((line) => line.startsWith("trace received RECEIPT"));
  return Number(/number (\d+)/.exec(receipt!)![1]);
}

Deno.test("never again: secrets are logged", async (t) => {
  await t.step("by the machines, in a note", () => {
    const login = new LoginRig();
    const hello = login.hello();
    const notes: unknown[] = login.handle(responseTo(hello, login.challenge(hello)))
      .filter(({ type }) => type === "note");
    const other = login.hello();
    notes.push(
      ...login.handle(wrongResponseTo(other, login.challenge(other)))
        .filter(({ type }) => type === "note"),
    );
    const board = new BoardRig({ maxStrikes: 3 });
    board.connect(ALICE, BOB);
    const id = board.chat(ALICE, BOB);
    board.say(ALICE, id, 1, "between us");
    for (let i = 0; i < 3; i++) board.say(ALICE, 9, 1, "between us");
    notes.push(...board.notes);
    assert(notes.length > 5);
    assert(!containsBytes(notes));
    assert(!JSON.stringify(notes).includes("between us"));
  });

  await t.step("by the server or a client, with --trace", async () => {
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
    const known = await knownSecrets(stage.server.address);
    await stage.server.stop();

    const { server: { program: { screen, errors } } } = stage;
    const rands = [...textOf(errors).matchAll(RAND)];
    assertEquals(rands.map(({ groups }) => groups!.id), ["alice", "bob", "carol", "dave"]);
    const secrets = ["alice", "bob", "carol", "dave"].map((id) => sampleSecret(parseClientId(id)));
    const derived = rands.flatMap(([rand]) =>
      [...secrets, WRONG].map((secret) => new TextEncoder().encode(secret))
        .flatMap((secret) => [a3(decodeHex(rand), secret), a8(decodeHex(rand), secret)])
    );

    const clients = [alice.program, bob.program, refused];
    const logs = [errors, ...clients.map((program) => program.errors)];
    const all = [...logs, screen, ...clients.map((program) => program.screen)];
    assertHoldNone(all, [...secrets, WRONG], [...derived, ...known]);
    assertHoldNone([...logs, screen], TEXTS, []);
    // The keys of the other three are not known here, but what they would look like is.
    for (const log of logs) assertNotMatch(textOf(log).replaceAll(RAND, "..."), LIKE_A_KEY);
  });
});

/** Logs on as dave at `address`, with all that must not be told of it: RES, cookie and keys. */
async function knownSecrets(address: string): Promise<Uint8Array[]> {
  const [host, port] = address.split(":");
  using udp = new RawUdp({ host: host!, port: Number(port) });
  const dave = parseClientId("dave");
  const login = new RawLogin(dave, new TextEncoder().encode(sampleSecret(dave)));
  const challenge = await udp.challenge(login);
  const response = login.response(challenge);
  const success = await udp.ask(response);
  if (success.type !== "AUTH_SUCCESS") throw new Error(`${success.type} for dave`);
  const { authSuccess, clientToServer, serverToClient, keyId } = login.keys(challenge);
  const admission = new Opener(authSuccess).open(datagramHeader(success), success.sealed)!;
  const { cookie } = decodeAdmission(admission);
  return [response.res, cookie, keyId, authSuccess.key, clientToServer.key, serverToClient.key];
}

/** Checks that `written` shows none of `texts`, and none of `bytes` in any usual form. */
function assertHoldNone(
  written: readonly Lines[],
  texts: readonly string[],
  bytes: readonly Uint8Array[],
): void {
  const forms = bytes.flatMap((secret) => [
    encodeHex(secret),
    encodeHex(secret).toUpperCase(),
    btoa(String.fromCharCode(...secret)).replace(/=+$/, ""),
    secret.join(","),
    secret.join(", "),
  ]);
  for (const lines of written) {
    const text = textOf(lines);
    for (const hidden of [...texts, ...forms]) assertEquals(text.includes(hidden), false, hidden);
  }
}

function textOf(lines: Lines): string {
  return lines.all.join("\n");
}

function containsBytes(value: unknown): boolean {
  if (value instanceof Uint8Array) return true;
  if (value === null || typeof value !== "object") return false;
  return Object.values(value).some(containsBytes);
}

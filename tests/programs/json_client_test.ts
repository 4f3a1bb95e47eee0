/** The client for programs, as a real process: orders in, events out, exit codes. */

import { assertEquals } from "@std/assert";
import { type Program, quietPort, Server } from "../../tools/stage/mod.ts";
import { client, Folder, typeAll } from "./fixtures.ts";

/** How many messages one client sends another. Five times as many take about five times as long. */
const MANY = 20_000;

const JSON_FLAGS = { args: ["--json", "--log-on"] };

/** The events up to the first of this name, which comes last. */
async function until(program: Program, name: string): Promise<Record<string, unknown>[]> {
  const events: Record<string, unknown>[] = [];
  do events.push(JSON.parse(await program.screen.next(name))); while (
    events.at(-1)!.event !== name
  );
  return events;
}

Deno.test(`--json: ${MANY} messages arrive complete, in order, and are told as delivered`, async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  await using bob = client("bob", server, JSON_FLAGS);
  await until(bob, "connected");
  await using alice = client("alice", server, JSON_FLAGS);
  const orders = Array.from(
    { length: MANY },
    (_, ref) => JSON.stringify({ do: "send", text: `message ${ref}: \n é`, ref }),
  );
  await Promise.all([
    typeAll(alice, '{"do":"chat","with":"bob"}', orders.join("\n")).then(() => alice.endInput()),
    (async () => {
      await until(alice, "chat started");
      for (let ref = 0; ref < MANY; ref++) {
        const event = `{"event":"delivered","session":1,"ref":${ref}}`;
        await alice.screen.expect(event);
      }
    })(),
    (async () => {
      await until(bob, "chat started");
      for (let n = 1; n <= MANY; n++) {
        await bob.screen.expect(
          JSON.stringify({
            event: "message",
            session: 1,
            from: "alice",
            number: n,
            text: `message ${n - 1}: \n é`,
          }),
        );
      }
    })(),
  ]);
  assertEquals(await alice.exit(), 0);
  assertEquals(alice.screen.rest, [
    '{"event":"chat ended","session":1,"with":"bob"}',
    '{"event":"logged off","why":"asked"}',
  ]);
  assertEquals(alice.errors.all, []);
  // Who is logged on already may say so.
  await typeAll(bob, '{"do":"log on","ref":"hi"}', '{"do":"quit","ref":"bye"}');
  assertEquals(await bob.exit(), 0);
  assertEquals(bob.screen.rest.slice(-2), [
    '{"event":"connected","id":"bob","ref":"hi"}',
    '{"event":"logged off","why":"asked","ref":"bye"}',
  ]);
});

Deno.test("--json: a client comes back to a server that was killed and started again", async () => {
  await using folder = new Folder();
  const history = folder.file("history.db");
  const args = ["--port", `${quietPort()}`];
  await using first = await Server.start({ history, args });
  await using alice = client("alice", first, JSON_FLAGS);
  await using bob = client("bob", first, { args: [...JSON_FLAGS.args, "--no-reconnect"] });
  await until(alice, "connected");
  await until(bob, "connected");
  first.program.kill("SIGKILL");
  await first.program.exit();
  await until(alice, "reconnecting");
  await until(bob, "logged off");
  await using _second = await Server.start({ history, args });
  await until(alice, "connected");
  await alice.endInput();
  assertEquals(await alice.exit(), 0);
  await bob.endInput();
  assertEquals(await bob.exit(), 1);
  assertEquals(bob.screen.rest, []);
});

Deno.test("--json: a line that is too long, or no order, is an event and exit code 1", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  await using alice = client("alice", server, { args: ["--json"] });
  await typeAll(alice, `{"do":"send","text":"${"x".repeat(100_000)}"}`, "Log on");
  await alice.endInput();
  assertEquals(await alice.exit(), 1);
  const told = alice.screen.all.map((line) => JSON.parse(line));
  assertEquals(told.map(({ event, why, line }) => [event, why, line]), [
    ["error", "not understood", 1],
    ["error", "not understood", 2],
  ]);
  assertEquals(alice.errors.all, []);
});

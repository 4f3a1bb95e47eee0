/** How a server ends, asked to or not, and what the next one finds. */

import { assert, assertEquals } from "@std/assert";
import { type Program, Server } from "../../tools/stage/mod.ts";
import { chatting, client, Folder, typeAll } from "./fixtures.ts";

/** Windows programs cannot be sent signals; they are ended at once. */
const ignore = Deno.build.os === "windows";

/** RECEIPTs seen before the server is killed. */
const RECEIPTS = 20;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test({
    name: `a server that gets ${signal} tells its clients, closes the history, and exits with 0`,
    ignore,
    fn: async () => {
      await using folder = new Folder();
      const history = folder.file("history.db");
      {
        await using server = await Server.start({ history });
        await using alice = client("alice", server);
        await using bob = client("bob", server);
        await chatting(alice, bob, "bob");
        await alice.type("before the end");
        await bob.screen.expect("alice: before the end");

        server.program.kill(signal);
        for (const [program, other] of [[alice, "bob"], [bob, "alice"]] as const) {
          assertEquals(await program.exit(), 1);
          assertEquals(program.screen.rest, [
            `Chat ended with ${other}`,
            "Logged off: the server is shutting down",
          ]);
        }
        assertEquals(await server.program.exit(), 0);
        assertEquals(server.program.screen.all.at(-1), "Stopping");
      }
      assertEquals(exists(`${history}-wal`), false);

      await using again = await Server.start({ history });
      assertEquals(await historyOf("bob", "alice", again), ["<1> <from: alice> before the end"]);
    },
  });
}

Deno.test("a killed server has kept every message whose receipt had come", async () => {
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

/** The lines of the history of `id` with `other`, as a client shows them. */
async function historyOf(id: string, other: string, server: Server): Promise<string[]> {
  await using reader = client(id, server);
  await typeAll(reader, "Log on", `History ${other}`);
  await reader.endInput();
  await reader.exit();
  return reader.screen.all.filter((line) => line.startsWith("<"));
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

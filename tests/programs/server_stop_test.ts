/** How a server ends when it is asked to, and what the next one finds. */

import { assertEquals } from "@std/assert";
import { Server } from "../../tools/stage/mod.ts";
import { chatting, client, Folder, historyOf } from "./fixtures.ts";

/** Windows programs cannot be sent signals; they are ended at once. */
const ignore = Deno.build.os === "windows";

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

Deno.test({
  name: "a server that is told to stop as soon as it listens does so in order",
  ignore,
  fn: async () => {
    await using folder = new Folder();
    for (let i = 0; i < 5; i++) {
      await using server = await Server.start({ history: folder.file("history.db") });
      assertEquals(await server.stop(), 0);
    }
  },
});

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

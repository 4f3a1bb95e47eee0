/** A client where no server is. It takes the twelve seconds that a client tries for. */

import { assertEquals } from "@std/assert";
import { client } from "./fixtures.ts";

Deno.test("a client gives up where no server answers, and says where it looked", async () => {
  const silent = Deno.listenDatagram({ hostname: "127.0.0.1", port: 0, transport: "udp" });
  try {
    const address = `127.0.0.1:${(silent.addr as Deno.NetAddr).port}`;
    await using lonely = client("alice", { address }, { args: ["--log-on"] });
    assertEquals(await lonely.exit(), 1);
    assertEquals(lonely.screen.all, [`Log on failed: no answer from ${address} after 7 tries`]);
  } finally {
    silent.close();
  }
});

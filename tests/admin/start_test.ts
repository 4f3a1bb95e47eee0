/** What an admin reads where the system lets no server start. */

import { assertEquals, assertRejects } from "@std/assert";
import { AdminError } from "../../lib/admin/out.ts";
import { startServer } from "../../lib/admin/start.ts";
import { MemoryHistory } from "../../lib/history/mod.ts";
import { secretOf } from "../server/rig.ts";

/** The sentence where the system refuses with `error`. */
async function refusal(error: Error): Promise<string> {
  const { listen } = Deno;
  try {
    Deno.listen = (() => {
      throw error;
    }) as unknown as typeof listen;
    const options = { host: "fe80::1", udpPort: 4390, tcpPort: 4391 };
    const history = new MemoryHistory();
    const start = (): Promise<unknown> =>
      startServer({ ...options, history, subscribers: { secretOf } });
    return (await assertRejects(start, AdminError)).message;
  } finally {
    Deno.listen = listen;
  }
}

Deno.test("what the system refuses is a sentence that says what to do", async () => {
  const cases: readonly (readonly [Error, string])[] = [
    [
      new Deno.errors.AddrInUse("Address already in use (os error 98)"),
      "UDP port 4390 or TCP port 4391 of fe80::1 is in use; stop what uses it, or give --port",
    ],
    [
      new Error("failed to lookup address information: Name or service not known"),
      "there is no host fe80::1; give an address of this machine as --host",
    ],
    // Of a link's own address without its link, Deno has no class for what the system says.
    ...[Deno.errors.PermissionDenied, Deno.errors.AddrNotAvailable, TypeError].map((Kind) =>
      [
        new Kind("some reason (os error 22)"),
        "cannot listen on fe80::1: some reason (os error 22)",
      ] as const
    ),
  ];
  for (const [error, sentence] of cases) assertEquals(await refusal(error), sentence);
});

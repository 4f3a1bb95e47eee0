/** What a server may still do once it serves. */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { Folder } from "../programs/fixtures.ts";

const PROBE = fromFileUrl(new URL("permissions_probe.ts", import.meta.url));

Deno.test("dropPermissions() leaves reading and the network, and a history that goes on", async () => {
  await using folder = new Folder();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", "--allow-all", PROBE, folder.file("history.db")],
  }).output();
  assertEquals([new TextDecoder().decode(stderr), code], ["", 0]);
  assertEquals(JSON.parse(new TextDecoder().decode(stdout)), {
    granted: ["net", "read"],
    refused: "NotCapable",
    stored: true,
    readable: true,
  });
  const left = Array.from(Deno.readDirSync(folder.file(".")), ({ name }) => name);
  assertEquals(left.sort(), ["history.db", "history.db-lock"]);
});

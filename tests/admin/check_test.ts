/** What `parley-server check` says of settings and subscribers. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { check } from "../../lib/admin/check.ts";
import { AdminError } from "../../lib/admin/out.ts";
import { SubscribersError } from "../../lib/subscribers/mod.ts";
import { Folder } from "../programs/fixtures.ts";

const OWN = '[alice]\nsecret = "a secret of her own"\n';
const SAMPLE = '[bob]\nsecret = "sample-secret-of-bob"\n';

/** Runs `check` with a file of subscribers; what it says, and what it complains of. */
async function checked(
  subscribers: string,
  { mode = 0o600, args = [] }: { mode?: number; args?: readonly string[] } = {},
): Promise<{ code: number; said: string[]; complaints: string[]; file: string }> {
  await using folder = new Folder();
  const file = folder.write("subscribers.toml", subscribers);
  if (Deno.build.os !== "windows") await Deno.chmod(file, mode);
  const said: string[] = [];
  const complaints: string[] = [];
  const code = await check(["--subscribers", file, ...args], {
    say: (text) => said.push(...text.split("\n")),
    complain: (text) => complaints.push(text),
  }, "0.0.0");
  return { code, said, complaints, file };
}

Deno.test("check tells what is sound, and where the server would listen", async () => {
  const args = ["--port=5000", "--history=history.db"];
  const { code, said, complaints, file } = await checked(`${OWN}${SAMPLE}`, { args });
  assertEquals([code, complaints], [0, []]);
  assertEquals(said, [
    "settings: UDP port 5000 and TCP port 5000 of 127.0.0.1, history in history.db",
    `subscribers: 2 in ${file}, 1 with sample secrets`,
    "All is sound.",
  ]);
});

Deno.test("check refuses sample secrets only where others can reach the server", async () => {
  const args = ["--host=0.0.0.0"];
  assertEquals((await checked(SAMPLE)).code, 0);
  assertEquals((await checked(OWN, { args })).code, 0);
  const error = await assertRejects(() => checked(`${OWN}${SAMPLE}`, { args }), SubscribersError);
  assertStringIncludes(error.message, 'subscribers.toml:4: subscriber "bob": this is a sample');
});

Deno.test({
  name: "check warns of secrets that others may read, but not of samples",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    for (const mode of [0o644, 0o640]) {
      const { code, complaints, file } = await checked(OWN, { mode });
      assertEquals(complaints, [
        `warning: others may read the secrets in ${file}: chmod 600 ${file}`,
      ]);
      assertEquals(code, 0);
      assertEquals((await checked(SAMPLE, { mode })).complaints, []);
    }
  },
});

Deno.test("check finds a folder in the place of the history", async () => {
  await using folder = new Folder();
  const path = folder.file(".");
  const error = await assertRejects(
    () => checked(OWN, { args: [`--history=${path}`] }),
    AdminError,
  );
  assertEquals(
    error.message,
    `the history ${path} is a folder. Name a file, such as one inside.`,
  );
});

Deno.test("check misses the folder of the history", async () => {
  const args = ["--history=no/such/folder/history.db"];
  const error = await assertRejects(() => checked(OWN, { args }), AdminError);
  assertStringIncludes(error.message, "for the history; create it first");
});

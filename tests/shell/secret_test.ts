/** Where a secret comes from, and what is said when it was the wrong one. */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { findSecret, findTarget, Profiles, StartError, type Target } from "../../lib/shell/mod.ts";
import { parseClientId } from "../../lib/client/mod.ts";
import { Folder } from "../programs/fixtures.ts";

const NOTHING = { file: undefined, variable: undefined, ask: false } as const;

function targetOf(word: string, profiles = new Profiles(undefined)): Target {
  return findTarget([word], undefined, profiles);
}

Deno.test("a secret is the file's, the environment's, the profile's or the sample's, in this order", async () => {
  await using folder = new Folder();
  const profiles = new Profiles(folder.file("parley"));
  const id = parseClientId("alice");
  const server = { host: "127.0.0.1", port: 4390 };
  profiles.write("alice", { server, id, secret: "the profile's secret" });
  profiles.write("bare", { server, id });
  const file = folder.write("secret", "the file's\r\n");
  const alice = targetOf("alice", profiles);

  const found = (variable: string | undefined, target: Target, path?: string): unknown[] => {
    const { text, given } = findSecret(target, { file: path, variable, ask: false });
    return [text, given];
  };
  assertEquals(found("the variable's", alice, file), ["the file's", true]);
  assertEquals(found("the variable's", alice), ["the variable's", true]);
  assertEquals(found(undefined, alice), ["the profile's secret", false]);
  assertEquals(found(undefined, targetOf("bare", profiles)), ["sample-secret-of-alice", false]);
  assertEquals(found(undefined, targetOf("bob")), ["sample-secret-of-bob", false]);
});

Deno.test("a sample secret is for loopback only, and an empty one is none", () => {
  for (const word of ["zoe", "alice@chat.example", "alice@192.0.2.1"]) {
    const error = assertThrows(
      () => findSecret(targetOf(word), NOTHING),
      StartError,
    );
    assertStringIncludes(error.message, "give --secret-file FILE, or set PARLEY_SECRET");
  }
  assertThrows(() => findSecret(targetOf("alice"), { ...NOTHING, variable: "" }), StartError);
});

Deno.test("a secret that the user may not know of is named when it is refused", async () => {
  await using folder = new Folder();
  const profiles = new Profiles(folder.file("parley"));
  const server = { host: "chat.example", port: 4390 };
  profiles.write("work", { server, id: parseClientId("alice"), secret: "the profile's secret" });
  const hint = (variable: string | undefined, target: Target): string | undefined =>
    findSecret(target, { ...NOTHING, variable }).ifRefused;
  assertStringIncludes(hint(undefined, targetOf("alice"))!, "That was the sample secret of alice.");
  assertStringIncludes(hint("x", targetOf("alice"))!, "PARLEY_SECRET");
  assertStringIncludes(hint(undefined, targetOf("work", profiles))!, profiles.path("work"));
  const file = folder.write("secret", "x");
  assertEquals(findSecret(targetOf("alice"), { ...NOTHING, file }).ifRefused, undefined);
});

Deno.test({
  name: "a secret file that others may read is used with a warning",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using folder = new Folder();
    const file = folder.write("secret", "x");
    const warning = (): string | undefined =>
      findSecret(targetOf("alice"), { ...NOTHING, file }).warning;
    Deno.chmodSync(file, 0o644);
    assertStringIncludes(warning()!, `Type: chmod 600 ${file}`);
    Deno.chmodSync(file, 0o600);
    assertEquals(warning(), undefined);
  },
});

Deno.test("a secret file that cannot be read is named", () => {
  const sources = { ...NOTHING, file: "/there/is/no/such/file" };
  assertThrows(
    () => findSecret(targetOf("alice"), sources),
    StartError,
    "cannot read the secret file /there/is/no/such/file: ",
  );
});

/** Whom the command line means. */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseClientId } from "../../lib/client/mod.ts";
import { findTarget, Profiles } from "../../lib/shell/mod.ts";
import { UsageError } from "../../lib/terminal/mod.ts";
import { Folder } from "../programs/fixtures.ts";

/** Profiles of these names: at the server HOME.example, as the ID me. */
function profilesNamed(folder: Folder, ...names: string[]): Profiles {
  const profiles = new Profiles(folder.file("parley"));
  for (const name of names) {
    profiles.write(name, { server: { host: `${name}.example`, port: 7 }, id: parseClientId("me") });
  }
  return profiles;
}

/** ID, server, and whether the client logs on at once. */
function target(words: string[], server: string | undefined, profiles: Profiles): string {
  const { clientId, server: { host, port }, atOnce } = findTarget(words, server, profiles);
  return `${clientId} at ${host} ${port}${atOnce ? ", at once" : ""}`;
}

Deno.test("a name is a profile where there is one, and a client-ID otherwise", async () => {
  await using folder = new Folder();
  const profiles = profilesNamed(folder, "work");
  assertEquals(target(["work"], undefined, profiles), "me at work.example 7, at once");
  assertEquals(target(["alice"], undefined, profiles), "alice at 127.0.0.1 4390");
  // With a server, it is nobody but that client-ID.
  assertEquals(target(["work"], "chat.example", profiles), "work at chat.example 4390");
  assertEquals(
    target(["work@chat.example"], undefined, profiles),
    "work at chat.example 4390, at once",
  );
});

Deno.test("ID@HOST:PORT says all there is to say", async () => {
  await using folder = new Folder();
  const none = profilesNamed(folder);
  for (
    const [word, expected] of [
      ["alice@chat.example", "alice at chat.example 4390, at once"],
      ["alice@chat.example:9", "alice at chat.example 9, at once"],
      ["alice@[::1]:9", "alice at ::1 9, at once"],
    ] as const
  ) {
    assertEquals(target([word], undefined, none), expected);
  }
  for (
    const word of ["alice@", "@host", "al ice@host", "a@b:c:d", "alice/bob", "a".repeat(33), ""]
  ) {
    assertThrows(() => findTarget([word], undefined, none), UsageError);
  }
  assertThrows(
    () => findTarget(["alice@a"], "b", none),
    UsageError,
    "names the server, and so does",
  );
  assertThrows(
    () => findTarget(["alice", "bob"], undefined, none),
    UsageError,
    "one name is enough",
  );
});

Deno.test("no name means the only profile, or the one called default", async () => {
  await using one = new Folder();
  assertEquals(target([], undefined, profilesNamed(one, "work")), "me at work.example 7, at once");
  await using several = new Folder();
  const profiles = profilesNamed(several, "work", "default", "home");
  assertEquals(target([], undefined, profiles), "me at default.example 7, at once");
  assertThrows(() => findTarget([], "chat.example", profiles), UsageError, "say whom");
});

Deno.test("no name where it could mean several, or nobody, is answered with what to type", async () => {
  await using folder = new Folder();
  const several = profilesNamed(folder, "work", "home");
  const which = assertThrows(() => findTarget([], undefined, several), UsageError);
  for (const typed of ["2 profiles", "  parley work ", "  parley home ", "  parley setup "]) {
    assertStringIncludes(which.message, typed);
  }
  const none = assertThrows(() => findTarget([], undefined, new Profiles(undefined)), UsageError);
  for (
    const typed of ["no profile yet", "  parley setup ", "  parley alice@HOST ", "  parley alice "]
  ) {
    assertStringIncludes(none.message, typed);
  }
  await using other = new Folder();
  const alice = profilesNamed(other, "alice", "bob");
  const { message } = assertThrows(() => findTarget([], undefined, alice), UsageError);
  assertEquals(message.match(/^ {2}parley alice {2}.*/gm), [
    "  parley alice          logs on with the profile alice",
  ]);
});

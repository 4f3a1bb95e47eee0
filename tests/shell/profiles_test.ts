/** Profiles on disk: what is written is read again, by its owner only, and mistakes are named. */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { dirname } from "@std/path";
import fc from "fast-check";
import { type Profile, Profiles, StartError } from "../../lib/shell/mod.ts";
import { parseClientId } from "../../lib/client/mod.ts";
import { Folder } from "../programs/fixtures.ts";

const UNIX = Deno.build.os !== "windows";
const SECRET = "a secret of alice's own";

const ALICE: Profile = {
  server: { host: "chat.example", port: 4390 },
  id: parseClientId("alice"),
  secret: SECRET,
};

/** Profiles in a folder that is not there yet. */
function profilesIn(folder: Folder): Profiles {
  return new Profiles(folder.file("parley"));
}

Deno.test("a profile is read as it was written, whatever is in it", async () => {
  await using folder = new Folder();
  const profiles = profilesIn(folder);
  const profile = fc.record({
    server: fc.record({
      host: fc.constantFrom("chat.example", "127.0.0.1", "::1", "localhost"),
      port: fc.integer({ min: 1, max: 65_535 }),
    }),
    id: fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/).map(parseClientId),
    secret: fc.option(fc.string({ minLength: 16, maxLength: 200, unit: "grapheme" }), {
      nil: undefined,
    }),
  });
  fc.assert(
    fc.property(profile, fc.stringMatching(/^[a-z0-9_-]{1,32}$/), (written, name) => {
      profiles.write(name, written);
      const { server, id, secret } = profiles.read(name)!;
      assertEquals({ server, id, secret }, written);
      assert(profiles.names().includes(name));
    }),
    { numRuns: 50 },
  );
});

Deno.test({
  name: "a profile is for its owner only, in a folder for its owner only",
  ignore: !UNIX,
  fn: async () => {
    await using folder = new Folder();
    const profiles = profilesIn(folder);
    profiles.write("alice", ALICE);
    const path = profiles.path("alice");
    const modes = [path, dirname(path)].map((each) => Deno.statSync(each).mode! & 0o777);
    assertEquals(modes, [0o600, 0o700]);
    assertEquals(profiles.read("alice")!.warning, undefined);
  },
});

Deno.test({
  name: "a profile that others may read is used with a warning that says what to type",
  ignore: !UNIX,
  fn: async () => {
    await using folder = new Folder();
    const profiles = new Profiles(folder.file("some parley"));
    profiles.write("alice", ALICE);
    const path = profiles.path("alice");
    for (const mode of [0o640, 0o604, 0o620]) {
      Deno.chmodSync(path, mode);
      const { warning, secret } = profiles.read("alice")!;
      assertEquals(secret, SECRET);
      assertStringIncludes(warning!, `Type: chmod 600 '${path}'`);
    }
    // What is written anew is closed again.
    profiles.write("alice", ALICE);
    assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
  },
});

Deno.test("a profile that is written anew replaces the old one, and leaves nothing beside it", async () => {
  await using folder = new Folder();
  const profiles = profilesIn(folder);
  profiles.write("alice", ALICE);
  profiles.write("alice", { server: ALICE.server, id: parseClientId("bob") });
  const { id, secret } = profiles.read("alice")!;
  assertEquals([id, secret], ["bob", undefined]);
  const files = Array.from(Deno.readDirSync(dirname(profiles.path("alice"))), ({ name }) => name);
  assertEquals(files, ["alice.toml"]);
});

Deno.test("a profile that cannot be written is told of, and leaves nothing behind", async () => {
  await using folder = new Folder();
  const profiles = profilesIn(folder);
  Deno.mkdirSync(profiles.path("alice"), { recursive: true });
  assertThrows(() => profiles.write("alice", ALICE), StartError, "cannot write");
  const files = Array.from(Deno.readDirSync(folder.file("parley")), ({ name }) => name);
  assertEquals(files, ["alice.toml"]);
});

Deno.test("there are no profiles where there is no folder, and no place for one", async () => {
  await using folder = new Folder();
  const none = profilesIn(folder);
  assertEquals([none.names(), none.read("alice"), none.canTake("alice")], [[], undefined, true]);
  const nowhere = new Profiles(undefined);
  assertEquals([nowhere.names(), nowhere.read("alice")], [[], undefined]);
  assertEquals(nowhere.canTake("alice"), false);
  assertThrows(() => nowhere.write("alice", ALICE), StartError, "there is no place");
});

Deno.test("where nobody can look for profiles, none is offered to be kept", async () => {
  await using folder = new Folder();
  const profiles = new Profiles(folder.write("parley", "a file in the folder's place"));
  assertThrows(() => profiles.names(), StartError, "cannot look for profiles");
  assertEquals(profiles.canTake("alice"), false);
});

Deno.test("only files that are named like profiles are profiles", async () => {
  await using folder = new Folder();
  for (const name of ["work.toml", "al ice.toml", "notes.txt", ".work.toml.1", "home.toml"]) {
    folder.write(name, "");
  }
  assertEquals(new Profiles(dirname(folder.file("x"))).names(), ["home", "work"]);
});

Deno.test({
  name: "profiles are where XDG_CONFIG_HOME says, and otherwise in ~/.config",
  ignore: !UNIX,
  fn: () => {
    const found = (env: Record<string, string>): string =>
      Profiles.ofUser((name) => env[name]).path("alice");
    const HOME = "/home/alice";
    assertEquals(found({ HOME, XDG_CONFIG_HOME: "/etc/alice" }), "/etc/alice/parley/alice.toml");
    for (const env of [{ HOME }, { HOME, XDG_CONFIG_HOME: "" }, { HOME, XDG_CONFIG_HOME: "x" }]) {
      assertEquals(found(env), "/home/alice/.config/parley/alice.toml");
    }
    assertThrows(() => found({ HOME: "" }), StartError, "set HOME or XDG_CONFIG_HOME");
  },
});

const MISTAKES: readonly (readonly [text: string, line: number, complaint: string])[] = [
  [`server = "a"\nid = "alice"\nsecert = "${SECRET}"\n`, 3, 'there is no key "secert"; remove it'],
  [`server = "a"\n\nid = "al ice"\n`, 3, "the id is not a client-ID"],
  [`server = "a"\nid = 7\n`, 2, 'write id = "alice"'],
  [`id = "alice"\n# none\n`, 2, 'write server = "HOST:PORT"'],
  ["", 1, 'write id = "alice"'],
  [`id = "alice"\nserver = "a:b:c"\n`, 2, "server takes HOST or HOST:PORT"],
  [`id = "alice"\nserver = "a:0"\n`, 2, "server takes HOST or HOST:PORT"],
  [
    `id = "alice"\nserver = "a"\nsecret = "short"\n`,
    3,
    "a secret has 16 to 1024 bytes, this one 5",
  ],
  [`id = "alice"\nserver = "a"\n  secret = true\n`, 3, 'write secret = "..."'],
  [`id = "alice"\nserver = "a"\nsecret = "${SECRET}\n`, 3, "this is not TOML"],
  [`id = "alice"\nsecret = "${SECRET}"\nsecret = "x"\n`, 3, "this is not TOML"],
  [`id = "alice"\nserver = "a"\n[secret]\nx = "${SECRET}"\n`, 3, 'write secret = "..."'],
];

Deno.test("a mistake in a profile is named with its file and line, and never with the secret", async () => {
  await using folder = new Folder();
  const profiles = new Profiles(dirname(folder.file("x")));
  for (const [text, line, complaint] of MISTAKES) {
    const path = folder.write("alice.toml", text);
    const error = assertThrows(() => profiles.read("alice"), StartError);
    assertStringIncludes(error.message, `${path}:${line}: ${complaint}`);
    assert(!error.message.includes(SECRET), error.message);
  }
});

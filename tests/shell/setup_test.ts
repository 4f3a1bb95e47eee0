/** What `parley setup` asks, tries and keeps; and what "Remember" keeps. */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { LogOnError, parseClientId } from "../../lib/client/mod.ts";
import {
  type Asker,
  type Attempt,
  Profiles,
  Remembering,
  setUp,
  StartError,
} from "../../lib/shell/mod.ts";
import { Folder } from "../programs/fixtures.ts";

const SECRET = "a secret of alice's own";

/** Answers what is asked with the answers given, in turn; undefined when there are no more. */
class Person implements Asker {
  readonly asked: string[] = [];
  readonly #answers: string[];

  constructor(...answers: string[]) {
    this.#answers = answers;
  }

  ask(question: string, otherwise?: string): string | undefined {
    const answer = this.askSecret(question);
    return answer === "" ? otherwise ?? "" : answer;
  }

  askSecret(question: string): string | undefined {
    this.asked.push(question);
    return this.#answers.shift();
  }

  confirm(question: string): boolean {
    return this.askSecret(question) === "y";
  }
}

/** What setup said, whether it kept a profile, and how the log-on was tried. */
async function played(
  profiles: Profiles,
  person: Person,
  attempt: Attempt = () => Promise.resolve(),
): Promise<{ kept: boolean; said: string }> {
  const said: string[] = [];
  const out = { say: (text: string) => said.push(text), complain: () => {} };
  const kept = await setUp(profiles, person, out, attempt);
  return { kept, said: said.join("\n") };
}

Deno.test("setup keeps what it was told, once a log-on with it has succeeded", async () => {
  await using folder = new Folder();
  const profiles = new Profiles(folder.file("parley"));
  const tried: unknown[] = [];
  const person = new Person("chat.example:7", "alice", SECRET, "work");
  const { kept, said } = await played(profiles, person, (profile) => {
    tried.push(profile);
    assertEquals(profiles.names(), []);
    return Promise.resolve();
  });
  const expected = { server: { host: "chat.example", port: 7 }, id: "alice", secret: SECRET };
  assertEquals([kept, tried], [true, [expected]]);
  const { server, id, secret } = profiles.read("work")!;
  assertEquals({ server, id: String(id), secret }, expected);
  assertStringIncludes(said, `${profiles.path("work")} will hold:\n  server = "chat.example:7"`);
  assertStringIncludes(said, "To chat, type: parley work");
  assert(!said.includes(SECRET));
});

Deno.test("setup offers this machine's server, the ID as the name, and to keep no secret", async () => {
  await using folder = new Folder();
  const profiles = new Profiles(folder.file("parley"));
  const { kept } = await played(profiles, new Person("", "alice", "", ""), () => {
    throw new Error("without a secret there is nothing to try");
  });
  const { server, secret } = profiles.read("alice")!;
  assertEquals([kept, server, secret], [true, { host: "127.0.0.1", port: 4390 }, undefined]);
});

Deno.test("setup says what is wrong with an answer, and asks again", async () => {
  await using folder = new Folder();
  const profiles = new Profiles(folder.file("parley"));
  const person = new Person(
    "a:b:c",
    "a",
    "al ice",
    "",
    "alice",
    "short",
    SECRET,
    "x/y",
    "setup",
    "",
  );
  const { kept, said } = await played(profiles, person);
  assertEquals([kept, profiles.names()], [true, ["alice"]]);
  for (
    const complaint of [
      'the server takes HOST or HOST:PORT, not "a:b:c".',
      "a client-ID is 1 to 32 characters",
      "a secret has 16 to 1024 bytes, this one 5.",
      "a name is 1 to 32 characters",
      '"parley setup" means something else',
    ]
  ) assertStringIncludes(said, complaint);
});

Deno.test("setup replaces a profile only when it is told to", async () => {
  await using folder = new Folder();
  const profiles = new Profiles(folder.file("parley"));
  await played(profiles, new Person("old.example", "alice", SECRET, ""));
  const person = new Person("new.example", "alice", SECRET, "", "n", "alice2");
  await played(profiles, person);
  assertStringIncludes(person.asked.join("\n"), "There is a profile alice already. Replace it?");
  assertEquals(profiles.read("alice")!.server.host, "old.example");
  assertEquals(profiles.read("alice2")!.server.host, "new.example");
  await played(profiles, new Person("new.example", "alice", SECRET, "", "y"));
  assertEquals(profiles.read("alice")!.server.host, "new.example");
});

Deno.test("setup says why a log-on failed, and keeps the profile only if it is told to", async () => {
  await using folder = new Folder();
  const profiles = new Profiles(folder.file("parley"));
  const silence: Attempt = () => Promise.reject(new LogOnError("no answer", "no answer from a"));
  const no = await played(profiles, new Person("a", "alice", SECRET, "", "n"), silence);
  assertEquals([no.kept, profiles.names()], [false, []]);
  assertStringIncludes(no.said, "Log on failed: no answer from a.");
  assertStringIncludes(no.said, "Nothing was kept.");
  const yes = await played(profiles, new Person("a", "alice", SECRET, "", "y"), silence);
  assertEquals([yes.kept, profiles.names()], [true, ["alice"]]);
});

Deno.test("setup asks for another secret as long as the server refuses it", async () => {
  await using folder = new Folder();
  const profiles = new Profiles(folder.file("parley"));
  const attempt: Attempt = ({ secret }) =>
    secret === SECRET
      ? Promise.resolve()
      : Promise.reject(new LogOnError("refused", "a refused alice"));
  const wrong = "a mistyped secret";
  const gaveUp = new Person("a", "alice", wrong, "", wrong, "", "n");
  assertEquals((await played(profiles, gaveUp, attempt)).kept, false);
  assertEquals(gaveUp.asked.at(-1), "Keep it all the same?");
  const { kept } = await played(
    profiles,
    new Person("a", "alice", wrong, "", wrong, SECRET),
    attempt,
  );
  assertEquals([kept, profiles.read("alice")!.secret], [true, SECRET]);
});

Deno.test("setup keeps nothing when somebody stops answering", async () => {
  await using folder = new Folder();
  const profiles = new Profiles(folder.file("parley"));
  const answers = ["a", "alice", SECRET];
  for (let count = 0; count <= answers.length; count++) {
    const { kept, said } = await played(profiles, new Person(...answers.slice(0, count)));
    assertEquals(kept, false);
    assertStringIncludes(said, "Nothing was kept.");
  }
  assertEquals(profiles.names(), []);
});

Deno.test("setup asks nothing where there is no place for a profile", async () => {
  const person = new Person();
  let error: unknown;
  await played(new Profiles(undefined), person).catch((reason) => error = reason);
  assert(error instanceof StartError);
  assertEquals(person.asked, []);
});

Deno.test("Remember is offered once, after the first log-on, and keeps a profile", async () => {
  await using folder = new Folder();
  const profiles = new Profiles(folder.file("parley"));
  const server = { host: "chat.example", port: 7 };
  const id = parseClientId("alice");
  const remembering = new Remembering(profiles, { server, id, secret: SECRET });
  assertThrows(() => remembering.remember(), StartError, "Log on first");
  assertStringIncludes(remembering.proved()!, profiles.path("alice"));
  assertEquals([remembering.proved(), profiles.names()], [undefined, []]);
  assertStringIncludes(remembering.remember(), "parley alice");
  assertEquals(profiles.read("alice")!.secret, SECRET);
  // Whoever types it twice is told so again.
  assertStringIncludes(remembering.remember(), "parley alice");
});

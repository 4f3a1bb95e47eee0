/** Subscribers that are replaced while they are in use, and the looks that their file gets. */

import { assertEquals, assertRejects } from "@std/assert";
import { parseClientId } from "../../lib/codec/mod.ts";
import { LiveSubscribers, readableByOthers, SubscribersError } from "../../lib/subscribers/mod.ts";
import { Folder } from "../programs/fixtures.ts";

const [ALICE, BOB, CAROL, DAVE] = ["alice", "bob", "carol", "dave"].map(parseClientId) as [
  ReturnType<typeof parseClientId>,
  ReturnType<typeof parseClientId>,
  ReturnType<typeof parseClientId>,
  ReturnType<typeof parseClientId>,
];
const noWindows = Deno.build.os === "windows";

/** A file of subscribers, each with a secret. */
function listing(secrets: Readonly<Record<string, string>>): string {
  return Object.entries(secrets).map(([id, secret]) => `[${id}]\nsecret = "${secret}"\n`).join("");
}

const FIRST = listing({ alice: "first secret of alice", bob: "first secret of bob" });
const SECOND = listing({ alice: "other secret of alice", carol: "first secret of carol" });

/** Live subscribers of a file with `FIRST` in it. */
async function opened(folder: Folder): Promise<LiveSubscribers> {
  return await LiveSubscribers.open(folder.write("subscribers.toml", FIRST));
}

function secretOf(live: LiveSubscribers, id: typeof ALICE): string | undefined {
  const secret = live.secretOf(id);
  return secret && new TextDecoder().decode(secret);
}

Deno.test("reload() puts the file in force and tells who was added, removed and rotated", async () => {
  await using folder = new Folder();
  const live = await opened(folder);
  folder.write(
    "subscribers.toml",
    listing({
      carol: "a secret of carol",
      bob: "first secret of bob",
      alice: "a new secret of alice",
    }) +
      listing({ dave: "a secret of dave's" }),
  );
  assertEquals(secretOf(live, ALICE), "first secret of alice");
  assertEquals(await live.reload(), { added: [CAROL, DAVE], removed: [], rotated: [ALICE] });
  assertEquals(secretOf(live, ALICE), "a new secret of alice");
  folder.write("subscribers.toml", FIRST);
  assertEquals(await live.reload(), { added: [], removed: [CAROL, DAVE], rotated: [ALICE] });
  assertEquals(secretOf(live, DAVE), undefined);
  assertEquals(await live.reload(), { added: [], removed: [], rotated: [] });
});

Deno.test("reload() of a file that cannot be used leaves what was in force", async () => {
  await using folder = new Folder();
  const live = await opened(folder);
  const { current } = live;
  folder.write("subscribers.toml", `${FIRST}[carol]\nsecret = "short"\n`);
  const error: SubscribersError = await assertRejects(() => live.reload(), SubscribersError);
  assertEquals(error.problems.map(({ line, subscriber }) => [line, subscriber]), [[6, "carol"]]);
  await Deno.remove(live.file);
  await assertRejects(() => live.reload(), SubscribersError, "there is no such file");
  assertEquals(live.current, current);
  assertEquals(secretOf(live, BOB), "first secret of bob");
});

Deno.test("reload() keeps to the rules that the file was opened with", async () => {
  await using folder = new Folder();
  const path = folder.write("subscribers.toml", FIRST);
  const live = await LiveSubscribers.open(path, { refuseSamples: true });
  folder.write("subscribers.toml", `${FIRST}[carol]\nsecret = "sample-secret-of-carol"\n`);
  const { message } = await assertRejects(() => live.reload(), SubscribersError);
  assertEquals(
    message,
    `${path}:6: subscriber "carol": this is a sample secret, which everybody knows; rotate it with: parley-server subscriber rotate ID, or listen on 127.0.0.1 only`,
  );
  await LiveSubscribers.open(path);
});

Deno.test("look() finds nothing in a file that stays as it was opened", async () => {
  await using folder = new Folder();
  const live = await opened(folder);
  assertEquals([await live.look(), await live.look()], [undefined, undefined]);
});

Deno.test("look() finds a change that was made while the file was opened", async () => {
  await using folder = new Folder();
  const { readFile } = Deno;
  try {
    Deno.readFile = async (path) => {
      const bytes = await readFile(path);
      folder.write("subscribers.toml", SECOND);
      return bytes;
    };
    const live = await opened(folder);
    assertEquals(await live.look(), undefined);
    assertEquals(await live.look(), "changed");
  } finally {
    Deno.readFile = readFile;
  }
});

Deno.test("look() waits until a file that has changed stays the same", async () => {
  await using folder = new Folder();
  const live = await opened(folder);
  folder.write("subscribers.toml", SECOND.slice(0, 20));
  assertEquals(await live.look(), undefined);
  folder.write("subscribers.toml", SECOND);
  assertEquals([await live.look(), await live.look()], [undefined, "changed"]);
  await live.reload();
  assertEquals([await live.look(), await live.look()], [undefined, undefined]);
});

Deno.test("look() finds each version of a broken file once", async () => {
  await using folder = new Folder();
  const live = await opened(folder);
  for (const broken of ["[alice", "[alice]"]) {
    folder.write("subscribers.toml", broken);
    assertEquals([await live.look(), await live.look()], [undefined, "changed"]);
    await assertRejects(() => live.reload(), SubscribersError);
    assertEquals([await live.look(), await live.look()], [undefined, undefined]);
  }
});

Deno.test("look() finds a file that was replaced, and one that is gone and comes back", async () => {
  await using folder = new Folder();
  const live = await opened(folder);
  await Deno.rename(folder.write("new.toml", FIRST), live.file);
  assertEquals([await live.look(), await live.look()], [undefined, "changed"]);
  await live.reload();
  await Deno.remove(live.file);
  assertEquals([await live.look(), await live.look()], [undefined, "changed"]);
  await assertRejects(() => live.reload(), SubscribersError);
  folder.write("subscribers.toml", FIRST);
  assertEquals([await live.look(), await live.look()], [undefined, "changed"]);
});

Deno.test({
  name: "look() follows a symbolic link, and sees that it leads elsewhere or may be read now",
  ignore: noWindows,
  fn: async () => {
    await using folder = new Folder();
    const link = folder.file("link.toml");
    await Deno.symlink(folder.write("one.toml", FIRST), link);
    const live = await LiveSubscribers.open(link);
    folder.write("one.toml", SECOND);
    assertEquals([await live.look(), await live.look()], [undefined, "changed"]);
    await live.reload();
    await Deno.symlink(folder.write("two.toml", FIRST), folder.file("next.toml"));
    await Deno.rename(folder.file("next.toml"), link);
    assertEquals([await live.look(), await live.look()], [undefined, "changed"]);
    assertEquals((await live.reload()).added, [BOB]);
    await Deno.chmod(folder.file("two.toml"), 0o640);
    assertEquals([await live.look(), await live.look()], [undefined, "changed"]);
  },
});

Deno.test("look() has a file loaded again that could not be read, though it is the same", async () => {
  await using folder = new Folder();
  const live = await opened(folder);
  const { readFile } = Deno;
  try {
    Deno.readFile = () => Promise.reject(new Error("too many open files"));
    await assertRejects(() => live.reload(), SubscribersError, "too many open files");
  } finally {
    Deno.readFile = readFile;
  }
  assertEquals([live.unread, await live.look()], [true, "unread"]);
  await live.reload();
  assertEquals([live.unread, await live.look()], [false, undefined]);
});

Deno.test({
  name: "readableByOthers() tells whether the group or others may read a file",
  ignore: noWindows,
  fn: async () => {
    await using folder = new Folder();
    const path = folder.write("subscribers.toml", FIRST);
    for (const [mode, others] of [[0o600, false], [0o640, true], [0o604, true]] as const) {
      await Deno.chmod(path, mode);
      assertEquals(await readableByOthers(path), others);
    }
  },
});

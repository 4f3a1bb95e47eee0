/** What follows from an edit of the subscribers: who is logged off, and what the admin is told. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { AdminNote } from "../../lib/admin/notes.ts";
import { Reloader } from "../../lib/admin/reload.ts";
import { type ClientId, parseClientId } from "../../lib/codec/mod.ts";
import { LiveSubscribers } from "../../lib/subscribers/mod.ts";
import { Folder } from "../programs/fixtures.ts";
import {
  ALICE,
  BOB,
  CAROL,
  chatting,
  secretOf,
  TestClient,
  type TestServer,
  withServer,
} from "../server/rig.ts";
import { logIn, plain, RawClient, RawLogin, RawUdp } from "../server/raw_client.ts";
import { Inbox } from "../server/waiting.ts";

const decoder = new TextDecoder();
const MALLORY = parseClientId("mallory");
const OTHER = "another secret of hers";
const OTHER_SECRET = new TextEncoder().encode(OTHER);

/** What the rig's secrets are filled up with in a file, which takes none so short. */
const FILLING = "!!!!!!!!";

/** A file that lists the rig's secrets of `ids`, and the other secret of `rotated`. */
function listing(ids: readonly ClientId[], rotated: readonly ClientId[] = []): string {
  const secret = (id: ClientId): string =>
    rotated.includes(id) ? OTHER : `${decoder.decode(secretOf(id))}${FILLING}`;
  return ids.map((id) => `[${id}]\nsecret = "${secret(id)}"\n`).join("");
}

/** A reloader whose file is edited by the test, and all that it does. */
class Edited implements Disposable {
  readonly notes = new Inbox<AdminNote>();
  readonly revoked: ClientId[] = [];
  readonly reloader: Reloader;

  constructor(
    readonly folder: Folder,
    readonly live: LiveSubscribers,
    revoke: (id: ClientId) => void = () => {},
  ) {
    this.reloader = new Reloader(live, {
      note: (note) => this.notes.put(note),
      revoke: (id) => {
        this.revoked.push(id);
        revoke(id);
      },
    });
  }

  static async of(folder: Folder, ids: readonly ClientId[]): Promise<Edited> {
    return new Edited(folder, await LiveSubscribers.open(write(folder, listing(ids))));
  }

  /** Writes the file, and has it looked at until it is taken or refused. */
  async edit(text: string): Promise<AdminNote | undefined> {
    write(this.folder, text);
    return await this.look(3);
  }

  /** What the last of `times` looks led to, or the ones before. */
  async look(times: number): Promise<AdminNote | undefined> {
    const before = this.notes.all.length;
    for (let i = 0; i < times; i++) await this.reloader.look();
    assert(this.notes.all.length <= before + 1);
    return this.notes.all[before];
  }

  [Symbol.dispose](): void {
    this.reloader[Symbol.dispose]();
  }
}

/** What is wrong with an edit that was not taken. */
function problemsOf(note: AdminNote | undefined): readonly string[] {
  if (note?.type !== "subscribers not reloaded") throw new Error(`${note?.type} was told`);
  return note.problems;
}

function write(folder: Folder, text: string): string {
  return folder.write("subscribers.toml", text);
}

Deno.test("an edit revokes who was removed or has a new secret, and nobody else", async () => {
  await using folder = new Folder();
  using edited = await Edited.of(folder, [ALICE, BOB, CAROL]);
  const { live } = edited;
  const note = await edited.edit(listing([ALICE, CAROL, MALLORY], [CAROL]));
  assertEquals(note, {
    type: "subscribers reloaded",
    file: live.file,
    total: 3,
    added: [MALLORY],
    removed: [BOB],
    rotated: [CAROL],
  });
  assertEquals(edited.revoked, [BOB, CAROL]);
});

Deno.test({
  name: "an edit that lets others read the secrets is in force, with a warning",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using folder = new Folder();
    using edited = await Edited.of(folder, [ALICE]);
    const { file } = edited.live;
    for (
      const [mode, more] of [[0o644, ["subscribers readable by others"]], [0o600, []]] as const
    ) {
      const before = edited.notes.all.length;
      await Deno.chmod(file, mode);
      await edited.reloader.reload();
      const told = edited.notes.all.slice(before).map(({ type }) => type);
      assertEquals(told, ["subscribers reloaded", ...more]);
    }
  },
});

Deno.test("a client is revoked when its new secret is in force already", async () => {
  await using folder = new Folder();
  const live = await LiveSubscribers.open(write(folder, listing([ALICE, BOB])));
  const inForce: (string | undefined)[] = [];
  using edited = new Edited(folder, live, (id) => {
    const secret = live.secretOf(id);
    inForce.push(secret && decoder.decode(secret));
  });
  await edited.edit(listing([BOB], [BOB]));
  assertEquals(edited.revoked, [ALICE, BOB]);
  assertEquals(inForce, [undefined, OTHER]);
});

Deno.test("a broken edit is told once with file and line; so is the next version, and that it is put right", async () => {
  await using folder = new Folder();
  using edited = await Edited.of(folder, [ALICE]);
  const { file, current } = edited.live;
  for (const broken of ['[alice]\nsecret = "short"', '[alice]\n\nsecret = "short"']) {
    const [problem, ...others] = problemsOf(await edited.edit(broken));
    assertEquals(others, []);
    assertStringIncludes(
      problem!,
      `${file}:${broken.split("\n").length}: subscriber "alice"`,
    );
    assertEquals(await edited.look(3), undefined);
    assertEquals(edited.live.current, current);
  }
  const note = await edited.edit(listing([ALICE]));
  assertEquals(note?.type, "subscribers reloaded");
  assertEquals(edited.revoked, []);
});

Deno.test("a file that is gone is told once, and that it is back", async () => {
  await using folder = new Folder();
  using edited = await Edited.of(folder, [ALICE]);
  const { file } = edited.live;
  await Deno.remove(file);
  const [problem] = problemsOf(await edited.look(3));
  assertStringIncludes(problem!, `${file}: there is no such file`);
  assertEquals(await edited.look(3), undefined);
  assertEquals((await edited.edit(listing([ALICE])))?.type, "subscribers reloaded");
});

Deno.test("reload() loads at once, and tells what comes of it each time", async () => {
  await using folder = new Folder();
  using edited = await Edited.of(folder, [ALICE]);
  await edited.reloader.reload();
  write(folder, listing([BOB]));
  await Promise.all([edited.reloader.look(), edited.reloader.reload(), edited.reloader.look()]);
  write(folder, "");
  await edited.reloader.reload();
  await edited.reloader.reload();
  assertEquals(edited.notes.all.map(({ type }) => type), [
    "subscribers reloaded",
    "subscribers reloaded",
    "subscribers not reloaded",
    "subscribers not reloaded",
  ]);
  assertEquals(edited.revoked, [ALICE]);
  assertEquals(await edited.look(3), undefined);
});

Deno.test("two reloads at once end with what was written last, though it is read sooner", async () => {
  await using folder = new Folder();
  using edited = await Edited.of(folder, [ALICE]);
  const { readFile } = Deno;
  const early = new TextEncoder().encode(listing([BOB]));
  try {
    let second: Promise<void> | undefined;
    Deno.readFile = async () => {
      Deno.readFile = readFile;
      write(folder, listing([CAROL]));
      second = edited.reloader.reload();
      // Were they not to take turns, the second would be over before the first.
      await Promise.race([second, new Promise((resolve) => setTimeout(resolve, 50))]);
      return early;
    };
    await edited.reloader.reload();
    await second;
  } finally {
    Deno.readFile = readFile;
  }
  assertEquals(edited.live.current.ids(), [CAROL]);
});

Deno.test("a reloader that is disposed of looks no more", async () => {
  await using folder = new Folder();
  const edited = await Edited.of(folder, [ALICE]);
  const { setTimeout, clearTimeout } = globalThis;
  const timers = new Set<unknown>();
  try {
    globalThis.setTimeout = ((): number => {
      timers.add(timers.size);
      return timers.size - 1;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = (timer): void => void timers.delete(timer);
    edited.reloader.start();
    assertEquals(timers.size, 1);
    edited[Symbol.dispose]();
    // As a look that was under way does when it is over.
    edited.reloader.start();
    assertEquals(timers.size, 0);
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
});

Deno.test("start() looks at the file by itself until it is disposed of", async () => {
  await using folder = new Folder();
  const edited = await Edited.of(folder, [ALICE]);
  edited.reloader.start();
  for (const ids of [[BOB], [CAROL]]) {
    write(folder, listing(ids));
    await edited.notes.take("a reload", ({ type }) => type === "subscribers reloaded");
    assertEquals(edited.live.current.ids(), ids);
  }
  edited[Symbol.dispose]();
});

Deno.test("a reload under way when it is disposed of changes nothing for anybody", async () => {
  await using folder = new Folder();
  const edited = await Edited.of(folder, [ALICE]);
  write(folder, listing([BOB]));
  const reloading = edited.reloader.reload();
  edited[Symbol.dispose]();
  await reloading;
  assertEquals([edited.notes.all, edited.revoked], [[], []]);
});

/** Runs `test` with a server whose subscribers are alice, bob and carol until `edit` is called. */
async function withReload(
  test: (rig: TestServer, edit: (text: string) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  await using folder = new Folder();
  const live = await LiveSubscribers.open(write(folder, listing([ALICE, BOB, CAROL])));
  await withServer(async (rig) => {
    using edited = new Edited(folder, live, (id) => rig.server.revoke(id));
    await test(rig, (text) => edited.edit(text));
  }, { secrets: (id) => withoutFilling(live.secretOf(id)) });
}

function withoutFilling(secret: Uint8Array | undefined): Uint8Array | undefined {
  return secret && new TextEncoder().encode(decoder.decode(secret).replace(FILLING, ""));
}

Deno.test("a rotated client is logged off and can log on at once, while a chat goes on", async () => {
  await withReload(async (rig, edit) => {
    const [alice, bob] = await chatting(rig);
    const carol = new TestClient(rig, CAROL);
    await carol.client.logOn();
    await edit(listing([ALICE, BOB, CAROL], [CAROL]));
    assertEquals((await carol.notice("logged off")).why, "revoked");
    const again = new TestClient(rig, CAROL, { secret: OTHER_SECRET });
    await again.client.logOn();
    await alice.client.send("still there?");
    assertEquals(await bob.text(), "still there?");
    for (const { client } of [alice, bob, carol, again]) await client.logOff();
  });
});

Deno.test("a login under way with the old secret comes to nothing, at every step of it", async () => {
  await withReload(async (rig, edit) => {
    using udp = new RawUdp(rig.server.udpAddress);
    const challenged = new RawLogin(BOB);
    const challenge = await udp.challenge(challenged);
    const granted = await logIn(rig, BOB);
    using halfway = await RawClient.open(rig);
    halfway.useKeys(granted.keys);
    await halfway.write(granted.keys.keyId);

    await edit(listing([ALICE, BOB, CAROL], [BOB]));

    await halfway.write(halfway.seal(plain({ type: "CONNECT", cookie: granted.cookie })));
    assertEquals(await halfway.frame(), undefined);
    // No answer at all: the next datagram answers the next login.
    await udp.send(challenged.response(challenge));
    const late = new RawLogin(BOB);
    const lateChallenge = await udp.challenge(late);
    assertEquals(lateChallenge.nc, late.hello.nc);
    assertEquals((await udp.ask(late.response(lateChallenge))).type, "AUTH_FAIL");
    const sound = new RawLogin(BOB, OTHER_SECRET);
    const answer = sound.response(await udp.challenge(sound));
    assertEquals((await udp.ask(answer)).type, "AUTH_SUCCESS");
  });
});

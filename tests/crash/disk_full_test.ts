/** A server whose disk is full: chats go on, senders are refused, and nothing is lost or corrupt. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseClientId } from "../../lib/client/mod.ts";
import { quietPort, run } from "../../tools/stage/mod.ts";
import { Life } from "./life.ts";
import { Oracle } from "./oracle.ts";
import { SmallDisk, whyNoDisk } from "./small_disk.ts";
import { Speaker } from "./speaker.ts";
import { Stored } from "./stored.ts";

const [ALICE, BOB] = [parseClientId("alice"), parseClientId("bob")];

const why = whyNoDisk();

function test(name: string, fn: () => Promise<void>): void {
  const ignore = why !== undefined;
  Deno.test({ name: ignore ? `${name} (skipped: ${why})` : name, ignore, fn });
}

/** A server with its history on a small disk, and alice and bob. */
class Scene implements AsyncDisposable {
  readonly disk: SmallDisk;
  readonly history: string;
  readonly oracle = new Oracle();
  readonly server = { host: "127.0.0.1", port: quietPort() };
  life = 0;
  readonly alice = new Speaker(ALICE, this);
  readonly bob = new Speaker(BOB, this);
  readonly #stored: Stored;
  process: Life;

  private constructor(megabytes: number) {
    this.disk = new SmallDisk(megabytes);
    this.history = this.disk.file("history.db");
    this.#stored = new Stored(this.history);
    this.process = this.#spawn();
  }

  static async open(megabytes = 3): Promise<Scene> {
    const scene = new Scene(megabytes);
    await scene.process.listens();
    return scene;
  }

  heard(): void {}

  /** Alice and bob, in a chat. */
  async meet(): Promise<void> {
    await Promise.all([this.alice.comeOn(), this.bob.comeOn()]);
    assert(await this.alice.client.chat(BOB));
  }

  /** Alice talks, many messages at a time, until not even a word can be stored. */
  async talkUntilFull(): Promise<void> {
    let bursts = 0;
    for (const ending of ["long ".repeat(800), "long ".repeat(80), "word"]) {
      for (let refused = 0; refused < 5;) {
        const burst = Array.from({ length: 30 }, () => this.alice.say(BOB, ending));
        const fates = new Set(await Promise.all(burst));
        assert(!fates.has("unknown"), "the connection was lost");
        if (fates.has("refused")) refused++;
        assert(++bursts < 1_000, "nothing is refused");
      }
    }
    while (await this.alice.say(BOB, "word") !== "refused") {
      assert(++bursts < 1_000, "nothing is refused");
    }
  }

  /** What is on the disk is sound, and what it should be. */
  check(): void {
    const { rows, integrity } = this.#stored.all();
    assertEquals(integrity, "ok");
    this.oracle.readAll(rows);
    assertEquals(this.oracle.faults, []);
  }

  async restart(): Promise<void> {
    this.life++;
    this.process = this.#spawn();
    await this.process.listens();
  }

  /** What another server says that cannot start here. */
  async startError(): Promise<string> {
    const { code, output, errors } = await run("server", ["--port=0", "--history", this.history]);
    assertEquals([code, output], [1, ""]);
    return errors;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.alice.client.logOff(), this.bob.client.logOff()]);
    await this.process[Symbol.asyncDispose]();
    this.disk[Symbol.dispose]();
  }

  #spawn(): Life {
    return new Life({ history: this.history, port: this.server.port });
  }
}

test("on a full disk messages are refused, and stored again once there is space", async () => {
  await using scene = await Scene.open();
  const { alice, bob, disk } = scene;
  await scene.meet();
  const { sessionId } = alice.client;
  for (let i = 0; i < 20; i++) assertEquals(await alice.say(BOB, "before"), "receipted");
  disk.fill();
  await scene.talkUntilFull();

  assertEquals([alice.client.sessionId, bob.client.sessionId], [sessionId, sessionId]);
  assertEquals(await bob.say(ALICE, "word"), "refused");
  assert(await bob.recall(ALICE, 0) >= 20);
  scene.check();
  // Another chat can begin, and end.
  alice.client.endChat();
  await scene.meet();
  assertEquals(await alice.say(BOB, "word"), "refused");

  disk.free();
  for (let i = 0; i < 20; i++) assertEquals(await alice.say(BOB, "after"), "receipted");
  assertEquals(await bob.say(ALICE, "after"), "receipted");
  await alice.recall(BOB, 0);
  scene.check();
  await Promise.all([alice.client.logOff(), bob.client.logOff()]);
  assertEquals(await scene.process.stop(), 0);
  scene.check();
});

test("a history that fills its disk by itself goes on whenever the disk grows", async () => {
  // From less than the log of writes holds before it is emptied into the file, to more.
  await using scene = await Scene.open(2);
  await scene.meet();
  for (const megabytes of [4, 8, 12]) {
    await scene.talkUntilFull();
    await scene.bob.recall(ALICE, 0);
    scene.check();
    scene.disk.grow(megabytes);
    assertEquals(await scene.alice.say(BOB, "after"), "receipted");
    scene.check();
  }
});

/** On a full disk no server starts; then there is space, and one has everything. */
async function assertStartsOnceThereIsSpace(scene: Scene): Promise<void> {
  assertMatch(await scene.startError(), /^parley-server: cannot (open|reserve).* is full\. Free/);
  scene.disk.free();
  scene.disk.grow(8);
  await scene.restart();
  await scene.meet();
  assertEquals(await scene.alice.say(BOB, "after"), "receipted");
  await scene.bob.recall(ALICE, 0);
  scene.check();
}

test("a server that is stopped on a full disk keeps all, and the next one says why it stays down", async () => {
  await using scene = await Scene.open();
  await scene.meet();
  await scene.talkUntilFull();
  await Promise.all([scene.alice.client.logOff(), scene.bob.client.logOff()]);
  assertEquals(await scene.process.stop(), 1);
  scene.disk.fill();
  await assertStartsOnceThereIsSpace(scene);
});

test("a server killed on a full disk has lost nothing; one starts as soon as there is space", async () => {
  await using scene = await Scene.open();
  await scene.meet();
  await scene.talkUntilFull();
  await scene.process[Symbol.asyncDispose]();
  scene.disk.fill();

  await assertStartsOnceThereIsSpace(scene);
});

test("a server says that it cannot begin a history on a full disk", async () => {
  using disk = new SmallDisk(1);
  disk.fill();
  const history = disk.file("history.db");
  const { code, output, errors } = await run("server", ["--port=0", "--history", history]);
  assertEquals([code, output], [1, ""]);
  assertMatch(errors, /^parley-server: cannot open the history .*history\.db: .*Free some space/);
});

test("on a full disk correspondents are unreachable when session-IDs run out, and not after", async () => {
  await using scene = await Scene.open();
  const { alice, disk } = scene;
  await scene.meet();
  disk.fill();
  await scene.talkUntilFull();
  let chats = 1;
  for (let started = true; started; chats++) {
    alice.client.endChat();
    started = await alice.client.chat(BOB);
    assert(chats < 5_000);
  }
  assert(chats >= 1_000, `${chats} chats`);
  assertEquals(await alice.client.chat(BOB), false);

  disk.free();
  // The first one asks for more session-IDs, and nobody waits until the disk has them.
  for (let tries = 0; alice.client.peer === undefined; tries++) {
    assert(tries < 5_000);
    await alice.client.chat(BOB);
  }
  assertEquals(await alice.say(BOB, "after"), "receipted");
  scene.check();
});

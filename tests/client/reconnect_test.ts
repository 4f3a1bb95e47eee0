/** When a client comes back, when it does not, and how long it waits. */

import { assertEquals, assertGreater } from "@std/assert";
import {
  type LogOffReason,
  LogOnError,
  type LogOnFailure,
  NotPossibleError,
  Reconnector,
  type ReconnectorOptions,
} from "../../lib/client/mod.ts";
import { MemoryHistory } from "../../lib/history/mod.ts";
import { ChatServer } from "../../lib/server/mod.ts";
import { ALICE, secretOf, TestClient } from "../server/rig.ts";
import { Inbox } from "../server/waiting.ts";
import { FakeTime } from "./fake_time.ts";
import { FakeServer } from "./fake_server.ts";

/** A client whose log-ons the test ends. */
class Played {
  readonly told: string[] = [];
  readonly logOns: PromiseWithResolvers<void>[] = [];
  readonly reconnector: Reconnector;

  constructor(options: ReconnectorOptions = {}) {
    const logOn = (): Promise<void> => {
      this.logOns.push(Promise.withResolvers());
      return this.logOns.at(-1)!.promise;
    };
    this.reconnector = new Reconnector({ logOn }, {
      onWait: (delay, error) => void this.told.push(`${Math.round(delay)} ${error?.why ?? "lost"}`),
      onGiveUp: ({ why }) => void this.told.push(`gave up: ${why}`),
      ...options,
    });
  }

  connect(): void {
    this.reconnector.notice({ type: "connected" });
    this.logOns.at(-1)?.resolve();
  }

  lose(why: LogOffReason = "connection lost"): void {
    this.reconnector.notice({ type: "logged off", why });
  }

  fail(why: LogOnFailure): void {
    this.logOns.at(-1)!.reject(new LogOnError(why, why));
  }
}

/** Just below 1, as Math.random() may be. */
const MOST = 1 - 1e-12;

Deno.test("Reconnector waits up to twice as long before each try, and a minute at most", async () => {
  using time = new FakeTime();
  time.chance = MOST;
  const client = new Played();
  client.connect();
  client.lose();
  for (let tries = 1; tries <= 8; tries++) {
    assertEquals([client.logOns.length, client.reconnector.active], [tries - 1, true]);
    await time.pass(Math.min(2_000 * 2 ** (tries - 1), 60_000) - 1);
    assertEquals(client.logOns.length, tries - 1);
    await time.pass(1);
    assertEquals(client.logOns.length, tries);
    client.fail(tries % 2 ? "no answer" : "connection failed");
    await time.pass(0);
  }
  assertEquals(client.told.map((line) => Number(line.split(" ")[0]) / 1_000), [
    ...[2, 4, 8, 16, 32],
    ...[60, 60, 60, 60],
  ]);
  assertEquals(client.told.slice(0, 3).map((line) => line.replace(/^\d+ /, "")), [
    "lost",
    "no answer",
    "connection failed",
  ]);
});

Deno.test("Reconnector waits for any part of that, as chance has it", async () => {
  using time = new FakeTime();
  const client = new Played();
  for (const chance of [0, 0.25, 0.5]) {
    time.chance = chance;
    await time.pass(60_000);
    client.connect();
    await time.pass(60_000);
    client.lose("shutting_down");
    await time.pass(0);
  }
  assertEquals(client.told, ["0 lost", "500 lost", "1000 lost"]);
});

Deno.test("Reconnector has its first waits anew after a minute's connection, not before", async () => {
  using time = new FakeTime();
  time.chance = MOST;
  const client = new Played();
  for (const lasted of [60_000, 0, 59_999, 60_000]) {
    client.connect();
    assertEquals(client.reconnector.active, false);
    await time.pass(lasted);
    client.lose();
    await time.pass(60_000);
  }
  assertEquals(client.logOns.length, 4);
  assertEquals(client.told, ["2000 lost", "4000 lost", "8000 lost", "2000 lost"]);
});

Deno.test("Reconnector waits longer when the server asks it to try later", async () => {
  using time = new FakeTime();
  const client = new Played();
  client.lose();
  for (const chance of [0, 0.5]) {
    time.chance = chance;
    await time.pass(60_000);
    client.fail("try later");
    await time.pass(0);
  }
  await time.pass(60_000);
  client.fail("no answer");
  await time.pass(0);
  assertEquals(client.told, ["0 lost", "30000 try later", "45000 try later", "2000 no answer"]);
});

Deno.test("Reconnector gives up when the server refuses", async () => {
  using time = new FakeTime();
  const client = new Played();
  client.lose();
  await time.pass(1);
  client.fail("refused");
  await time.pass(1_000_000);
  assertEquals([client.logOns.length, client.reconnector.active], [1, false]);
  assertEquals(client.told, ["0 lost", "gave up: refused"]);
});

Deno.test("Reconnector does not undo what somebody wished for", async () => {
  using time = new FakeTime();
  const client = new Played();
  for (const why of ["asked", "logged_on_elsewhere", "revoked", "protocol_error"] as const) {
    client.lose(why);
  }
  for (const why of ["activity timer", "idle"] as const) client.lose(why);
  await time.pass(1_000_000);
  assertEquals([client.told, client.logOns], [[], []]);

  // A bot that is waiting to be called does come back.
  const bot = new Played({ whenIdle: true });
  for (const why of ["activity timer", "idle"] as const) {
    bot.lose(why);
    await time.pass(1);
    bot.connect();
  }
  for (const why of ["asked", "revoked"] as const) bot.lose(why);
  await time.pass(1_000_000);
  assertEquals(bot.logOns.length, 2);
});

Deno.test("Reconnector lets itself be cancelled while it waits, and while it tries", async () => {
  using time = new FakeTime();
  time.chance = 0.5;
  const client = new Played();
  client.lose();
  client.reconnector.cancel();
  await time.pass(1_000_000);
  assertEquals(client.logOns.length, 0);

  client.lose();
  await time.pass(60_000);
  client.reconnector[Symbol.dispose]();
  client.fail("no answer");
  await time.pass(1_000_000);
  assertEquals([client.logOns.length, client.told.length], [1, 2]);
  assertEquals(client.reconnector.active, false);
});

Deno.test("Reconnector leaves a log-on of somebody else's alone", async () => {
  using time = new FakeTime();
  time.chance = 0.5;
  const client = new Played();
  client.lose();
  client.connect();
  await time.pass(1_000_000);
  assertEquals(client.logOns.length, 0);

  client.lose();
  await time.pass(1_000);
  client.logOns.at(-1)!.reject(new NotPossibleError("about to log on"));
  await time.pass(1_000_000);
  assertEquals([client.logOns.length, client.told], [1, ["1000 lost", "1000 lost"]]);
});

Deno.test("a log-on that is given up ends the tries without a word", async () => {
  using time = new FakeTime();
  const client = new Played();
  client.lose();
  await time.pass(1);
  client.fail("given up");
  await time.pass(1_000_000);
  assertEquals([client.logOns.length, client.told], [1, ["0 lost"]]);
});

/** alice, who comes back without waiting, and what she was told while she could not. */
function returning(server: ChatServer["udpAddress"]): {
  alice: TestClient;
  failures: Inbox<string>;
} {
  const failures = new Inbox<string>();
  const alice: TestClient = new TestClient(server, ALICE, {
    limits: { firstRetry: 20, tries: 2 },
    onNotice: (notice) => {
      alice.notices.put(notice);
      reconnector.notice(notice);
    },
  });
  const reconnector = new Reconnector(alice.client, {
    onWait: (_delay, error) => failures.put(error?.why ?? "lost"),
  });
  return { alice, failures };
}

/** As short waits as chance allows. */
function inHaste(): Disposable {
  const { random } = Math;
  Math.random = () => 0;
  return { [Symbol.dispose]: () => void (Math.random = random) };
}

Deno.test("a client comes back to a server that was shut down and started again", async () => {
  using _ = inHaste();
  const start = (udpPort: number): Promise<ChatServer> =>
    ChatServer.start({
      host: "127.0.0.1",
      udpPort,
      tcpPort: 0,
      history: new MemoryHistory(),
      subscribers: { secretOf },
    });
  const first = await start(0);
  const { alice, failures } = returning(first.udpAddress);
  await alice.client.logOn();
  await first.close();
  for (const why of ["lost", "no answer", "no answer"]) {
    assertEquals(await failures.take(why, () => true), why);
  }
  const second = await start(first.udpAddress.port);
  await alice.notice("connected");
  await alice.notice("connected");
  assertEquals(second.load.clients, 1);
  assertGreater(alice.count("log-on failed"), 1);
  await alice.client.logOff();
  assertEquals(alice.client.state, "Offline");
  await second.close();
});

Deno.test("a client comes back when its connection breaks", async () => {
  using _ = inHaste();
  await using server = new FakeServer();
  const { alice, failures } = returning(server.address);
  const loggingOn = alice.client.logOn();
  let connection = await server.connected();
  await loggingOn;
  for (let round = 1; round <= 3; round++) {
    connection.link.close();
    connection = await server.connected();
    await alice.notice("connected");
  }
  await alice.notice("connected");
  assertEquals(failures.all, ["lost", "lost", "lost"]);
  await alice.client.logOff();
  await connection.ended;
});

/** The example bot, run as its first lines say, with a real server that is killed and comes back. */

import { assert, assertEquals, assertLess } from "@std/assert";
import { join } from "@std/path";
import { type ChatClient, Reconnector } from "../../lib/client/mod.ts";
import { type Launch, Program, quietPort, ROOT, Server } from "../../tools/stage/mod.ts";
import { ALICE, BOB, TestClient } from "../server/rig.ts";
import { eventually } from "../server/waiting.ts";
import { Folder } from "../programs/fixtures.ts";

const SOURCE = Deno.readTextFileSync(join(ROOT, "examples", "echo_bot.ts"));

/** How the bot's own comment says that it is started, on another port. */
function asItSays(port: string): { launch: Launch; args: string[]; env: Record<string, string> } {
  const command = /^\/\/ {3}PARLEY_SECRET=(\S+) deno (.*) \\\n\/\/ +(.*)$/m.exec(SOURCE)!;
  const [, secret, flags, rest] = command as unknown as [string, string, string, string];
  const { PARLEY_SECRET: _, ...others } = Deno.env.toObject();
  return {
    launch: { command: Deno.execPath(), args: flags.split(" "), cwd: ROOT, env: others },
    args: rest.split(" ").with(-1, port),
    env: { PARLEY_SECRET: secret, NO_COLOR: "1" },
  };
}

Deno.test("the echo bot is short, and uses nothing but the client's module", () => {
  assertLess(SOURCE.trimEnd().split("\n").length, 40);
  const imports = Array.from(SOURCE.matchAll(/from "(.*)"/g), ([, specifier]) => specifier);
  assertEquals(imports, ["../lib/client/mod.ts"]);
});

Deno.test("the echo bot answers, also after its server was killed and started again", async () => {
  await using folder = new Folder();
  const history = folder.file("history.db");
  const [host, port] = ["127.0.0.1", `${quietPort()}`];
  await using first = await Server.start({ history, args: ["--port", port] });
  await using bot = new Program("client", { name: "the bot", ...asItSays(port) });
  await bot.screen.expect("bob is connected");

  const alice: TestClient = new TestClient({ host, port: Number(port) }, ALICE, {
    secret: new TextEncoder().encode("sample-secret-of-alice"),
    onNotice: (notice) => {
      alice.notices.put(notice);
      reconnector.notice(notice);
    },
  });
  using reconnector = new Reconnector(alice.client);
  await alice.client.logOn();
  await alice.notice("connected");
  await echoes(alice, ["one", "two \u202e\x1b[31m", "three 😀", "x".repeat(4_096)]);

  first.program.kill("SIGKILL");
  await first.program.exit();
  await bot.screen.expect(/^Reconnecting in \d+ ms$/);
  await using _second = await Server.start({ history, args: ["--port", port] });
  await alice.notice("connected");
  await chatsWith(alice.client);
  await echoes(alice, ["four", "five"], true);
  await alice.client.logOff();
  assertEquals(bot.errors.all, []);
});

/** Resolves in a chat with the bot, which may come back a little later than we do. */
async function chatsWith(client: ChatClient): Promise<void> {
  for (let started = false; !started;) {
    started = await client.chat(BOB);
    if (!started) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function echoes(alice: TestClient, texts: string[], chatting = false): Promise<void> {
  if (!chatting) assert(await alice.client.chat(BOB));
  await Promise.all(texts.map((text) => alice.client.send(text)));
  for (const text of texts) assertEquals(await alice.text(), text);
  await eventually("all confirmed", () => alice.client.unconfirmed === 0);
}

/** `parley setup` and the hidden secret, at a real terminal by way of tmux. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname } from "@std/path";
import { launchOf, run, Server } from "../../tools/stage/mod.ts";
import { hasTmux, Tmux } from "../../tools/stage/tmux.ts";
import { Folder, subscribersFile, ZOE } from "./fixtures.ts";

const ignore = !await hasTmux();

function screenTest(behaviour: string, fn: () => Promise<void>): void {
  const name = `at a terminal, ${behaviour}`;
  Deno.test({ name: ignore ? `${name} (skipped: there is no tmux here)` : name, ignore, fn });
}

/** A client with profiles of its own in `folder`, and no secret in its environment. */
function open(folder: Folder, ...words: string[]): Promise<Tmux> {
  const { command, args, cwd } = launchOf("client");
  const config = folder.file("config");
  const env = ["env", "-u", "PARLEY_SECRET", `XDG_CONFIG_HOME=${config}`, `APPDATA=${config}`];
  return Tmux.open([...env, command, ...args, ...words], { columns: 200, rows: 24, folder: cwd });
}

/** A server that knows zoe. */
function startServer(folder: Folder): Promise<Server> {
  const history = folder.file("history.db");
  return Server.start({ history, subscribers: subscribersFile(folder) });
}

const ASKS_SECRET = "Secret of zoe (not shown; empty: to be asked for each time):";

screenTest("setup makes a profile with which the client logs on at once", async () => {
  await using folder = new Folder();
  await using server = await startServer(folder);
  const path = folder.file("config/parley/zoe.toml");
  {
    await using setup = await open(folder, "setup");
    await setup.sees("Server [127.0.0.1]:");
    await setup.type(server.address, "Enter");
    await setup.sees("Your client-ID:");
    await setup.type(ZOE.id, "Enter");
    await setup.sees(ASKS_SECRET);
    await setup.type(ZOE.secret, "Enter");
    await setup.sees(ASKS_SECRET, "Name of the profile [zoe]:");
    await setup.type("Enter");
    await setup.sees(
      `${path} will hold:`,
      `  server = "${server.address}"`,
      '  id = "zoe"',
      "  secret = (not shown)",
      "Trying to log on ...",
      "Connected, and logged off again: this works.",
      "Kept. To chat, type: parley zoe",
      "ended with 0",
    );
    assert(!(await setup.screen()).includes(ZOE.secret));
  }
  assertStringIncludes(Deno.readTextFileSync(path), ZOE.secret);
  await using client = await open(folder);
  await client.sees("Connected", "zoe>");
});

screenTest("setup that was refused keeps nothing unless it is told to", async () => {
  await using folder = new Folder();
  await using server = await startServer(folder);
  await using setup = await open(folder, "setup");
  await setup.sees("Server [127.0.0.1]:");
  await setup.type(server.address, "Enter");
  await setup.sees("Your client-ID:");
  await setup.type(ZOE.id, "Enter");
  await setup.sees(ASKS_SECRET);
  await setup.type("not the secret of zoe", "Enter");
  await setup.sees("Name of the profile [zoe]:");
  await setup.type("Enter");
  await setup.sees(
    `Log on failed: ${server.address} refused zoe: unknown client-ID or wrong secret.`,
    "Secret of zoe again (not shown; empty: no other):",
  );
  await setup.type("Enter");
  await setup.sees("Keep it all the same? [y/N]");
  await setup.type("Enter");
  await setup.sees("Keep it all the same? [y/N]", "Nothing was kept.", "ended with 1");
  const files = Array.from(Deno.readDirSync(dirname(folder.file("x"))), ({ name }) => name);
  assert(!files.includes("config"));
});

screenTest("a secret that was asked for is not shown, and Remember keeps it", async () => {
  await using folder = new Folder();
  await using server = await startServer(folder);
  const path = folder.file("config/parley/zoe.toml");
  await using client = await open(folder, `zoe@${server.address}`);
  await client.sees("Secret of zoe:");
  await client.type(ZOE.secret, "Enter");
  const offer = `Type "Remember" to keep server, ID and secret in ${path}.`;
  await client.sees("Connected", offer, "zoe>");
  assert(!(await client.screen()).includes(ZOE.secret));
  await client.type("Remember", "Enter");
  await client.sees(
    offer,
    "zoe> Remember",
    `Kept in ${path}. From now on, type: parley zoe`,
    "zoe>",
  );
  await client.type("C-d");
  await client.sees("ended with 0");
  assertStringIncludes(Deno.readTextFileSync(path), ZOE.secret);
});

screenTest("a secret that was mistyped is asked for again, until nobody answers", async () => {
  await using folder = new Folder();
  await using server = await startServer(folder);
  const path = folder.file("config/parley/zoe.toml");
  await using client = await open(folder, `zoe@${server.address}`);
  const refused = `Log on failed: ${server.address} refused zoe: unknown client-ID or wrong secret`;
  await client.sees("Secret of zoe:");
  await client.type("mistyped", "Enter");
  await client.sees("Secret of zoe:", refused, "Secret of zoe:");
  await client.type("C-c");
  await client.sees("Secret of zoe:", refused, "zoe (offline)>");
  await client.type("Log on", "Enter");
  await client.sees(refused, "zoe (offline)> Log on", refused, "Secret of zoe:");
  await client.type(ZOE.secret, "Enter");
  const offer = `Type "Remember" to keep server, ID and secret in ${path}.`;
  await client.sees(refused, "Connected", offer, "zoe>");
  assert(!(await client.screen()).includes(ZOE.secret));
  await client.type("Remember", "Enter");
  await client.sees(`Kept in ${path}. From now on, type: parley zoe`, "zoe>");
  assertStringIncludes(Deno.readTextFileSync(path), ZOE.secret);
});

screenTest("no sample secret is kept, be it found or given", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  const file = folder.write("secret", "sample-secret-of-alice");
  Deno.chmodSync(file, 0o600);
  for (const given of [[], ["--secret-file", file]]) {
    await using client = await open(folder, `alice@${server.address}`, ...given);
    await client.sees("Connected", "alice>");
    await client.type("Remember", "Enter");
    await client.sees('There is nothing to remember. To make a profile: "parley setup".', "alice>");
  }
});

Deno.test("setup says that it needs a terminal", async () => {
  assertEquals(await run("client", ["setup"]), {
    code: 1,
    output: "",
    errors: "parley: parley setup asks questions: run it at a terminal.",
  });
  const flagged = await run("client", ["setup", "--server", "chat.example"]);
  assertEquals(flagged.code, 2);
  assertStringIncludes(flagged.errors, "parley setup asks, and takes nothing else");
});

/** The client program's command line, where it finds its secret, and what it says on failure. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { parseClientId } from "../../lib/client/mod.ts";
import { Profiles } from "../../lib/shell/mod.ts";
import { COMPILED, launchOf, Program, run, Server } from "../../tools/stage/mod.ts";
import { client, Folder, subscribersFile, ZOE } from "./fixtures.ts";

Deno.test("the client shows its help and its version", async () => {
  for (const args of [["--help"], ["-h"], ["help"]]) {
    const help = await run("client", args);
    assertEquals([help.code, help.errors], [0, ""]);
    assertMatch(help.output, /^Usage: parley \[NAME\] \[flags\]/m);
  }
  const version = await run("client", ["--version"]);
  assertEquals([version.code, version.errors], [0, ""]);
  assertStringIncludes(version.output, `parley ${config.version} (`);
});

Deno.test("the client refuses flags that it does not know or cannot read", async () => {
  for (
    const [flag, complaint] of [
      ["--colour", "unknown flag --colour"],
      ["--server=a:b:c", '--server takes HOST or HOST:PORT, not "a:b:c"'],
      ["--notify=loudly", '--notify takes off, bell or desktop, not "loudly"'],
      ["--activity-timeout=soon", "--activity-timeout takes a whole number"],
    ] as const
  ) {
    const { code, output, errors } = await run("client", ["alice", flag]);
    assertEquals([code, output], [2, ""]);
    assertStringIncludes(errors, `parley: ${complaint}`);
    assertStringIncludes(errors, "See parley --help.");
  }
});

Deno.test("the client wants one name, well-formed", async () => {
  for (
    const [words, complaint] of [
      [["alice", "bob"], "one name is enough, not 2"],
      [["al ice"], '"al ice" is no name: 1 to 32 characters of A-Z a-z 0-9 _ -'],
      [["alice@a:b:c"], 'alice@ takes HOST or HOST:PORT, not "a:b:c"'],
    ] as const
  ) {
    const { code, output, errors } = await run("client", words);
    assertEquals([code, output, errors], [2, "", `parley: ${complaint}. See parley --help.`]);
  }
});

Deno.test("the client says what to type where there is no profile", async () => {
  const { code, output, errors } = await run("client", []);
  assertEquals([code, output], [2, ""]);
  assertMatch(errors, /^parley: whom to log on as\? there is no profile yet\. Type$/m);
  for (const typed of ["setup", "alice@HOST", "alice"]) {
    assertMatch(errors, new RegExp(`^  parley ${typed}  `, "m"));
  }
});

Deno.test("a client that was refused says so and ends, be it the secret or the ID", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  const wrong = folder.write("wrong", "not the secret of anybody");
  for (const id of ["alice", "nobody"]) {
    await using refused = client(id, server, { args: ["--log-on", "--secret-file", wrong] });
    assertEquals(await refused.exit(), 1);
    assertEquals(refused.screen.all, [
      `Log on failed: ${server.address} refused ${id}: unknown client-ID or wrong secret`,
    ]);
  }
});

Deno.test("the client takes its secret from a file, the environment, or the sample", async () => {
  await using folder = new Folder();
  const history = folder.file("history.db");
  await using server = await Server.start({ history, subscribers: subscribersFile(folder) });
  const file = folder.write("secret", `${ZOE.secret}\n`);
  const wrong = { PARLEY_SECRET: "not the secret of anybody" };

  async function logsOn(id: string, args: string[], env: Record<string, string>): Promise<boolean> {
    await using started = client(id, server, { args: ["--log-on", ...args], env });
    await started.endInput();
    return await started.exit() === 0;
  }
  assertEquals(await logsOn("zoe", ["--secret-file", file], wrong), true);
  assertEquals(await logsOn("zoe", [], { PARLEY_SECRET: ZOE.secret }), true);
  assertEquals(await logsOn("zoe", [], wrong), false);
  assertEquals(await logsOn("alice", [], { PARLEY_SECRET: "not the sample secret" }), true);
  // The sample secret is tried, and is not hers here.
  assertEquals(await logsOn("alice", [], {}), false);
});

/** Whether the programs see no /etc, so that no host has a name. */
const nameless = Deno.env.has("PARLEY_UNDER");

Deno.test({
  name: "a client finds its server by name, and standard error stays empty" +
    (nameless ? " (skipped: no host has a name here)" : ""),
  ignore: nameless,
  fn: async () => {
    await using folder = new Folder();
    await using server = await Server.start({ history: folder.file("history.db") });
    const port = server.address.split(":").at(-1);
    const { output, errors } = await run("client", [`alice@localhost:${port}`]);
    assertEquals([output, errors], ["Connected\nLogged off", ""]);
  },
});

Deno.test("a client without a secret says how to give one", async () => {
  const { code, output, errors } = await run("client", ["zoe"]);
  assertEquals([code, output], [1, ""]);
  assertEquals(
    errors,
    "parley: no secret for zoe: give --secret-file FILE, or set PARLEY_SECRET.",
  );
  const elsewhere = await run("client", ["alice", "--server", "chat.example"]);
  assertStringIncludes(elsewhere.errors, "no secret for alice");
  // There is nobody to ask, and then nothing else is tried.
  const asked = await run("client", ["alice", "--ask-secret"]);
  assertStringIncludes(asked.errors, "no secret for alice");
});

Deno.test("a client says that its secret file cannot be read", async () => {
  await using folder = new Folder();
  const file = folder.file("missing");
  const { code, errors } = await run("client", ["zoe", "--secret-file", file]);
  assertEquals(code, 1);
  assertStringIncludes(errors, `parley: cannot read the secret file ${file}: `);
});

/** The environment in which `folder` holds the profiles, and one of zoe's at `server` in it. */
function withProfile(
  folder: Folder,
  { address }: Pick<Server, "address">,
  secret: string = ZOE.secret,
): Record<string, string> {
  const [host, port] = address.split(":");
  const server = { host: host!, port: Number(port) };
  new Profiles(folder.file("config/parley")).write("work", {
    server,
    id: parseClientId(ZOE.id),
    secret,
  });
  return { XDG_CONFIG_HOME: folder.file("config"), APPDATA: folder.file("config") };
}

Deno.test("the client logs on at once from a profile, named or the only one", async () => {
  await using folder = new Folder();
  const history = folder.file("history.db");
  await using server = await Server.start({ history, subscribers: subscribersFile(folder) });
  const env = withProfile(folder, server);
  const logOff = { code: 0, output: "Connected\nLogged off", errors: "" };
  assertEquals(await run("client", ["work"], env), logOff);
  assertEquals(await run("client", [], env), logOff);
  const listed = await run("client", ["--server", server.address], env);
  assertStringIncludes(listed.errors, "parley: say whom to log on as");
});

Deno.test("the client says which secret was refused, where it found it by itself", async () => {
  await using folder = new Folder();
  const history = folder.file("history.db");
  await using server = await Server.start({ history, subscribers: subscribersFile(folder) });
  const env = withProfile(folder, server, "not the secret of zoe");
  const refused = `Log on failed: ${server.address} refused`;
  const profile = await run("client", ["work"], env);
  assertEquals(profile.code, 1);
  assertEquals(profile.output.split("\n"), [
    `${refused} zoe: unknown client-ID or wrong secret`,
    `The secret came from ${folder.file("config/parley/work.toml")}. To change it: parley setup`,
  ]);
  const sample = await run("client", [`alice@${server.address}`], env);
  assertEquals(sample.output.split("\n"), [
    `${refused} alice: unknown client-ID or wrong secret`,
    "That was the sample secret of alice. Give yours with --secret-file or --ask-secret.",
  ]);
});

Deno.test("the client names the file and line of a mistake in a profile", async () => {
  await using folder = new Folder();
  const env = withProfile(folder, { address: "127.0.0.1:9" });
  const path = folder.file("config/parley/work.toml");
  Deno.writeTextFileSync(path, 'id = "zoe"\nserver = "127.0.0.1:9"\nsecrets = ""\n');
  assertEquals(await run("client", ["work"], env), {
    code: 1,
    output: "",
    errors: `parley: ${path}:3: there is no key "secrets"; remove it.`,
  });
});

Deno.test({
  name: "the client warns of files with a secret that others may read",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using folder = new Folder();
    const env = withProfile(folder, { address: "127.0.0.1:9" });
    const files = [folder.file("config/parley/work.toml"), folder.write("secret", ZOE.secret)];
    for (const file of files) Deno.chmodSync(file, 0o640);
    const args = ["work", "--secret-file", files[1]!];
    await using client = new Program("client", { args, env });
    for (const file of files) {
      await client.errors.expect(
        `parley: others on this machine may use the secret in ${file}. Type: chmod 600 ${file}`,
      );
    }
  },
});

Deno.test({
  name: `a client in a pipe has given up all but the network when it chats${
    COMPILED === undefined ? "" : " (skipped: nothing can be put in a compiled program's place)"
  }`,
  ignore: COMPILED !== undefined,
  fn: async () => {
    await using folder = new Folder();
    await using server = await Server.start({ history: folder.file("history.db") });
    for (const args of [[], ["--json"]]) {
      const { command, args: flags, cwd, env } = launchOf("client");
      const fixture = "tests/programs/permissions_fixture.ts";
      const launch = { command, args: [...flags.slice(0, -1), fixture], cwd, env };
      await using tried = new Program("client", {
        args: [`alice@${server.address}`, ...args],
        launch,
      });
      await tried.endInput();
      assertEquals(await tried.exit(), 0);
      assertEquals(tried.errors.all, ["net granted", "read prompt", "write prompt", "env prompt"]);
    }
  },
});

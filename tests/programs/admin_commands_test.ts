/** `subscriber` and `history` of the real server program, beside a server that runs. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openHistory } from "../../lib/history/mod.ts";
import { launchOf, run, Server } from "../../tools/stage/mod.ts";
import { entries } from "../history/fixtures.ts";
import { chatting, client, Folder, subscribersFile, typeAll, ZOE } from "./fixtures.ts";

Deno.test("subscriber adds, lists, rotates and removes", async () => {
  await using folder = new Folder();
  const file = subscribersFile(folder);
  const flags = ["--subscribers", file];
  const added = await run("server", ["subscriber", "add", "yan", ...flags]);
  assertEquals([added.code, added.errors], [0, ""]);
  const secret = /Secret: +([0-9a-f]{64})$/m.exec(added.output)![1]!;
  assertStringIncludes(Deno.readTextFileSync(file), `\n[yan]\nsecret = "${secret}"\n`);
  const list = (): Promise<{ output: string }> => run("server", ["subscriber", "list", ...flags]);
  assertEquals((await list()).output, "zoe\nalice\nyan");

  const env = { PARLEY_SUBSCRIBERS: file };
  const rotated = await run("server", ["subscriber", "rotate", "yan"], env);
  assertEquals(rotated.code, 0);
  assert(!Deno.readTextFileSync(file).includes(secret));
  const removed = await run("server", ["subscriber", "remove", "yan"], env);
  assertEquals(removed.code, 0);
  assertEquals((await list()).output, "zoe\nalice");
});

Deno.test("who was added while the server runs can log on", async () => {
  await using folder = new Folder();
  const subscribers = subscribersFile(folder);
  await using server = await Server.start({ history: folder.file("history.db"), subscribers });
  const { output } = await run("server", [
    "subscriber",
    "add",
    "yan",
    "--subscribers",
    subscribers,
  ]);
  const secret = /Secret: +([0-9a-f]{64})$/m.exec(output)![1]!;
  await server.program.errors.find(/reloaded .* 1 added/);
  await using yan = client("yan", server, { env: { PARLEY_SECRET: secret } });
  await yan.type("Log on");
  await yan.screen.expect("Connected");
});

Deno.test("what cannot be done is exit code 1, what is not understood 2", async () => {
  await using folder = new Folder();
  const file = subscribersFile(folder);
  const history = folder.file("history.db");
  for (
    const [code, complaint, ...args] of [
      [1, "zoe is in", "subscriber", "add", "zoe", "--subscribers", file],
      [1, "bob is not in", "subscriber", "remove", "bob", "--subscribers", file],
      [1, "there is no such file", "subscriber", "list", "--subscribers", folder.file("none")],
      [2, "subscriber needs add, remove, rotate or list", "subscriber"],
      [2, "subscriber add needs one ID or several", "subscriber", "add"],
      [1, `there is no history ${history}`, "history", "stats", "--subscribers", file],
      [1, `there is no history ${history}`, "history", "export", "a", "b", "--history", history],
      [1, "there is no history", "history", "prune", "--older-than", "1d", "--history", history],
      [2, "history needs export, stats or prune", "history", "forget"],
      [2, "takes the IDs of two clients", "history", "export", "alice"],
      [2, "history prune needs --older-than", "history", "prune"],
      [2, "unknown flag --since", "history", "stats", "--since", "1d"],
    ] as const
  ) {
    const { code: found, output, errors } = await run("server", args);
    assertEquals([found, output], [code, ""], args.join(" "));
    assertStringIncludes(errors, complaint);
  }
  assertEquals([...Deno.readDirSync(folder.file("."))].map(({ name }) => name), [
    "subscribers.toml",
  ]);
});

Deno.test("each command explains itself with an example", async () => {
  for (
    const words of ["subscriber", "subscriber add", "subscriber remove", "subscriber rotate"]
      .concat("subscriber list", "history", "history export", "history stats", "history prune")
  ) {
    const { code, output, errors } = await run("server", [...words.split(" "), "--help"]);
    assertEquals([code, errors], [0, ""]);
    assertMatch(output, new RegExp(`^Usage: parley-server ${words} `, "m"));
    assertMatch(output, new RegExp(`^For example.*\n\n  parley-server ${words} `, "m"));
  }
  for (const words of ["history help", "history -h", "help history", "help subscriber add"]) {
    const { code, output, errors } = await run("server", words.split(" "));
    assertEquals([code, errors], [0, ""]);
    assertMatch(output, /^Usage: parley-server (history|subscriber add) /m);
  }
});

Deno.test("history exports, measures and prunes what a running server keeps", async () => {
  await using folder = new Folder();
  const history = folder.file("history.db");
  await using server = await Server.start({ history, subscribers: subscribersFile(folder) });
  await using zoe = client(ZOE.id, server, { env: { PARLEY_SECRET: ZOE.secret } });
  await using alice = client("alice", server, { env: { PARLEY_SECRET: "not the sample secret" } });
  await chatting(zoe, alice, "alice");
  await typeAll(zoe, "hello \u202e there");
  await alice.screen.expect(/hello .* there$/);
  await typeAll(alice, "hi");
  await zoe.screen.expect(/hi$/);

  const flags = ["--history", history];
  const pair = ["history", "export", "alice", "zoe", ...flags];
  const text = await run("server", pair);
  assertEquals([text.code, text.errors], [0, ""]);
  assertMatch(text.output, /^<\d+> <from: zoe> hello <U\+202E> there\n<\d+> <from: alice> hi$/);
  const json = await run("server", [...pair, "--format", "json", "--last", "1", "--since", "1h"]);
  const { position, from, to, text: said } = JSON.parse(json.output);
  assertEquals([position, from, to, said], [2, "alice", "zoe", "hi"]);
  const none = await run("server", ["history", "export", "alice", "nobody", ...flags]);
  assertEquals([none.code, none.output], [1, ""]);
  assertStringIncludes(none.errors, "alice and nobody have no history in");

  const stats = await run("server", ["history", "stats", ...flags, "--format", "json"]);
  const { messages, pairs, biggest } = JSON.parse(stats.output);
  assertEquals([messages, pairs, biggest], [2, 1, [{ pair: ["alice", "zoe"], messages: 2 }]]);
  assertMatch((await run("server", ["history", "stats", ...flags])).output, /^ +messages +2$/m);

  const prune = ["history", "prune", "--older-than", "0d", ...flags];
  const dry = await run("server", [...prune, "--dry-run"]);
  assertMatch(dry.output, /^Would delete 2 messages from before \S+$/);
  assertEquals((await run("server", pair)).output, text.output);
  const pruned = await run("server", prune);
  assertEquals([pruned.code, pruned.errors], [0, ""]);
  assertMatch(pruned.output, /^Deleted 2 messages from before \S+\n.* are free for new messages$/);
  assertEquals(await run("server", pair), { code: 0, output: "", errors: "" });

  await typeAll(alice, "still here");
  await zoe.screen.expect(/still here$/);
  const later = await run("server", [...pair, "--format", "json"]);
  assertEquals(JSON.parse(later.output).position, 3);
});

Deno.test("history export ends quietly when nobody reads on", async () => {
  await using folder = new Folder();
  const path = folder.file("history.db");
  const history = await openHistory(path, { durability: "normal" });
  await history.commit(entries(50_000));
  await history.close();

  const { command, args, cwd, env } = launchOf("server");
  const child = new Deno.Command(command, {
    args: [...args, "history", "export", "alice", "bob", "--history", path],
    cwd,
    clearEnv: true,
    env,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  assert(new TextDecoder().decode(value).startsWith("<1> <from: alice> 1\n<1> <from: alice> 2\n"));
  await reader.cancel();
  const errors = await new Response(child.stderr).text();
  assertEquals([(await child.status).code, errors], [0, ""]);
});

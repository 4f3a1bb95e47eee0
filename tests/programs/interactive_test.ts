/** The real client with a person at it, in a real terminal by way of tmux. */

import { assertStringIncludes } from "@std/assert";
import { launchOf, Server } from "../../tools/stage/mod.ts";
import { hasTmux, Tmux } from "../tmux.ts";
import { client, Folder } from "./fixtures.ts";

const ignore = !await hasTmux();

function screenTest(behaviour: string, fn: () => Promise<void>): void {
  const name = `a person at a terminal ${behaviour}`;
  Deno.test({ name: ignore ? `${name} (skipped: there is no tmux here)` : name, ignore, fn });
}

/** alice's client, at a terminal; `wrapper` is what runs it. */
function openAlice(folder: Folder, server: string, wrapper: string[] = []): Promise<Tmux> {
  // From a file, so that nothing in the environment of this test is taken instead.
  const secret = folder.write("secret", "sample-secret-of-alice");
  const flags = ["--server", server, "--secret-file", secret];
  const { command, args, cwd } = launchOf("client");
  const whole = [...wrapper, command, ...args, "alice", ...flags];
  return Tmux.open(whole, { columns: 60, rows: 20, folder: cwd });
}

screenTest("logs on, chats with a line half typed, and leaves with Ctrl-D", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  await using alice = await openAlice(folder, server.address);
  await using bob = client("bob", server, { args: ["--log-on"] });
  await bob.screen.expect("Connected");

  await alice.sees('Offline. Type "Log on" to connect, or "Help".', "alice (offline)>");
  await alice.type("Log on", "Enter");
  await alice.sees("alice (offline)> Log on", "Connected", "alice>");
  await bob.type("Chat alice");
  await alice.sees("Chat started with bob", "alice to bob>");

  await alice.type("half a li");
  await alice.sees("Chat started with bob", "alice to bob> half a li");
  await bob.type("news");
  await alice.sees("bob: news", "alice to bob> half a li");
  await alice.type("ne", "Enter");
  await bob.screen.expect("Chat started with alice");
  await bob.screen.expect("alice: half a line");
  await alice.sees("bob: news", "alice to bob> half a line", "alice to bob>");

  await server.presence("alice").expect("connected");
  await alice.type("C-d");
  await alice.sees("Chat ended with bob", "Logged off", "ended with 0");
  await bob.screen.expect("Chat ended with alice");
  await server.presence("alice").expect("disconnected: connection closed");
});

screenTest("drops a line with Ctrl-C, and leaves with another", async () => {
  await using folder = new Folder();
  await using alice = await openAlice(folder, "127.0.0.1:9");
  await alice.sees("alice (offline)>");
  await alice.type("half a li");
  await alice.sees("alice (offline)> half a li");
  await alice.type("C-c");
  await alice.sees("alice (offline)>");
  await alice.type("C-c");
  await alice.sees("ended with 0");
});

screenTest("pastes lines, which are obeyed in their order, Log off too", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  await using bob = client("bob", server, { args: ["--log-on"] });
  await bob.screen.expect("Connected");
  await using alice = await openAlice(folder, server.address);
  await alice.sees("alice (offline)>");
  const lines = ["Log on", "Chat bob", "Hello, Bob!", "End chat", "History bob", "Log off"];
  await alice.type(...lines.flatMap((line) => [line, "Enter"]));
  await alice.sees(
    "Chat started with bob",
    "Chat ended with bob",
    "<1> <from: alice> Hello, Bob!",
    "1 message with bob",
    "Logged off",
    "alice (offline)>",
  );
});

screenTest("gives up a log-on that gets no answer with Log off", async () => {
  await using folder = new Folder();
  await using alice = await openAlice(folder, "127.0.0.1:9");
  await alice.sees("alice (offline)>");
  await alice.type("Log on", "Enter");
  await alice.sees("alice (offline)> Log on", "alice (logging on)>");
  await alice.type("Log off", "Enter");
  await alice.sees("Log on failed: given up", "alice (offline)>");
});

screenTest("keeps the trace off the screen by sending standard error elsewhere", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  const errors = folder.file("errors");
  const wrapper = ["sh", "-c", '"$@" --trace 2>"$0"', errors];
  await using alice = await openAlice(folder, server.address, wrapper);
  await alice.sees("alice (offline)>");
  await alice.type("Log on", "Enter");
  await alice.sees("alice (offline)> Log on", "Connected", "alice>");
  assertStringIncludes(Deno.readTextFileSync(errors), "trace received CONNECTED\n");
});

/** The real client with a person at it, in a real terminal by way of tmux. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { launchOf, quietPort, run, Server } from "../../tools/stage/mod.ts";
import { hasTmux, Tmux } from "../../tools/stage/tmux.ts";
import { client, Folder, typeAll } from "./fixtures.ts";

const ignore = !await hasTmux();

const OFFLINE = 'Offline. Type "Log on" to connect, or "Help".';

function screenTest(behaviour: string, fn: () => Promise<void>): void {
  const name = `a person at a terminal ${behaviour}`;
  Deno.test({ name: ignore ? `${name} (skipped: there is no tmux here)` : name, ignore, fn });
}

/** Waits until the screen ends with exactly these lines, with every time of day as HH:MM. */
async function sees(person: Tmux, ...lines: readonly string[]): Promise<void> {
  await person.until((screen) => {
    const timeless = screen.trimEnd().replace(/^\d\d:\d\d /gm, "HH:MM ").split("\n");
    return timeless.slice(-lines.length).join("\n") === lines.join("\n");
  });
}

/** alice's client, at a terminal; `wrapper` is what runs it. */
function openAlice(folder: Folder, server: string, wrapper: string[] = []): Promise<Tmux> {
  // From a file, so that nothing in the environment of this test is taken instead.
  const secret = folder.write("secret", "sample-secret-of-alice");
  const flags = ["--server", server, "--secret-file", secret];
  const { command, args, cwd } = launchOf("client");
  const whole = [...wrapper, command, ...args, "alice", ...flags];
  return Tmux.open(whole, { columns: 100, rows: 20, folder: cwd });
}

screenTest("logs on, chats with a line half typed, and leaves with Ctrl-D", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  await using alice = await openAlice(folder, server.address);
  await using bob = client("bob", server, { args: ["--log-on"] });
  await bob.screen.expect("Connected");

  await sees(alice, OFFLINE, "alice (offline)>");
  await alice.type("Log on", "Enter");
  await sees(alice, "alice (offline)> Log on", "Connected", "alice>");
  await bob.type("Chat alice");
  await sees(alice, "Chat started with bob", "alice to bob>");

  await alice.type("half a li");
  await sees(alice, "Chat started with bob", "alice to bob> half a li");
  await bob.type("news");
  await sees(alice, "HH:MM   bob: news", "alice to bob> half a li");
  await alice.type("ne", "Enter");
  await bob.screen.expect("Chat started with alice");
  await bob.screen.expect("alice: half a line");
  await sees(alice, "HH:MM   bob: news", "HH:MM alice: half a line ✓", "alice to bob>");

  await server.presence("alice").expect("connected");
  await alice.type("C-d");
  await sees(alice, "Chat ended with bob", "Logged off", "ended with 0");
  await bob.screen.expect("Chat ended with alice");
  await server.presence("alice").expect("disconnected: connection closed");
});

screenTest("drops a line with Ctrl-C, and leaves with two more", async () => {
  await using folder = new Folder();
  await using alice = await openAlice(folder, "127.0.0.1:9");
  await sees(alice, "alice (offline)>");
  await alice.type("half a li");
  await sees(alice, "alice (offline)> half a li");
  await alice.type("C-c");
  await sees(alice, "alice (offline)>");
  await alice.type("C-c");
  await sees(alice, "To leave, press Ctrl-D, or Ctrl-C once more.", "alice (offline)>");
  await alice.type("C-c");
  await sees(alice, "ended with 0");
});

screenTest(
  "leaves at once with Ctrl-C while a message is on its way, and is told which",
  async () => {
    await using folder = new Folder();
    await using server = await Server.start({ history: folder.file("history.db") });
    // In a process group of its own, as where a shell runs it, so that Ctrl-C is not the test's too.
    const wrapper = ["sh", "-mc", '"$@"; exit $?', "sh"];
    await using alice = await openAlice(folder, server.address, wrapper);
    await using bob = client("bob", server, { args: ["--log-on"] });
    await bob.screen.expect("Connected");
    await alice.type("Log on", "Enter", "Chat bob", "Enter");
    await sees(alice, "Chat started with bob", "alice to bob>");
    server.program.kill("SIGSTOP");
    await alice.type("lost", "Enter");
    await sees(alice, "alice to bob (1 on their way)>");
    await alice.type("Quit", "Enter");
    const waiting = "Waiting for 1 message to be stored; Ctrl-C leaves at once.";
    await sees(alice, "alice to bob> Quit", waiting);
    await alice.type("C-c");
    await sees(alice, waiting, "^C", "Not confirmed: lost", "ended with 1");
  },
);

screenTest("pastes lines, which are obeyed in their order, Log off too", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  await using bob = client("bob", server, { args: ["--log-on"] });
  await bob.screen.expect("Connected");
  await using alice = await openAlice(folder, server.address);
  await sees(alice, "alice (offline)>");
  const lines = ["Log on", "Chat bob", "Hello, Bob!", "End chat", "History bob", "Log off"];
  await alice.type(...lines.flatMap((line) => [line, "Enter"]));
  const stored = /^\d\d:\d\d alice: Hello, Bob! ✓\n/m;
  const others = [
    "alice (offline)> Log on",
    "Connected",
    "alice> Chat bob",
    "Chat started with bob",
    "alice to bob> End chat",
    "Chat ended with bob",
    "alice> History bob",
    "<1> <from: alice> Hello, Bob!",
    "1 message with bob",
    "alice> Log off",
    "Logged off",
    "alice (offline)>",
  ].join("\n");
  // The receipt comes when it comes, some time before the answer to what was asked for later.
  await alice.until((screen) =>
    stored.test(screen) && screen.replace(stored, "").trimEnd().endsWith(others)
  );
});

screenTest("pastes many lines into a chat, of which none is lost", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  await using bob = client("bob", server, { args: ["--log-on"] });
  await bob.screen.expect("Connected");
  await using alice = await openAlice(folder, server.address);
  await sees(alice, "alice (offline)>");
  await alice.type("Log on", "Enter");
  await sees(alice, "Connected", "alice>");
  await bob.type("Chat alice");
  await sees(alice, "Chat started with bob", "alice to bob>");
  const texts = Array.from({ length: 2_000 }, (_, i) => `line ${i} of a paste`);
  await alice.paste(`${texts.join("\n")}\n`, { marked: true });
  // As a person would where the terminal leaves a paste to be looked at first.
  await alice.type("Enter");
  await bob.screen.expect("Chat started with alice");
  for (const text of texts) await bob.screen.expect(`alice: ${text}`);
  await sees(alice, `HH:MM alice: ${texts.at(-1)} ✓`, "alice to bob>");
});

screenTest("completes commands and client-IDs with Tab", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  await using bob = client("bob", server, { args: ["--log-on"] });
  await bob.screen.expect("Connected");
  await using alice = await openAlice(folder, server.address);
  await sees(alice, "alice (offline)>");
  await alice.type("log", "Tab");
  await sees(alice, "alice (offline)> Log on");
  await alice.type("Enter");
  await sees(alice, "Connected", "alice>");
  await bob.type("Chat alice");
  await sees(alice, "Chat started with bob", "alice to bob>");
  await alice.type("en", "Tab", "Enter");
  await sees(alice, "alice to bob> End chat", "Chat ended with bob", "alice>");
  await alice.type("ch", "Tab", "b", "Tab", "Enter");
  await sees(alice, "alice> Chat bob", "Chat started with bob", "alice to bob>");
});

screenTest("gives up a log-on that gets no answer with Log off", async () => {
  await using folder = new Folder();
  await using alice = await openAlice(folder, "127.0.0.1:9");
  await sees(alice, "alice (offline)>");
  await alice.type("Log on", "Enter");
  await sees(alice, "alice (offline)> Log on", "alice (connecting)>");
  await alice.type("Log off", "Enter");
  await sees(alice, "alice (connecting)> Log off", "Log on failed: given up", "alice (offline)>");
});

screenTest("comes back after a crash of the server, and sends again what was lost", async () => {
  await using folder = new Folder();
  const history = folder.file("history.db");
  const args = ["--port", `${quietPort()}`];
  await using first = await Server.start({ history, args });
  await using alice = await openAlice(folder, first.address);
  await using early = client("bob", first, { args: ["--log-on"] });
  await early.screen.expect("Connected");
  await alice.type("Log on", "Enter", "Chat bob", "Enter", "before", "Enter");
  await sees(alice, "Chat started with bob", "HH:MM alice: before ✓", "alice to bob>");
  first.program.kill("SIGSTOP");
  await alice.type("lost", "Enter");
  await sees(alice, "HH:MM alice: before ✓", "alice to bob (1 on their way)>");
  first.program.kill("SIGKILL");
  await first.program.exit();

  const lost = [
    "Chat ended with bob",
    'Connection lost. Logging on again by itself; "Log off" stops that.',
    "1 message not confirmed: the next log-on will tell what was delivered.",
  ];
  await using server = await Server.start({ history, args });
  await sees(
    alice,
    ...lost,
    "Connected",
    "Not delivered (the connection was lost): lost",
    "alice>",
  );
  await using bob = client("bob", server, { args: ["--log-on"] });
  await bob.screen.expect("Connected");
  await bob.type("Chat alice");
  const hint =
    '1 message to bob was not delivered: type "Send again" to send it, or "Forget" to drop it.';
  await sees(alice, "Chat started with bob", hint, "alice to bob>");
  await alice.type("Send again", "Enter");
  await sees(alice, hint, "alice to bob> Send again", "HH:MM alice: lost ✓", "alice to bob>");
  await bob.screen.expect("Chat started with alice");
  await bob.screen.expect("alice: lost");
  await bob.type("History alice");
  await bob.screen.expect("<1> <from: alice> before");
  await bob.screen.expect("<1001> <from: alice> lost");
  await bob.screen.expect("2 messages with alice");
});

screenTest("leafs through a long history, and writes it to a file", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  await using bob = client("bob", server, { args: ["--log-on"] });
  await bob.screen.expect("Connected");
  await using alice = await openAlice(folder, server.address);
  await alice.type("Log on", "Enter");
  await sees(alice, "Connected", "alice>");
  const texts = Array.from({ length: 300 }, (_, i) => `line ${i}`);
  await typeAll(bob, "Chat alice", ...texts, "End chat");
  await sees(alice, `HH:MM   bob: ${texts.at(-1)}`, "Chat ended with bob", "alice>");

  await alice.type("History bob", "Enter");
  await alice.until((screen) => screen.includes("<1> <from: bob> line 299"));
  await alice.type("q");
  await sees(alice, "alice> History bob", "The last 200 messages with bob", "alice>");

  const file = folder.file("all of bob.txt");
  await alice.type(`History bob > ${file}`, "Enter");
  // The path may be longer than the screen is wide.
  const written = `300 messages with bob written to ${file}`;
  await alice.until((screen) => screen.replaceAll("\n", "").includes(written));
  const lines = texts.map((text) => `<1> <from: bob> ${text}\n`).join("");
  assertEquals(Deno.readTextFileSync(file), lines);
});

screenTest(
  "is logged off when an admin removes them, in a chat, and may come back once added",
  async () => {
    await using folder = new Folder();
    const subscribers = folder.file("subscribers.toml");
    const admin = async (...words: string[]): Promise<void> => {
      const { code, errors } = await run("server", [...words, "--subscribers", subscribers]);
      assertEquals([code, errors], [0, ""]);
    };
    const sample = '[alice]\nsecret = "sample-secret-of-alice"\n';
    folder.write("subscribers.toml", `${sample}[bob]\nsecret = "sample-secret-of-bob"\n`);
    await using server = await Server.start({ history: folder.file("history.db"), subscribers });
    await using alice = await openAlice(folder, server.address);
    await using bob = client("bob", server, { args: ["--log-on"] });
    await bob.screen.expect("Connected");
    await alice.type("Log on", "Enter");
    await sees(alice, "Connected", "alice>");
    await alice.type("Chat bob", "Enter");
    await sees(alice, "Chat started with bob", "alice to bob>");
    await alice.type("half a li");
    await sees(alice, "Chat started with bob", "alice to bob> half a li");

    await admin("subscriber", "remove", "alice");
    await sees(
      alice,
      "Chat ended with bob",
      "Logged off by the server: your secret was changed or removed. " +
        "Ask its admin what to do.",
      "alice (offline)> half a li",
    );
    await bob.screen.find("Chat ended with alice");

    await alice.type("C-c");
    await alice.type("Log on", "Enter");
    await alice.until((screen) => screen.includes("refused alice"));
    folder.write("subscribers.toml", `${Deno.readTextFileSync(subscribers)}${sample}`);
    await server.program.errors.find(/reloaded .* 1 added/);
    await alice.type("Log on", "Enter");
    await sees(alice, "Connected", "alice>");
  },
);

screenTest("keeps the trace off the screen by sending standard error elsewhere", async () => {
  await using folder = new Folder();
  await using server = await Server.start({ history: folder.file("history.db") });
  const errors = folder.file("errors");
  const wrapper = ["sh", "-c", '"$@" --trace 2>"$0"', errors];
  await using alice = await openAlice(folder, server.address, wrapper);
  await sees(alice, "alice (offline)>");
  await alice.type("Log on", "Enter");
  await sees(alice, "alice (offline)> Log on", "Connected", "alice>");
  assertStringIncludes(Deno.readTextFileSync(errors), "trace received CONNECTED\n");
});

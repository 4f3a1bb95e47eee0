/** The real client with a person at it, in a real terminal by way of tmux. */

import { commandOf, ROOT, Server } from "../../tools/stage/mod.ts";
import { hasTmux, Tmux } from "../tmux.ts";
import { client, Folder } from "./fixtures.ts";

const ignore = !await hasTmux();
const name = "a person at a terminal logs on, chats with a line half typed, and leaves with Ctrl-D";

Deno.test({
  name: ignore ? `${name} (skipped: there is no tmux here)` : name,
  ignore,
  fn: async () => {
    await using folder = new Folder();
    await using server = await Server.start({ history: folder.file("history.db") });
    // From a file, so that nothing in the environment of this test is taken instead.
    const secret = folder.write("secret", "sample-secret-of-alice");
    const flags = ["--server", server.address, "--secret-file", secret];
    await using alice = await Tmux.open(
      [Deno.execPath(), ...commandOf("client"), "alice", ...flags],
      { columns: 60, rows: 20, folder: ROOT },
    );
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
  },
});

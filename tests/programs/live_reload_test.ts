/** Edits of the subscribers while the server runs: who notices, and what the admin is told. */

import { assertStringIncludes } from "@std/assert";
import { launchOf, type Program, Server } from "../../tools/stage/mod.ts";
import { eventually } from "../server/waiting.ts";
import { hasTmux, Tmux } from "../../tools/stage/tmux.ts";
import { chatting, client, Folder, typeAll } from "./fixtures.ts";

const REVOKED = "Logged off by the server: your secret was changed or removed";
const noWindows = Deno.build.os === "windows";

/** A secret of somebody's own. */
function secretOf(id: string): string {
  return `the first secret of ${id}`;
}

/** A file of subscribers: client-ID and secret of each. */
function listing(...subscribers: readonly (readonly [id: string, secret: string])[]): string {
  return subscribers.map(([id, secret]) => `[${id}]\nsecret = "${secret}"\n`).join("");
}

/** A file of these, each with the first secret. */
function listed(...ids: readonly string[]): string {
  return listing(...ids.map((id) => [id, secretOf(id)] as const));
}

/** A server whose subscribers are in the file that `write` writes. */
class Edited implements AsyncDisposable {
  readonly #folder: Folder;
  readonly server: Server;

  private constructor(folder: Folder, server: Server) {
    this.#folder = folder;
    this.server = server;
  }

  static async start(text: string): Promise<Edited> {
    const folder = new Folder();
    const subscribers = folder.write("subscribers.toml", text);
    const server = await Server.start({ history: folder.file("history.db"), subscribers });
    return new Edited(folder, server);
  }

  file(name = "subscribers.toml"): string {
    return this.#folder.file(name);
  }

  write(text: string, name = "subscribers.toml"): string {
    return this.#folder.write(name, text);
  }

  /** The next line of the server's log that matches. */
  async tells(what: string): Promise<string> {
    return await this.server.program.errors.find(new RegExp(what));
  }

  client(id: string, secret = secretOf(id)): Program {
    return client(id, this.server, { env: { PARLEY_SECRET: secret } });
  }

  /** Has a client log on, which works. */
  async logsOn(id: string, secret = secretOf(id)): Promise<void> {
    await using program = this.client(id, secret);
    await program.type("Log on");
    await program.screen.expect("Connected");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    await this.#folder[Symbol.asyncDispose]();
  }
}

Deno.test("a new subscriber can log on, a removed one is logged off, a chat of others goes on", async () => {
  await using edited = await Edited.start(listed("alice", "bob", "carol"));
  await using alice = edited.client("alice");
  await using bob = edited.client("bob");
  await using carol = edited.client("carol");
  await chatting(alice, bob, "bob");
  await carol.type("Log on");
  await carol.screen.expect("Connected");

  edited.write(listed("alice", "bob", "dave"));
  await edited.tells("3 subscribers, 1 added, 1 removed \\(carol\\), 0 with a new secret$");
  await carol.screen.expect(REVOKED);
  await edited.logsOn("dave");
  await alice.type("do you hear me?");
  await bob.screen.expect("alice: do you hear me?");
  await bob.type("all the time");
  await alice.screen.expect("bob: all the time");
});

Deno.test("a rotated subscriber is logged off in a chat, and can log on with the new secret only", async () => {
  await using edited = await Edited.start(listed("alice", "bob"));
  await using alice = edited.client("alice");
  await using bob = edited.client("bob");
  await chatting(alice, bob, "bob");
  const secret = "the second secret of bob";
  edited.write(listing(["alice", secretOf("alice")], ["bob", secret]));
  await edited.tells("0 added, 0 removed, 1 with a new secret \\(bob\\)$");
  await bob.screen.expect("Chat ended with alice");
  await bob.screen.expect(REVOKED);
  await alice.screen.expect("Chat ended with bob");
  await edited.logsOn("bob", secret);
  await using late = edited.client("bob");
  await typeAll(late, "Log on");
  await edited.tells("refused a log-on as bob ");
});

Deno.test("a broken edit is told with file and line and changes nothing, until it is put right", async () => {
  await using edited = await Edited.start(listed("alice"));
  edited.write(`${listed("carol")}[dave]\nsecret = "short"\n`);
  await edited.tells("did not reload .*subscribers\\.toml");
  assertStringIncludes(
    await edited.tells("secret"),
    `${edited.file()}:4: subscriber "dave": the secret has fewer than 16 bytes; make a new one`,
  );
  await edited.logsOn("alice");
  await Deno.remove(edited.file());
  await edited.tells("subscribers\\.toml: there is no such file; create it");
  await edited.logsOn("alice");
  edited.write(listed("alice", "dave"));
  await edited.tells("2 subscribers, 1 added, 0 removed");
  await edited.logsOn("dave");
});

Deno.test("sample secrets are refused in an edit, too, where others can reach the server", async () => {
  await using folder = new Folder();
  const subscribers = folder.write("subscribers.toml", listed("alice"));
  const history = folder.file("history.db");
  await using server = await Server.start({ history, subscribers, args: ["--host=0.0.0.0"] });
  folder.write("subscribers.toml", `${listed("alice")}[bob]\nsecret = "sample-secret-of-bob"\n`);
  await server.program.errors.find(/subscribers\.toml:4: subscriber "bob": this is a sample/);
});

Deno.test("a file that is replaced whole is taken, as many editors do it", async () => {
  await using edited = await Edited.start(listed("alice"));
  await Deno.rename(edited.write(listed("bob"), "subscribers.toml.new"), edited.file());
  await edited.tells("1 added, 1 removed \\(alice\\)");
  await edited.logsOn("bob");
});

Deno.test({
  name: "a symbolic link is followed, wherever it leads to meanwhile",
  ignore: noWindows,
  fn: async () => {
    await using folder = new Folder();
    const subscribers = folder.file("subscribers.toml");
    await Deno.symlink(folder.write("one.toml", listed("alice")), subscribers);
    const history = folder.file("history.db");
    await using server = await Server.start({ history, subscribers });
    folder.write("one.toml", listed("alice", "bob"));
    await server.program.errors.find(/2 subscribers, 1 added/);
    await Deno.symlink(folder.write("two.toml", listed("carol")), folder.file("next"));
    await Deno.rename(folder.file("next"), subscribers);
    await server.program.errors.find(/1 subscriber, 1 added, 2 removed \(alice, bob\)/);
  },
});

Deno.test({
  name: "SIGHUP has the server read its subscribers, and does nothing else to it",
  ignore: noWindows,
  fn: async () => {
    await using edited = await Edited.start(listed("alice"));
    const { program } = edited.server;
    program.kill("SIGHUP");
    await edited.tells("1 subscriber, 0 added, 0 removed, 0 with a new secret$");
    await edited.logsOn("alice");
  },
});

const noTmux = !await hasTmux();

Deno.test({
  name: `SIGHUP from a terminal that is closed stops the server in order${
    noTmux ? " (skipped: there is no tmux here)" : ""
  }`,
  ignore: noTmux,
  fn: async () => {
    await using folder = new Folder();
    const written = folder.write("written", "");
    const { command, args, cwd } = launchOf("server");
    const flags = ["--port", "0", "--history", folder.file("history.db")];
    const outputTo = ["sh", "-c", 'exec "$@" > "$0" 2>&1', written];
    const lastLine = (): string => Deno.readTextFileSync(written).trimEnd().split("\n").at(-1)!;
    {
      const whole = [...outputTo, command, ...args, ...flags];
      await using _terminal = await Tmux.open(whole, { columns: 80, rows: 24, folder: cwd });
      await eventually("a server that listens", () => lastLine().startsWith("To join: "));
    }
    await eventually("a server that stops", () => lastLine() === "Stopping");
  },
});

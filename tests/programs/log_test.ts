/** What the server program logs, and what of it there is for other programs. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { freePort, launchOf, Program, run, Server } from "../../tools/stage/mod.ts";
import { Forbidden } from "../admin/forbidden.ts";
import { valuesOf } from "../admin/monitored.ts";
import { hasTmux, Tmux } from "../../tools/stage/tmux.ts";
import { chatting, client, Folder } from "./fixtures.ts";

const SECRETS = { alice: "secret of alice qzj1jzq", bob: "secret of bob qzj2jzq é" } as const;
const WRONG = "secret of somebody else qzj3jzq";
const TEXTS = ["a text of alice's zqx1xqz", 'a text of "bob\'s" zqx2xqz é'] as const;

function subscribers(folder: Folder): string {
  const entries = Object.entries(SECRETS).map(([id, secret]) => `[${id}]\nsecret = "${secret}"\n`);
  const file = folder.write("subscribers.toml", entries.join(""));
  if (Deno.build.os !== "windows") Deno.chmodSync(file, 0o600);
  return file;
}

function forbidden(): Forbidden {
  const all = new Forbidden();
  for (const text of [...Object.values(SECRETS), WRONG, ...TEXTS]) {
    all.text(text, text);
    all.text(`a part of ${text}`, /\w\w\w\d\w\w\w/.exec(text)![0]);
  }
  return all;
}

/** A chat, a history, a log-on with a wrong secret, and one of nobody's. */
async function visit(address: string): Promise<void> {
  const at = { address };
  await using alice = client("alice", at, { env: { PARLEY_SECRET: SECRETS.alice } });
  await using bob = client("bob", at, { env: { PARLEY_SECRET: SECRETS.bob } });
  await chatting(alice, bob, "bob");
  await alice.type(TEXTS[0]);
  await bob.screen.expect(`alice: ${TEXTS[0]}`);
  await bob.type(TEXTS[1]);
  await alice.screen.expect(`bob: ${TEXTS[1]}`);
  await bob.type("History alice");
  await bob.screen.find(/^<\d+> <from: bob>/);
  for (const id of ["alice", "nobody"]) {
    await using wrong = client(id, at, { env: { PARLEY_SECRET: WRONG } });
    await wrong.type("Log on");
    await wrong.endInput();
    await wrong.exit();
  }
}

/** The server's arguments for files in `folder`, on ports of its own. */
function files(folder: Folder): string[] {
  return ["--port", "0", "--subscribers", subscribers(folder), "--history", folder.file("h.db")];
}

Deno.test("the log of a run is readable text without colours, and holds no secret and no text", async () => {
  await using folder = new Folder();
  await using server = await Server.start({
    history: folder.file("history.db"),
    subscribers: subscribers(folder),
  });
  await visit(server.address);
  const { errors, screen } = server.program;
  const address = "127\\.0\\.0\\.1:\\d+";
  await errors.find(new RegExp(`^\\S+Z accepted a log-on as alice from ${address}$`));
  await errors.find(/^\S+Z chat 1 started between alice and bob$/);
  await errors.find(
    new RegExp(`^\\S+Z warning: refused a log-on as alice from ${address}: wrong RES$`),
  );
  await errors.find(/^\S+Z warning: refused a log-on as nobody .*: unknown client-ID$/);
  if (Deno.build.os !== "windows") await server.stop();
  const all = [...errors.all, ...screen.all].join("\n");
  assertEquals(forbidden().foundIn(all), []);
  assertEquals(all.includes("\x1b"), false);
});

for (const trace of [false, true]) {
  Deno.test(`with --log-format json${trace ? " and --trace" : ""}, all that the server says is lines of JSON`, async () => {
    await using folder = new Folder();
    await using server = new Program("server", {
      args: [...files(folder), "--log-format", "json", ...(trace ? ["--trace"] : [])],
    });
    const started = JSON.parse(await server.errors.find(/"event":"started"/));
    assertEquals([started.level, started.subscribers], ["info", 2]);
    assertMatch(started.udp, /^127\.0\.0\.1:\d+$/);
    await visit(started.udp);
    await server.errors.find(/"why":"unknown client-ID"/);
    if (Deno.build.os !== "windows") {
      server.kill("SIGINT");
      assertEquals(await server.exit(), 0);
    }
    const lines = server.errors.all.map((line) => JSON.parse(line));
    for (const { time, level, event, msg } of lines) {
      assertMatch(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert([level, event, msg].every((field) => typeof field === "string"));
    }
    const events = new Set(lines.map(({ event }) => event));
    for (const event of ["log-on accepted", "log-on refused", "connected", "chat started"]) {
      assert(events.has(event), event);
    }
    assertEquals(events.has("trace"), trace);
    if (Deno.build.os !== "windows") {
      assert(events.has("stopping"));
      assertEquals(lines.at(-1)?.event, "stopped");
    }
    assertEquals(server.screen.all, []);
    assertEquals(forbidden().foundIn(server.errors.all.join("\n")), []);
  });
}

Deno.test("the server serves metrics and health where it is asked to, until it has stopped", async () => {
  await using folder = new Folder();
  const port = freePort();
  const args = ["--metrics-port", `${port}`];
  const server = await Server.start({
    history: folder.file("history.db"),
    subscribers: subscribers(folder),
    args,
  });
  await using _server = server;
  const url = `http://127.0.0.1:${port}`;
  await server.program.screen.expect(/^2 subscribers/);
  await server.program.screen.expect(/^To join: /);
  await server.program.screen.expect(`Metrics on ${url}/metrics, health on /healthz`);
  assertEquals(await get(`${url}/healthz`), "ok\n");
  await visit(server.address);
  const values = valuesOf(await get(`${url}/metrics`));
  assertEquals(values.get('parley_log_ons_total{result="accepted"}'), 2);
  assertEquals(values.get('parley_log_ons_total{result="wrong RES"}'), 1);
  assertEquals(values.get('parley_log_ons_total{result="unknown client-ID"}'), 1);
  assertEquals(values.get("parley_messages_stored_total"), 2);
  assert(values.get("parley_resident_memory_bytes")! > 1e6);

  const second = await run("server", [...files(folder), ...args]);
  assertEquals([second.code, second.output], [1, ""]);
  assertEquals(
    second.errors,
    `parley-server: TCP port ${port} of 127.0.0.1 is in use; stop what uses it, or give another --metrics-port`,
  );
  if (Deno.build.os === "windows") return;
  // The connection of the last request is still open, and keeps nobody from stopping.
  assertEquals(await server.stop(), 0);
});

const noTmux = !await hasTmux();

for (
  const [wish, words] of [["", ["-u", "NO_COLOR"]], [" unless NO_COLOR is set", [
    "NO_COLOR=1",
  ]]] as const
) {
  const name = `the log has colours at a terminal${wish}`;
  Deno.test({
    name: noTmux ? `${name} (skipped: there is no tmux here)` : name,
    ignore: noTmux,
    fn: async () => {
      await using folder = new Folder();
      const { command, args, cwd } = launchOf("server");
      const whole = ["env", ...words, command, ...args, ...files(folder)];
      await using terminal = await Tmux.open(whole, { columns: 100, rows: 20, folder: cwd });
      await terminal.until((screen) => screen.includes("To join"));
      await terminal.record();
      folder.write("subscribers.toml", "[alice]\n");
      const word = wish === "" ? "\x1b[31merror: \x1b[0m" : "Z error: ";
      const text = await terminal.recorded(`${word}did not reload`);
      assertEquals(text.includes("\x1b["), wish === "");
    },
  });
}

async function get(url: string): Promise<string> {
  return await (await fetch(url)).text();
}

/** The server program's command line, and what it says when it cannot serve. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { SAMPLE_IDS } from "../../lib/subscribers/mod.ts";
import { run, Server } from "../../tools/stage/mod.ts";
import { Folder } from "./fixtures.ts";

Deno.test("the server shows its help and its version", async () => {
  const help = await run("server", ["--help"]);
  assertEquals([help.code, help.errors], [0, ""]);
  assertMatch(help.output, /^Usage: parley-server \[serve\] \[flags\]/m);
  const version = await run("server", ["--version"]);
  assertEquals([version.code, version.errors], [0, ""]);
  assertStringIncludes(version.output, `parley-server ${config.version} (`);
});

Deno.test("the server refuses flags that it does not know, or cannot read, and words", async () => {
  for (
    const [flag, complaint] of [
      ["--colour", "unknown flag --colour"],
      ["--port=http", '--port takes a whole number from 0 to 65535, not "http"'],
      ["--history=", "--history needs a value"],
      ["--log-format=xml", '--log-format takes text or json, not "xml"'],
      ["stray", 'there is no command "stray"; there are serve, check, subscriber, history'],
      ["toString", 'there is no command "toString"; there are serve, check, subscriber, history'],
    ] as const
  ) {
    assertEquals(await run("server", [flag]), {
      code: 2,
      output: "",
      errors: `parley-server: ${complaint}. See parley-server --help.`,
    });
  }
});

Deno.test("the server says which ports are in use", async () => {
  await using folder = new Folder();
  const history = folder.file("history.db");
  const hostname = "127.0.0.1";

  using tcp = Deno.listen({ hostname, port: 0 });
  const noTcp = await run("server", [
    "--port=0",
    `--tcp-port=${tcp.addr.port}`,
    "--history",
    history,
  ]);
  assertEquals([noTcp.code, noTcp.output], [1, ""]);
  assertStringIncludes(noTcp.errors, `TCP port ${tcp.addr.port} of ${hostname} is in use`);

  const udp = Deno.listenDatagram({ hostname, port: 0, transport: "udp" });
  const { port } = udp.addr as Deno.NetAddr;
  const noUdp = await run("server", [`--port=${port}`, "--tcp-port=0", "--history", history]);
  udp.close();
  assertEquals([noUdp.code, noUdp.output], [1, ""]);
  assertStringIncludes(noUdp.errors, `UDP port ${port} or TCP port 0 of ${hostname} is in use`);
});

Deno.test("the server says that it does not know its host", async () => {
  await using folder = new Folder();
  const subscribers = folder.write(
    "subscribers.toml",
    '[alice]\nsecret = "nobody knows this one"\n',
  );
  const { code, output, errors } = await run("server", [
    "--host=parley.invalid",
    "--port=0",
    "--subscribers",
    subscribers,
  ]);
  assertEquals([code, output], [1, ""]);
  assertMatch(errors, /^parley-server: there is no host parley\.invalid; .*--host$/);
});

Deno.test("the server says that there is no subscribers file", async () => {
  await using folder = new Folder();
  const file = folder.file("nobody.toml");
  const { code, errors } = await run("server", ["--port=0", "--subscribers", file]);
  assertEquals(code, 1);
  assertStringIncludes(errors, "parley-server: cannot use the subscribers:");
  assertStringIncludes(errors, `${file}: there is no such file`);
});

Deno.test("the server names file and line of every bad subscriber, but no secret", async () => {
  await using folder = new Folder();
  const file = folder.write(
    "subscribers.toml",
    '[alice]\nsecret = "long enough to be one"\n[bob]\nsecret = "too-short"\n["no name"]\nsecret = 12\n',
  );
  const { code, output, errors } = await run("server", ["--port=0", "--subscribers", file]);
  assertEquals([code, output], [1, ""]);
  assertStringIncludes(errors, `${file}:4:`);
  assertStringIncludes(errors, `${file}:5:`);
  assertStringIncludes(errors, `${file}:6:`);
  assertEquals(errors.includes("long enough to be one") || errors.includes("too-short"), false);
});

Deno.test("the server says why it cannot open the history, and what to do", async () => {
  await using folder = new Folder();
  const history = folder.file("missing/history.db");
  const { code, output, errors } = await run("server", ["--port=0", "--history", history]);
  assertEquals([code, output], [1, ""]);
  assertStringIncludes(errors, `parley-server: cannot open the history ${history}:`);
  assertStringIncludes(errors, "Create its folder first.");
});

Deno.test("a second server is kept off the history of the first", async () => {
  await using folder = new Folder();
  const history = folder.file("history.db");
  await using _first = await Server.start({ history });
  const { code, output, errors } = await run("server", ["--port=0", "--history", history]);
  assertEquals([code, output], [1, ""]);
  assertMatch(errors, /^parley-server: the history .*history\.db is in use by another server\./);
});

Deno.test("the server refuses to serve others with sample secrets", async () => {
  await using folder = new Folder();
  const history = folder.file("history.db");
  const args = ["--host=0.0.0.0", "--port=0", "--history", history];
  const { code, output, errors } = await run("server", args);
  assertEquals([code, output], [1, ""]);
  for (const id of SAMPLE_IDS) {
    assertMatch(errors, new RegExp(`^subscribers\\.toml:\\d+: subscriber "${id}": .* sample`, "m"));
  }
  assertStringIncludes(errors, "or listen on 127.0.0.1 only");
});

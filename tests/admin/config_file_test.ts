/** The file of settings: what is taken from it, and where a mistake in it is said to be. */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readConfigFile } from "../../lib/admin/config_file.ts";
import { UsageError } from "../../lib/terminal/mod.ts";
import { Folder } from "../programs/fixtures.ts";

const NAMES = ["host", "port"];

Deno.test("readConfigFile() takes texts and numbers, each with its place", async () => {
  await using folder = new Folder();
  const path = folder.write("parley.toml", '# where\n\nhost = "::1" # here\nport = 4_390\n');
  assertEquals([...readConfigFile(path, NAMES)], [
    ["host", { value: "::1", place: `${path}:3: host` }],
    ["port", { value: "4390", place: `${path}:4: port` }],
  ]);
});

Deno.test("readConfigFile() finds the line of a name however TOML has it written", async () => {
  await using folder = new Folder();
  for (
    const line of [
      "hots = 1",
      '  "hots" = 1',
      "'hots'=1 # host = 2",
      "[hots]",
      "[[ hots ]] # no",
      "hots.port = 1",
      "hots = { port = 1 }",
    ]
  ) {
    const path = folder.write("parley.toml", `# hots = 1\r\nhost = "hots"\r\n${line}\r\n`);
    assertEquals(
      assertThrows(() => readConfigFile(path, NAMES), UsageError).message,
      `${path}:3: hots is no setting; there are host, port`,
    );
  }
});

Deno.test("readConfigFile() refuses what is no text and no number", async () => {
  await using folder = new Folder();
  for (const value of ["true", "[1]", "{ port = 1 }", "2026-11-22"]) {
    const path = folder.write("parley.toml", `\nport = ${value}\n`);
    assertEquals(
      assertThrows(() => readConfigFile(path, NAMES), UsageError).message,
      `${path}:2: port takes a text in quotes or a number`,
    );
  }
});

Deno.test("readConfigFile() names the line that is not TOML", async () => {
  await using folder = new Folder();
  const path = folder.write("parley.toml", "port = 1\n\nhost = localhost\n");
  const { message } = assertThrows(() => readConfigFile(path, NAMES), UsageError);
  assertStringIncludes(message, `${path}:3: this is not TOML (`);
});

Deno.test("readConfigFile() says which file it cannot read", async () => {
  await using folder = new Folder();
  const path = folder.file("none.toml");
  const { message } = assertThrows(() => readConfigFile(path, NAMES), UsageError);
  assertStringIncludes(message, `cannot read the settings in ${path}: `);
});

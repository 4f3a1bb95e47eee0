/** Where the server's settings come from, which of two wins, and what is said of a mistake. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  historyFileOf,
  readSettings,
  type SettingName,
  SETTINGS,
  settingsHelp,
} from "../../lib/admin/settings.ts";
import { UsageError } from "../../lib/terminal/mod.ts";
import { Folder } from "../programs/fixtures.ts";

const NAMES = Object.keys(SETTINGS) as SettingName[];

/** Where settings may come from. */
interface Sources {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function read({ args = [], env = {} }: Sources): Readonly<Record<string, unknown>> {
  return readSettings(args, { settings: NAMES }, (name) => env[name]).settings;
}

function complaint(sources: Sources): string {
  return assertThrows(() => read(sources), UsageError).message;
}

/** A value that the setting takes and that is not its default. */
function sample(name: SettingName): string | number {
  const setting: { takes: string; min?: number; choices?: readonly string[] } = SETTINGS[name];
  return setting.min === undefined ? setting.choices?.at(-1) ?? "elsewhere" : setting.min + 7;
}

function variableOf(name: SettingName): string {
  return `PARLEY_${name.toUpperCase().replaceAll("-", "_")}`;
}

Deno.test("readSettings() takes every setting from a flag, from a variable and from the file", async () => {
  await using folder = new Folder();
  for (const name of NAMES) {
    const value = sample(name);
    const config = folder.write("parley.toml", `${name} = ${JSON.stringify(value)}\n`);
    assert(read({})[name] !== value, name);
    assertEquals(read({ args: [`--${name}`, `${value}`] })[name], value);
    assertEquals(read({ env: { [variableOf(name)]: `${value}` } })[name], value);
    assertEquals(read({ args: ["--config", config] })[name], value);
    assertEquals(read({ env: { PARLEY_CONFIG: config } })[name], value);
  }
});

Deno.test("readSettings() prefers a flag to a variable, a variable to the file, the file to the default", async () => {
  await using folder = new Folder();
  const config = folder.write("parley.toml", "idle-timeout = 40\n");
  const other = folder.write("other.toml", "idle-timeout = 50\n");
  const file = { PARLEY_CONFIG: config };
  const both = { ...file, PARLEY_IDLE_TIMEOUT: "30" };
  const idle = (sources: Sources): unknown => read(sources)["idle-timeout"];
  assertEquals(idle({ args: ["--idle-timeout=20"], env: both }), 20);
  assertEquals(idle({ env: both }), 30);
  assertEquals(idle({ env: file }), 40);
  assertEquals(idle({ args: ["--config", other], env: file }), 50);
  assertEquals(idle({}), SETTINGS["idle-timeout"].otherwise);
});

Deno.test("readSettings() names the flag, the variable or the line of a mistake, and what is taken", async () => {
  await using folder = new Folder();
  const file = folder.write("parley.toml", '# how\nport = 1\n"tcp-port" = "http"\n');
  const colour = folder.write("colour.toml", 'log-format = "colour"\n');
  const empty = folder.write("empty.toml", 'host = ""\n');
  const range = "takes a whole number from 0 to 65535, not";
  const cases: [Sources, string][] = [
    [{ args: ["--port=http"] }, `--port ${range} "http"`],
    [{ args: ["--port=65536"] }, `--port ${range} "65536"`],
    [{ args: ["--port=-1"] }, `--port ${range} "-1"`],
    [{ env: { PARLEY_PORT: "1.5" } }, `PARLEY_PORT ${range} "1.5"`],
    [{ args: ["--config", file] }, `${file}:3: tcp-port ${range} "http"`],
    [
      { args: ["--metrics-port=0"] },
      '--metrics-port takes a whole number from 1 to 65535, not "0"',
    ],
    [{ args: ["--log-format=xml"] }, '--log-format takes text or json, not "xml"'],
    [{ env: { PARLEY_LOG_FORMAT: "JSON" } }, 'PARLEY_LOG_FORMAT takes text or json, not "JSON"'],
    [{ args: ["--config", colour] }, `${colour}:1: log-format takes text or json, not "colour"`],
    [{ args: ["--host="] }, "--host needs a value"],
    [{ env: { PARLEY_HOST: "" } }, "PARLEY_HOST needs a value"],
    [{ env: { PARLEY_CONFIG: "" } }, "PARLEY_CONFIG needs a value"],
    [{ args: ["--config", empty] }, `${empty}:1: host needs a value`],
    [{ args: ["--colour=red"] }, "unknown flag --colour=red"],
  ];
  for (const [sources, message] of cases) assertEquals(complaint(sources), message);
});

Deno.test("readSettings() takes a command's own flags, switches and words", () => {
  const line = readSettings(["--all", "alice", "--out=x", "bob"], {
    settings: ["history"],
    switches: ["all", "dry"],
    own: ["out", "since"],
  }, () => undefined);
  assertEquals(line.switches, { all: true, dry: false });
  assertEquals([line.own.out, line.own.since], ["x", undefined]);
  assertEquals(line.words, ["alice", "bob"]);
  assertEquals(line.settings, { history: undefined });
});

Deno.test("settingsHelp() shows every setting with what it takes and its default", () => {
  const lines = settingsHelp(NAMES).split("\n");
  for (const name of NAMES) {
    const { takes, help, otherwise }: { takes: string; help: string; otherwise?: unknown } =
      SETTINGS[name];
    const line = lines.find((line) => line.startsWith(`  --${name} ${takes} `)) ?? "none";
    assert(line.includes(help), name);
    assert(line.includes(otherwise === undefined ? "(default: " : `(default ${otherwise})`), name);
    assert(line.length <= 100, line);
  }
});

Deno.test("historyFileOf() puts the history beside the subscribers unless it is told another place", () => {
  const subscribers = "some/where/subscribers.toml";
  assertEquals(
    historyFileOf({ subscribers, history: undefined }).replaceAll("\\", "/"),
    "some/where/history.db",
  );
  assertEquals(historyFileOf({ subscribers, history: "other.db" }), "other.db");
});

/**
 * The server's settings: what there is, and where each is taken from.
 *
 * One rule for all: a flag wins over the environment, the environment over the file that `--config`
 * names, the file over the default. A setting has one name everywhere: `--idle-timeout 60`,
 * `PARLEY_IDLE_TIMEOUT=60`, and `idle-timeout = 60` in the file.
 */

import { dirname, join } from "@std/path";
import { readFlags, readNumber, UsageError } from "../terminal/mod.ts";
import {
  datagramRate,
  messageRate,
  refusalRate,
  SERVER_LIMITS,
  type ServerLimits,
} from "../session/mod.ts";
import { readConfigFile } from "./config_file.ts";

/** A setting: what it takes, what it is for, and what it is when nobody sets it. */
interface Setting {
  /** What stands for the value in help, such as `FILE`. */
  readonly takes: string;
  readonly help: string;
  /** Absent where the default depends on something else, which `help` tells then. */
  readonly otherwise?: string | number;
  /** Bounds, of a number. */
  readonly min?: number;
  readonly max?: number;
  /** All the texts that there are, of one that is not free. */
  readonly choices?: readonly string[];
}

/** Seconds that a timer can run for. */
const SECONDS = { takes: "SECONDS", min: 1, max: 2_000_000 } as const;
const PORT = { takes: "PORT", max: 65_535 } as const;
const PER_SECOND = { takes: "NUMBER", max: 1_000_000 } as const;

/** Every setting. Those with `min` are whole numbers, the others text. */
export const SETTINGS = {
  "subscribers": { takes: "FILE", help: "who may log on", otherwise: "subscribers.toml" },
  "history": {
    takes: "FILE",
    help: "where messages are kept (default: history.db beside the subscribers)",
  },
  "host": { takes: "ADDRESS", help: "the address to listen on", otherwise: "127.0.0.1" },
  "port": { ...PORT, help: "UDP port for log-ons; 0: any", otherwise: 4390, min: 0 },
  "tcp-port": { ...PORT, help: "TCP port for everything after (default: the same)", min: 0 },
  "idle-timeout": {
    ...SECONDS,
    help: "log off clients that do nothing for so long",
    otherwise: SERVER_LIMITS.idleTimeout / 1_000,
  },
  "datagram-rate": {
    ...PER_SECOND,
    help: "datagrams a second that one address may send",
    otherwise: SERVER_LIMITS.datagrams.perSecond,
    min: 10,
  },
  "log-on-rate": {
    ...PER_SECOND,
    help: "log-ons a second that one address may fail in",
    otherwise: SERVER_LIMITS.refusedLogOns.perSecond,
    min: 1,
  },
  // Fewer, and clients that log off would not get the receipts of all that they have sent in time.
  "message-rate": {
    ...PER_SECOND,
    help: "messages a second that are read from one client",
    otherwise: SERVER_LIMITS.messages.perSecond,
    min: 250,
  },
  "log-format": {
    takes: "FORMAT",
    help: "text, or json: a line for each",
    otherwise: "text",
    choices: ["text", "json"],
  },
  "metrics-port": {
    ...PORT,
    help: "serve /metrics and /healthz on loopback (default: off)",
    min: 1,
  },
} as const satisfies Record<string, Setting>;

/** The name of a setting. */
export type SettingName = keyof typeof SETTINGS;

/** The names of all settings. */
const NAMES = Object.keys(SETTINGS) as SettingName[];

type ValueOf<Name extends SettingName> =
  | ((typeof SETTINGS)[Name] extends { readonly min: number } ? number
    : (typeof SETTINGS)[Name] extends { readonly choices: readonly (infer Choice)[] } ? Choice
    : string)
  | ((typeof SETTINGS)[Name] extends { readonly otherwise: unknown } ? never : undefined);

/** The values of the settings of these names. */
export type Settings<Name extends SettingName> = { readonly [N in Name]: ValueOf<N> };

/** What a command line comes to. */
export interface CommandLine<Name extends SettingName, Switch extends string, Own extends string> {
  readonly settings: Settings<Name>;
  /** Flags that are there or not. */
  readonly switches: { readonly [S in Switch]: boolean };
  /** Flags of the command itself, which nothing else sets. */
  readonly own: { readonly [O in Own]?: string };
  readonly words: readonly string[];
}

/** What a command takes. */
export interface Takes<Name extends SettingName, Switch extends string, Own extends string> {
  readonly settings: readonly Name[];
  readonly switches?: readonly Switch[];
  readonly own?: readonly Own[];
}

/**
 * Reads `args`, the environment and the file.
 *
 * @param variable what a variable of the environment holds
 * @throws {UsageError} for what is not understood, and where it stands
 */
export function readSettings<
  Name extends SettingName,
  Switch extends string = never,
  Own extends string = never,
>(
  args: readonly string[],
  { settings: names, switches = [], own = [] }: Takes<Name, Switch, Own>,
  variable: (name: string) => string | undefined = (name) => Deno.env.get(name),
): CommandLine<Name, Switch, Own> {
  const { text, switches: given, words } = readFlags<string, Switch>(args, {
    text: ["config", ...names, ...own],
    switches,
  });
  const config = text["config"] ?? variable("PARLEY_CONFIG");
  if (config === "") throw new UsageError("PARLEY_CONFIG needs a value");
  const file = config === undefined ? undefined : readConfigFile(config, NAMES);
  const settings = names.map((name) => {
    const sources = [
      { value: text[name], place: `--${name}` },
      { value: variable(variableOf(name)), place: variableOf(name) },
      file?.get(name),
    ];
    const { value, place = name } = sources.find((source) => source?.value !== undefined) ?? {};
    return [name, valueOf(name, value, place)];
  });
  return {
    settings: Object.fromEntries(settings),
    switches: given,
    own: Object.fromEntries(own.map((name) => [name, text[name]])) as { [O in Own]?: string },
    words,
  };
}

/**
 * What the server itself takes: every setting, and the switch that no setting is.
 *
 * @throws {UsageError}
 */
export function readServerSettings(
  args: readonly string[],
): { settings: Settings<SettingName>; trace: boolean } {
  const { settings, switches, words } = readSettings(args, {
    settings: NAMES,
    switches: ["trace"],
  });
  if (words.length > 0) throw new UsageError(`"${words[0]}" is not a flag`);
  return { settings, trace: switches.trace };
}

/** The file of the history: by default it stands beside the subscribers. */
export function historyFileOf(
  { history, subscribers }: Settings<"history" | "subscribers">,
): string {
  return history ?? join(dirname(subscribers), "history.db");
}

/** The limits that settings set. */
export function limitsOf(
  settings: Settings<"idle-timeout" | "datagram-rate" | "log-on-rate" | "message-rate">,
): Partial<ServerLimits> {
  return {
    idleTimeout: 1_000 * settings["idle-timeout"],
    datagrams: datagramRate(settings["datagram-rate"]),
    refusedLogOns: refusalRate(settings["log-on-rate"]),
    messages: messageRate(settings["message-rate"]),
  };
}

/** The lines of help for what {@linkcode readServerSettings} takes, and where else it may stand. */
export function serverSettingsHelp(): string {
  return `${settingsHelp(NAMES)}
${line("--trace", "show every protocol message, on standard error")}
${line("--help", "show the help of the command")}

Each but the last two may also stand in the environment (PARLEY_IDLE_TIMEOUT=60), or in the file
that --config or PARLEY_CONFIG names (idle-timeout = 60). A flag wins over the environment, and the
environment over the file.`;
}

/** The lines of help for the settings of these names, and for their file. */
export function settingsHelp(names: readonly SettingName[]): string {
  const settings: Readonly<Record<SettingName, Setting>> = SETTINGS;
  const lines = names.map((name) => {
    const { takes, help, otherwise } = settings[name];
    const standard = otherwise === undefined ? "" : ` (default ${otherwise})`;
    return line(`--${name} ${takes}`, `${help}${standard}`);
  });
  return [...lines, line("--config FILE", "take settings from this TOML file")].join("\n");
}

function line(flag: string, help: string): string {
  return `  ${flag.padEnd(26)}${help}`;
}

/** `PARLEY_IDLE_TIMEOUT` for `idle-timeout`. */
function variableOf(name: string): string {
  return `PARLEY_${name.toUpperCase().replaceAll("-", "_")}`;
}

function valueOf(
  name: SettingName,
  value: string | undefined,
  place: string,
): string | number | undefined {
  const { otherwise, min, max, choices }: Setting = SETTINGS[name];
  if (value === undefined) return otherwise;
  if (value === "") throw new UsageError(`${place} needs a value`);
  if (choices !== undefined && !choices.includes(value)) {
    throw new UsageError(`${place} takes ${choices.join(" or ")}, not "${value}"`);
  }
  return min === undefined ? value : readNumber(place, value, { min, max: max!, otherwise: min });
}

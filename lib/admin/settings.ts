/**
 * The server's settings: what there is, and where each is taken from.
 *
 * One rule for all: a flag wins over the environment, the environment over the file that `--config`
 * names, the file over the default. A setting has one name everywhere: `--idle-timeout 60`,
 * `PARLEY_IDLE_TIMEOUT=60`, and `idle-timeout = 60` in the file.
 */

import { readFlags, readNumber, UsageError } from "../terminal/mod.ts";
import { SERVER_LIMITS } from "../session/mod.ts";
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
}

/** Seconds that a timer can run for. */
const SECONDS = { takes: "SECONDS", min: 1, max: 2_000_000 } as const;
const PORT = { takes: "PORT", max: 65_535 } as const;

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
  "log-format": { takes: "FORMAT", help: "text, or json: a line for each", otherwise: "text" },
  "metrics-port": {
    ...PORT,
    help: "serve /metrics and /healthz on loopback (default: off)",
    min: 1,
  },
} as const satisfies Record<string, Setting>;

/** The name of a setting. */
export type SettingName = keyof typeof SETTINGS;

type ValueOf<Name extends SettingName> =
  | ((typeof SETTINGS)[Name] extends { readonly min: number } ? number : string)
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
 * @throws {UsageError} for what is not understood, and where it stands
 */
export function readSettings<
  Name extends SettingName,
  Switch extends string = never,
  Own extends string = never,
>(
  args: readonly string[],
  { settings: names, switches = [], own = [] }: Takes<Name, Switch, Own>,
): CommandLine<Name, Switch, Own> {
  const { text, switches: given, words } = readFlags<string, Switch>(args, {
    text: ["config", ...names, ...own],
    switches,
  });
  const config = text["config"] ?? Deno.env.get("PARLEY_CONFIG");
  const file = config === undefined ? new Map() : readConfigFile(config, Object.keys(SETTINGS));
  const settings = names.map((name) => {
    const variable = variableOf(name);
    const fromEnv = Deno.env.get(variable);
    if (text[name] !== undefined) return [name, valueOf(name, text[name], `--${name}`)];
    if (fromEnv !== undefined) return [name, valueOf(name, fromEnv, variable)];
    const entry = file.get(name);
    return [name, valueOf(name, entry?.value, entry?.place ?? name)];
  });
  return {
    settings: Object.fromEntries(settings),
    switches: given,
    own: Object.fromEntries(own.map((name) => [name, text[name]])) as { [O in Own]?: string },
    words,
  };
}

/** The lines of help for the settings of these names. */
export function settingsHelp(names: readonly SettingName[]): string {
  const settings: Readonly<Record<SettingName, Setting>> = SETTINGS;
  const lines = names.map((name) => {
    const { takes, help, otherwise } = settings[name];
    const standard = otherwise === undefined ? "" : ` (default ${otherwise})`;
    return `  ${`--${name} ${takes}`.padEnd(26)}${help}${standard}`;
  });
  return lines.join("\n");
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
  const { otherwise, min, max }: Setting = SETTINGS[name];
  if (value === undefined) return otherwise;
  if (value === "") throw new UsageError(`${place} needs a value`);
  return min === undefined ? value : readNumber(place, value, { min, max: max!, otherwise: min });
}

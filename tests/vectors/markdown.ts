/**
 * The golden vectors and one frame of each type, as docs/protocol.md prints them between markers.
 *
 * It knows how they look and which shell lines recompute RES and CK_A, not how they are computed.
 */

import type { Frame } from "../../lib/codec/mod.ts";
import { type Fixture, FRAME_FIXTURES } from "../codec/fixtures.ts";
import { toHex } from "../hex.ts";
import { type Inputs, type Step, STEPS, type Steps } from "./login.ts";

const HEX_PER_LINE = 64;

/** What is printed between two markers of its own. */
export type Part = "vectors" | "frames";

/** How docs/protocol.md calls the fields that have another name in the code. */
const FIELD: Readonly<Record<string, string>> = {
  clientId: "client-ID",
  cookie: "rand_cookie",
  sender: "sending client-ID",
  sessionId: "session-ID",
};

/** What login.json holds. */
export interface Login {
  readonly inputs: Inputs;
  readonly steps: Steps;
}

/** A shell line that prints the hash of rand and K_A. */
export interface ShellLine {
  readonly step: "res" | "ck";
  /** The programs it needs besides a shell. */
  readonly programs: readonly string[];
  readonly line: string;
}

/** Two ways to recompute RES and CK_A in bash or zsh. */
export function shellLines({ rand, secret }: Inputs): ShellLine[] {
  const hashes = [["res", "256"], ["ck", "512"]] as const;
  const key = `printf %s '${secret}'`;
  return [
    ...hashes.map(([step, bits]) => ({
      step,
      programs: ["xxd", `sha${bits}sum`],
      line: `{ printf ${rand} | xxd -r -p; ${key}; } | sha${bits}sum`,
    })),
    ...hashes.map(([step, bits]) => ({
      step,
      programs: ["sed", "openssl"],
      line: `{ printf "$(printf ${rand} | sed 's/../\\\\x&/g')"; ${key}; } |` +
        ` openssl dgst -sha${bits}`,
    })),
  ];
}

/** The part of docs/protocol.md between its markers. */
export function renderVectors({ inputs, steps }: Login): string {
  const names: [name: string, value: string | number][] = [
    ["client-ID", inputs.clientId],
    ["secret", inputs.secret],
    ["Nc", inputs.nc],
    ["client's secret key", inputs.clientSecretKey],
    ["server's secret key", inputs.serverSecretKey],
    ["rand", inputs.rand],
    ["rand_cookie", inputs.cookie],
    ["port_number", inputs.port],
    ["client-ID of the peer", inputs.peerId],
    ["session-ID", inputs.sessionId],
    ["text from the peer", inputs.receivedText],
    ["text to the peer", inputs.sentText],
  ];
  const [resLine, ckLine, resOpenssl, ckOpenssl] = shellLines(inputs).map(({ line }) => line);
  return [
    "Inputs:\n",
    fence("text", names.map(([name, value]) => `${name.padEnd(22)}${value}`)),
    "Steps:\n",
    fence("text", (Object.keys(STEPS) as Step[]).flatMap((step) => renderStep(step, steps[step]))),
    "RES and CK_A again, in a shell:\n",
    fence("sh", [resLine!, ckLine!]),
    "The same in bash or zsh without `xxd`:\n",
    fence("sh", [resOpenssl!, ckOpenssl!]),
  ].join("\n");
}

/** One frame of each type, with its fields in the order in which they are sent. */
export function renderFrames(): string {
  return fence("text", FRAME_FIXTURES.flatMap(renderFrame));
}

/** What stands between the markers of `part` in `document`. */
export function printed(document: string, part: Part): string {
  const [start, end] = between(document, part);
  return document.slice(start, end).trim() + "\n";
}

/** `document` with `text` between the markers of `part`. */
export function withPrinted(document: string, part: Part, text: string): string {
  const [start, end] = between(document, part);
  return `${document.slice(0, start)}\n${text}\n${document.slice(end)}`;
}

function between(document: string, part: Part): [start: number, end: number] {
  const [beginMarker, endMarker] = [
    `<!-- ${part}: written by deno task docs -->\n`,
    `<!-- end of ${part} -->\n`,
  ];
  const begin = document.indexOf(beginMarker);
  const end = document.indexOf(endMarker);
  if (begin < 0 || end < begin) throw new Error(`no markers for ${part}`);
  return [begin + beginMarker.length, end];
}

function renderFrame({ message: { type, ...fields }, bytes }: Fixture<Frame>): string[] {
  const described = Object.entries(fields).map(([name, value]) =>
    `${FIELD[name] ?? name} ${renderField(name, value)}`
  );
  const [code, length, body] = [bytes.subarray(0, 1), bytes.subarray(1, 3), bytes.subarray(3)];
  return [
    [type, described.join(", ")].join(" ").trim(),
    `  ${[code, length, body].map(toHex).join(" ")}`.trimEnd(),
  ];
}

function renderField(name: string, value: string | number | Uint8Array): string {
  if (!(value instanceof Uint8Array)) return String(value);
  return name === "text" ? new TextDecoder().decode(value) : toHex(value);
}

function renderStep(step: Step, value: string): string[] {
  const lines = value.match(new RegExp(`.{1,${HEX_PER_LINE}}`, "g")) ?? [];
  return [`${STEPS[step]} (${value.length / 2} bytes)`, ...lines.map((line) => `  ${line}`)];
}

function fence(language: string, lines: string[]): string {
  return ["```" + language, ...lines, "```", ""].join("\n");
}

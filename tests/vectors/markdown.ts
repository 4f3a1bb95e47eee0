/**
 * The golden vectors as docs/protocol.md prints them, between two markers.
 *
 * It knows how they look and which shell lines recompute RES and CK_A, not how they are computed.
 */

import { type Inputs, type Step, STEPS, type Steps } from "./login.ts";

const BEGIN = "<!-- vectors: written by deno task docs -->\n";
const END = "<!-- end of vectors -->\n";
const HEX_PER_LINE = 64;

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

/** What stands between the markers of `document`. */
export function printedVectors(document: string): string {
  const [start, end] = between(document);
  return document.slice(start, end).trim() + "\n";
}

/** `document` with `vectors` between its markers. */
export function withVectors(document: string, vectors: string): string {
  const [start, end] = between(document);
  return `${document.slice(0, start)}\n${vectors}\n${document.slice(end)}`;
}

function between(document: string): [start: number, end: number] {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`no markers "${BEGIN.trim()}", "${END.trim()}"`);
  return [begin + BEGIN.length, end];
}

function renderStep(step: Step, value: string): string[] {
  const lines = value.match(new RegExp(`.{1,${HEX_PER_LINE}}`, "g")) ?? [];
  return [`${STEPS[step]} (${value.length / 2} bytes)`, ...lines.map((line) => `  ${line}`)];
}

function fence(language: string, lines: string[]): string {
  return ["```" + language, ...lines, "```", ""].join("\n");
}

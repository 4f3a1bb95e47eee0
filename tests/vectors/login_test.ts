/** The golden vectors: computed by lib/, again without it, again in a shell, and as printed. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  decodeAdmission,
  decodeDatagram,
  decodeFrames,
  RecordSplitter,
} from "../../lib/codec/mod.ts";
import { Opener, type TrafficKey } from "../../lib/crypto/mod.ts";
import { nodeSuite, sodiumSuite } from "../../lib/crypto/primitives.ts";
import { recordNonce } from "../../lib/crypto/sealing.ts";
import { concatBytes, hex, toHex } from "../hex.ts";
import { canSeal, openSteps, type SealedStep, sealedSteps } from "./independent.ts";
import golden from "./login.json" with { type: "json" };
import { INPUTS, loginSteps, type Step, STEPS } from "./login.ts";
import { printed, renderFrames, renderVectors, shellLines } from "./markdown.ts";

const { inputs, steps } = golden;
const SEALED: Record<SealedStep, true> = {
  authSuccess: true,
  clientStream: true,
  clientRecord1: true,
  serverRecord0: true,
  serverRecord1: true,
};

Deno.test("login.json has the inputs of login.ts and no step more or less", () => {
  assertEquals(inputs, INPUTS);
  assertEquals(Object.keys(steps), Object.keys(STEPS));
});

const computed = loginSteps(inputs);
const independent: Record<string, string> = {
  ...await openSteps(inputs),
  ...(canSeal ? sealedSteps(inputs.nc, steps) : {}),
};

for (const step of Object.keys(STEPS) as Step[]) {
  Deno.test(`lib/ computes the golden ${step}`, () => {
    assertEquals(computed[step], steps[step]);
  });

  const ignore = step in SEALED && !canSeal;
  Deno.test({
    name: `a second implementation computes the golden ${step}` +
      (ignore ? " (skipped: node:crypto of this Deno has no chacha20-poly1305)" : ""),
    ignore,
    fn: () => assertEquals(independent[step], steps[step]),
  });
}

Deno.test("DH is the shared secret that RFC 7748, section 6.1, gives for these keys", () => {
  assertEquals(steps.dh, "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
});

Deno.test("the client opens the golden AUTH_SUCCESS", () => {
  const datagram = hex(steps.authSuccess);
  const decoded = decodeDatagram(datagram);
  const sealed = decoded.type === "AUTH_SUCCESS" ? decoded.sealed : hex("");
  const opener = new Opener(trafficKey("authSuccess"));
  const { cookie, port } = decodeAdmission(opener.open(datagram.subarray(0, 22), sealed)!);
  assertEquals([toHex(cookie), port], [inputs.cookie, inputs.port]);
});

Deno.test("the server opens the golden stream of the client", () => {
  const stream = concatBytes(hex(steps.clientStream), hex(steps.clientRecord1));
  assertEquals(toHex(stream.subarray(0, 16)), steps.keyId);
  assertEquals(read(trafficKey("clientToServer"), stream.subarray(16)), ["CONNECT", "CHAT"]);
});

Deno.test("the client opens the golden stream of the server", () => {
  const stream = concatBytes(hex(steps.serverRecord0), hex(steps.serverRecord1));
  const types = read(trafficKey("serverToClient"), stream);
  assertEquals(types, ["CONNECTED", "CHAT_STARTED", "CHAT"]);
});

/** What is sealed: its header's length, direction, count, plaintext, and all of it. */
const RECORDS = [
  [22, "authSuccess", 0, steps.admission, steps.authSuccess],
  [2, "clientToServer", 0, steps.clientFrames0, steps.clientStream.slice(2 * 16)],
  [2, "clientToServer", 1, steps.clientFrames1, steps.clientRecord1],
  [2, "serverToClient", 0, steps.serverFrames0, steps.serverRecord0],
  [2, "serverToClient", 1, steps.serverFrames1, steps.serverRecord1],
] as const;

for (const [library, suite] of [["libsodium", sodiumSuite], ["node:crypto", nodeSuite]] as const) {
  Deno.test({
    name: `${library} seals and opens everything sealed that is golden` +
      (suite === undefined ? " (skipped: node:crypto of this Deno has no chacha20-poly1305)" : ""),
    ignore: suite === undefined,
    fn: () => {
      for (const [header, direction, count, plaintext, golden] of RECORDS) {
        const { key, iv } = trafficKey(direction);
        const record = hex(golden);
        record.fill(0, header);
        suite!.seal(key, recordNonce(iv, count), record, header, hex(plaintext));
        assertEquals(toHex(record), golden);
        const opened = hex(plaintext).fill(0);
        assertEquals(suite!.open(key, recordNonce(iv, count), record, header, opened, 0), true);
        assertEquals(toHex(opened), plaintext);
      }
    },
  });
}

for (const { step, programs, line } of shellLines(inputs)) {
  const missing = await firstMissing(["bash", ...programs]);
  Deno.test({
    name: `${programs.join(" and ")} compute the golden ${step}` +
      (missing === undefined ? "" : ` (skipped: no ${missing} here)`),
    ignore: missing !== undefined,
    fn: async () => assertStringIncludes(await shell(line), steps[step]),
  });
}

for (
  const [part, rendered] of [["vectors", renderVectors(golden)], [
    "frames",
    renderFrames(),
  ]] as const
) {
  Deno.test(`docs/protocol.md prints the ${part} as they are (deno task docs)`, async () => {
    const document = await Deno.readTextFile(new URL("../../docs/protocol.md", import.meta.url));
    assertEquals(printed(document.replaceAll("\r\n", "\n"), part), rendered);
  });
}

function trafficKey(name: "authSuccess" | "clientToServer" | "serverToClient"): TrafficKey {
  return { key: hex(steps[`${name}Key`]), iv: hex(steps[`${name}Iv`]) };
}

/** The types of the frames in `stream`. */
function read(key: TrafficKey, stream: Uint8Array): string[] {
  const opener = new Opener(key);
  const splitter = new RecordSplitter();
  splitter.push(stream);
  const types: string[] = [];
  for (let record = splitter.next(); record !== undefined; record = splitter.next()) {
    const plaintext = opener.open(record.subarray(0, 2), record.subarray(2))!;
    types.push(...decodeFrames(plaintext).map(({ type }) => type));
  }
  return types;
}

/** The first of `programs` that cannot be run here; on Windows, whose bash may be a stub, bash. */
async function firstMissing(programs: string[]): Promise<string | undefined> {
  if (Deno.build.os === "windows") return "bash";
  for (const program of programs) {
    if (await shell(`command -v ${program}`) === "") return program;
  }
  return undefined;
}

/** What bash prints for `line`; nothing where there is no bash. */
async function shell(line: string): Promise<string> {
  try {
    const { stdout } = await new Deno.Command("bash", { args: ["-c", line] }).output();
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

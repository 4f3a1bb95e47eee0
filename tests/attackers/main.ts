/**
 * Measures chats and log-ons before and during a flood of HELLOs: `deno task flood --help`.
 *
 * The server program, the flood, and the chats are processes of their own; the log-ons are made
 * here, from an address that the flood does not use. It only measures; what holds is said by tests.
 */

import { join } from "@std/path";
import { ChatClient } from "../../lib/client/mod.ts";
import { parseClientId } from "../../lib/codec/mod.ts";
import { readFlags, readNumber } from "../../lib/terminal/mod.ts";
import { manyAddresses } from "./addresses.ts";
import type { Chats } from "./chatters.ts";
import type { Flood } from "./flooder.ts";
import { type Latency, summarize } from "./latency.ts";
import { honest, MAX_PAIRS, secretFor, subscribersToml } from "./people.ts";
import { Process } from "./processes.ts";
import { measureTiming } from "./timing.ts";

const HELP = `Measures chats and log-ons before and during a flood of HELLOs.

Usage: deno task flood [flags]

  --rate NUMBER      HELLOs per second (default 20000)
  --seconds NUMBER   how long to measure, before and during the flood (default 20)
  --pairs NUMBER     pairs of clients that chat (default 5)
  --samples NUMBER   pairs of samples for the timing of known and unknown IDs (default 20000)
  --server-flags F   flags for Deno, comma-separated, such as --cpu-prof`;

const HOST = "127.0.0.1";
/** Between two log-ons, in milliseconds. */
const LOG_ON_PACE = 250;
/** Before anything is measured: everything is compiled by then, in seconds. */
const WARM_UP = 3;
const LISTENING = /^Parley server listening on 127\.0\.0\.1:(?<port>\d+) \(UDP\)/;

/** How often anybody has logged on so far. */
let logOns = 0;

interface Phase {
  readonly chats: Chats;
  readonly logOns: Latency;
  readonly logOnsFailed: number;
  /** Share of one processor that the server had, 0 to 1 and above. */
  readonly server: number | undefined;
}

async function measureFlood(
  server: Process,
  port: number,
  { rate, seconds, pairs }: { rate: number; seconds: number; pairs: number },
): Promise<void> {
  await using chatters = Process.helper("chatters.ts", [HOST, `${port}`, `${pairs}`]);
  await chatters.lines.expect("chatting");
  await wait(WARM_UP);

  async function measure(name: string): Promise<Phase> {
    const before = server.processorTime();
    await chatters.type(name);
    const { took, failed } = await logOnAgainAndAgain(port, seconds);
    await chatters.type("in between");
    const chats: Chats = JSON.parse(await chatters.lines.find(new RegExp(`^{"name":"${name}"`)));
    const after = server.processorTime();
    return {
      chats,
      logOns: summarize(took),
      logOnsFailed: failed,
      server: after === undefined ? undefined : (after - before!) / seconds,
    };
  }

  const before = await measure("before");
  const total = seconds + WARM_UP + 2;
  await using flooder = Process.helper("flooder.ts", [HOST, `${port}`, `${rate}`, `${total}`]);
  await flooder.lines.next("the first second of the flood");
  await wait(WARM_UP - 1);
  const during = await measure("during");
  await flooder.finish();
  const flood: Flood = JSON.parse(flooder.lines.all.at(-1)!);
  await wait(1);
  const after = await measure("after");
  await chatters.finish();

  const perSecond = (count: number): string => (count / flood.seconds).toFixed(0);
  console.log(
    `flood: ${rate} HELLO/s asked for, ${perSecond(flood.sent)} sent, ` +
      `${perSecond(flood.answered)} answered, for ${flood.seconds.toFixed(1)} s, from ` +
      `${manyAddresses ? "256 addresses" : "256 ports of one address (this system has no more)"}`,
  );
  show({ before, during, after });
}

/** Logs on one client after the other, and off again, at a steady pace; how long each took. */
async function logOnAgainAndAgain(
  port: number,
  seconds: number,
): Promise<{ took: number[]; failed: number }> {
  const took: number[] = [];
  let failed = 0;
  const end = performance.now() + seconds * 1e3;
  while (performance.now() < end) {
    const name = honest(logOns++);
    const client = new ChatClient({
      server: { host: HOST, port },
      clientId: parseClientId(name),
      secret: new TextEncoder().encode(secretFor(name)),
    });
    const start = performance.now();
    try {
      await client.logOn();
      took.push(performance.now() - start);
      await client.logOff();
    } catch {
      failed++;
    }
    await wait(Math.max(0, LOG_ON_PACE - (performance.now() - start)) / 1e3);
  }
  return { took, failed };
}

function show(phases: Readonly<Record<string, Phase>>): void {
  const rows: (readonly [string, (phase: Phase) => string])[] = [
    ["messages", ({ chats }) => `${chats.delivery.count}`],
    ["not delivered", ({ chats }) => `${chats.failed}`],
    ["to the receipt: p50", ({ chats }) => ms(chats.receipt.p50)],
    ["to the receipt: p99", ({ chats }) => ms(chats.receipt.p99)],
    ["to the receipt: max", ({ chats }) => ms(chats.receipt.max)],
    ["to the peer: p50", ({ chats }) => ms(chats.delivery.p50)],
    ["to the peer: p99", ({ chats }) => ms(chats.delivery.p99)],
    ["to the peer: max", ({ chats }) => ms(chats.delivery.max)],
    ["log-ons", ({ logOns }) => `${logOns.count}`],
    ["log-ons that failed", ({ logOnsFailed }) => `${logOnsFailed}`],
    ["log-on: p50", ({ logOns }) => ms(logOns.p50)],
    ["log-on: p99", ({ logOns }) => ms(logOns.p99)],
    ["log-on: max", ({ logOns }) => ms(logOns.max)],
    [
      "server's processor",
      ({ server }) => server === undefined ? "?" : `${(server * 100).toFixed(0)} %`,
    ],
  ];
  const line = (name: string, cells: readonly string[]): string =>
    name.padEnd(24) + cells.map((cell) => cell.padStart(12)).join("");
  console.log(line("", Object.keys(phases)));
  for (const [name, cell] of rows) console.log(line(name, Object.values(phases).map(cell)));
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(2)} ms`;
}

function wait(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1e3));
}

async function main(args: readonly string[]): Promise<void> {
  const { text, switches } = readFlags(args, {
    text: ["rate", "seconds", "pairs", "samples", "server-flags"],
    switches: ["help"],
  });
  if (switches.help) return console.log(HELP);
  const number = (name: keyof typeof text, max: number, otherwise: number): number =>
    readNumber(`--${name}`, text[name], { min: 0, max, otherwise });
  const rate = number("rate", 1_000_000, 20_000);
  const seconds = number("seconds", 3_600, 20);
  const pairs = number("pairs", MAX_PAIRS, 5);
  const samples = number("samples", 10_000_000, 20_000);

  const flags = text["server-flags"]?.split(",") ?? [];

  console.log(
    `${navigator.hardwareConcurrency} processors for all processes, ` +
      `Deno ${Deno.version.deno}, ${Deno.build.os}`,
  );
  if (samples > 0) {
    const settings = ["--log-on-rate", "1000000"];
    await measureTiming(samples, (use) => withServer(flags, (_, port) => use(port), settings));
  }
  if (seconds > 0) {
    await withServer(flags, (server, port) => measureFlood(server, port, { rate, seconds, pairs }));
  }
}

/** Runs the server program while `use` runs. */
async function withServer(
  flags: readonly string[],
  use: (server: Process, port: number) => Promise<void>,
  settings: readonly string[] = [],
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "parley-" });
  try {
    const subscribers = join(folder, "subscribers.toml");
    await Deno.writeTextFile(subscribers, subscribersToml());
    const args = ["--port", "0", "--subscribers", subscribers, ...settings];
    await using server = Process.server(args, flags);
    const port = Number(LISTENING.exec(await server.lines.expect(LISTENING))!.groups!.port);
    await use(server, port);
    await server.stop();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await main(Deno.args);

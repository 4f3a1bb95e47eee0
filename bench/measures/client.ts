/** The real client: very many lines piped in at one end, shown at the other. */

import { delay } from "@std/async/delay";
import { Program } from "../../tools/stage/mod.ts";
import { idOf } from "../load/pair.ts";
import { residentMemory } from "../load/server_process.ts";
import { type ClientRow, round } from "../results.ts";
import { secretOf, startParleyFromSource } from "../servers/parley.ts";

/** How often memory is looked at, in milliseconds. */
const SAMPLING = 250;

/** Pipes `lines` lines of 64 bytes from one client to another. */
export async function measureClient(lines: number, folder: string): Promise<ClientRow> {
  await using server = await startParleyFromSource({ folder, clients: 2 });
  const client = (id: string): Program =>
    new Program("client", {
      name: id,
      args: [id, "--server", `127.0.0.1:${server.port}`, "--log-on"],
      env: { PARLEY_SECRET: secretOf(id) },
    });
  const [a, b] = [idOf(0), idOf(1)];
  await using receiver = client(b);
  await receiver.screen.expect("Connected");
  await using sender = client(a);
  await sender.screen.expect("Connected");
  await sender.type(`Chat ${b}`);
  await sender.screen.expect(`Chat started with ${b}`);
  await receiver.screen.expect(`Chat started with ${a}`);

  const texts = Array.from({ length: lines }, (_, i) => `line ${i + 1} `.padEnd(64, "."));
  const start = performance.now();
  let senderPeak = 0;
  let sending = true;
  const watching = (async (): Promise<void> => {
    for (; sending; await delay(SAMPLING)) senderPeak = peakOf(sender.pid) ?? senderPeak;
  })();
  await sender.type(texts.join("\n"));
  await sender.endInput();
  let complete = true;
  for (const text of texts) {
    if (await receiver.screen.next(text) !== `${a}: ${text}`) complete = false;
  }
  const seconds = round((performance.now() - start) / 1_000, 2);
  sending = false;
  await watching;
  const receiverPeak = peakOf(receiver.pid) ?? NaN;
  await receiver.endInput();
  await Promise.all([sender.exit(), receiver.exit()]);
  return { lines, complete, seconds, senderPeak, receiverPeak };
}

/** Undefined once it has ended. */
function peakOf(pid: number): number | undefined {
  try {
    return residentMemory(pid).peak;
  } catch {
    return undefined;
  }
}

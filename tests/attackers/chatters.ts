/**
 * A process of clients that chat in pairs at a steady pace, and measure how long a message takes:
 * `chatters.ts HOST PORT PAIRS`.
 *
 * It says "chatting" once all chats have begun. Each line typed then begins a new measurement under
 * that name, and tells the one before as a line of JSON. The end of the input ends the chats.
 */

import { ChatClient, textToString } from "../../lib/client/mod.ts";
import { parseClientId } from "../../lib/codec/mod.ts";
import { type Latency, summarize } from "./latency.ts";
import { chatter, secretFor } from "./people.ts";
import { typedLines } from "./processes.ts";

/** Between two messages of one client, in milliseconds. */
const PACE = 20;

/** What one measurement amounted to. */
export interface Chats {
  readonly name: string;
  /** From send() to the receipt, milliseconds: one round trip, and the commit to the history. */
  readonly receipt: Latency;
  /** From send() to the notice at the peer, milliseconds. */
  readonly delivery: Latency;
  /** Messages that got no receipt, and chats that were lost. */
  readonly failed: number;
}

let samples = { receipts: [] as number[], deliveries: [] as number[], failed: 0 };
let ending = false;

async function logOn(host: string, port: number, name: string): Promise<ChatClient> {
  const client = new ChatClient({
    server: { host, port },
    clientId: parseClientId(name),
    secret: new TextEncoder().encode(secretFor(name)),
    onNotice: (notice) => {
      if (notice.type === "message") {
        samples.deliveries.push(performance.now() - Number(textToString(notice.text)));
      } else if (!ending && (notice.type === "logged off" || notice.type === "chat ended")) {
        samples.failed++;
      }
    },
  });
  await client.logOn();
  return client;
}

/** Sends at the pace, from some moment of it on. */
async function chat(client: ChatClient): Promise<void> {
  await wait(PACE * Math.random());
  while (!ending && client.state === "Active Chat") {
    const [into, sent] = [samples, performance.now()];
    client.send(String(sent)).then(
      () => into.receipts.push(performance.now() - sent),
      () => into.failed++,
    );
    await wait(PACE);
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function tell(name: string): void {
  const { receipts, deliveries, failed } = samples;
  samples = { receipts: [], deliveries: [], failed: 0 };
  const chats: Chats = {
    name,
    receipt: summarize(receipts),
    delivery: summarize(deliveries),
    failed,
  };
  console.log(JSON.stringify(chats));
}

if (import.meta.main) {
  const [host, port, pairs] = [Deno.args[0]!, Number(Deno.args[1]), Number(Deno.args[2])];
  const clients: ChatClient[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const [a, b] = [
      await logOn(host, port, chatter(pair, 0)),
      await logOn(host, port, chatter(pair, 1)),
    ];
    if (!await a.chat(parseClientId(chatter(pair, 1)))) throw new Error("no chat");
    while (b.state !== "Active Chat") await wait(1);
    clients.push(a, b);
  }
  const chatting = clients.map(chat);
  console.log("chatting");
  let name: string | undefined;
  for await (const line of typedLines()) {
    if (name === undefined) samples = { receipts: [], deliveries: [], failed: 0 };
    else tell(name);
    name = line;
  }
  ending = true;
  await Promise.all(chatting);
  await Promise.all(clients.map((client) => client.logOff()));
}

// An echo bot: it says again whatever is said to it, and comes back when the server does.
//
//   PARLEY_SECRET=sample-secret-of-bob deno run --allow-net --allow-env=PARLEY_SECRET \
//     examples/echo_bot.ts bob 127.0.0.1 4390
//
// It may use the network and read that one variable, and needs nothing else.
import {
  ChatClient,
  type Notice,
  parseClientId,
  Reconnector,
  textToString,
} from "../lib/client/mod.ts";

const [id = "bob", host = "127.0.0.1", port = "4390"] = Deno.args;

const bot = new ChatClient({
  server: { host, port: Number(port) },
  clientId: parseClientId(id),
  secret: new TextEncoder().encode(Deno.env.get("PARLEY_SECRET") ?? ""),
  onNotice: (notice) => {
    if (notice.type === "message") echoing = echoing.then(() => echo(notice));
    reconnector.notice(notice);
  },
});
const reconnector = new Reconnector(bot, {
  whenIdle: true,
  onWait: (delay) => console.log(`Reconnecting in ${Math.round(delay)} ms`),
});
let echoing = Promise.resolve();

async function echo({ sessionId, text }: Extract<Notice, { type: "message" }>): Promise<void> {
  await bot.room();
  if (bot.sessionId !== sessionId) return; // That chat has ended.
  bot.send(textToString(text)).catch((error) => console.log(`Not echoed: ${error.message}`));
}

await bot.logOn();
console.log(`${id} is connected`);

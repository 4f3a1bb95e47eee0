/** Parley's own server under load, from source or compiled, with its history on the disk. */

import { join } from "@std/path";
import { launchOf } from "../../tools/stage/mod.ts";
import { freePort } from "../load/ports.ts";
import type { LoadedServer, Pair } from "../load/pair.ts";
import { ParleyClient } from "../load/parley_client.ts";
import { ServerProcess } from "../load/server_process.ts";

/** Log-ons under way at a time. */
const AT_ONCE = 50;

/** A server for so many pairs, whose history lies in `folder`. */
export async function startParley(folder: string, maxPairs: number): Promise<LoadedServer> {
  const subscribers = join(folder, "subscribers.toml");
  const ids = Array.from({ length: maxPairs }, (_, i) => [`a${i}`, `b${i}`]).flat();
  const toml = ids.map((id) => `[${id}]\nsecret = "${secretOf(id)}"\n`).join("");
  await Deno.writeTextFile(subscribers, toml, { mode: 0o600 });
  const port = freePort();
  const { command, args, cwd } = launchOf("server");
  const process = await ServerProcess.start({
    command,
    args: [
      ...args,
      ...["--port", `${port}`, "--subscribers", subscribers],
      ...["--history", join(folder, "history.db")],
    ],
    cwd,
    port,
  });
  const client = (id: string): ParleyClient =>
    new ParleyClient(id, new TextEncoder().encode(secretOf(id)), { host: "127.0.0.1", port });
  return {
    name: "Parley",
    pid: process.pid,
    connect: async (count, size) => {
      const pairs: Pair[] = [];
      for (let first = 0; first < count; first += AT_ONCE) {
        const length = Math.min(AT_ONCE, count - first);
        pairs.push(
          ...await Promise.all(
            Array.from({ length }, (_, i) => connect(client, first + i, size)),
          ),
        );
      }
      return pairs;
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

async function connect(
  client: (id: string) => ParleyClient,
  index: number,
  size: number,
): Promise<Pair> {
  const [a, b] = [client(`a${index}`), client(`b${index}`)];
  await Promise.all([a.logOn(), b.logOn()]);
  const sessionId = await a.chat(b.id);
  await b.chatted();
  const pair: Pair = {
    send: a.sender(sessionId, size),
    onDelivered: () => {},
    close: () => {
      a.close();
      b.close();
    },
  };
  b.onChats = (count): void => pair.onDelivered(count);
  return pair;
}

function secretOf(id: string): string {
  return `secret of ${id} for the load`;
}

/** Parley's own server under load, from source or compiled, with its history on the disk. */

import { join } from "@std/path";
import { DIST, ROOT, VERSION } from "../../tools/build/programs.ts";
import { executableSuffix } from "../../tools/build/targets.ts";
import { commandOf, freePort } from "../../tools/stage/mod.ts";
import { idOf, inGroups, type LoadedServer, type Pair } from "../load/pair.ts";
import type { ServerKind, StartOptions } from "../load/pair.ts";
import { ParleyClient } from "../load/parley_client.ts";
import { ServerProcess } from "../load/server_process.ts";

/** Pairs that log on at a time. */
const AT_ONCE = 50;

/** A load comes from one address and knows no pauses: as at the other servers, floods may be. */
const FLOODS = ["--datagram-rate", "1000000", "--message-rate", "1000000"];

const COMPILED_SERVER = join(DIST, `parley-server${executableSuffix()}`);

/** The server as its task runs it. */
export const PARLEY: ServerKind = {
  name: "Parley",
  version: () => Promise.resolve(`${VERSION}, Deno ${Deno.version.deno}`),
  start: (options) => startParleyFromSource(options),
};

/** The program in dist/, as `deno task compile` leaves it there. */
export const PARLEY_COMPILED: ServerKind = {
  name: "Parley, compiled",
  version: async () => await isFile(COMPILED_SERVER) ? VERSION : undefined,
  start: (options) => startParley(COMPILED_SERVER, [], options),
};

/** A server for UDP and TCP at one port. */
export interface LoadedParley extends LoadedServer {
  readonly port: number;
}

/** Starts the server as its task runs it, with `flags` of Deno besides. */
export function startParleyFromSource(
  options: StartOptions,
  flags: readonly string[] = [],
): Promise<LoadedParley> {
  const [run, ...others] = commandOf("server");
  return startParley(Deno.execPath(), [run!, ...flags, ...others], options);
}

async function startParley(
  command: string,
  flags: readonly string[],
  { folder, clients, history = join(folder, "history.db") }: StartOptions,
): Promise<LoadedParley> {
  const subscribers = join(folder, "subscribers.toml");
  const ids = Array.from({ length: clients }, (_, i) => idOf(i));
  const toml = ids.map((id) => `[${id}]\nsecret = "${secretOf(id)}"\n`).join("");
  await Deno.writeTextFile(subscribers, toml, { mode: 0o600 });
  const port = freePort();
  const files = ["--subscribers", subscribers, "--history", history];
  const process = await ServerProcess.start({
    command,
    args: [...flags, "--port", `${port}`, ...files, ...FLOODS],
    cwd: ROOT,
    port,
  });
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  const logOn = async (index: number): Promise<ParleyClient> => {
    const [id, server] = [idOf(index), { host: "127.0.0.1", port }];
    const client = new ParleyClient(id, secretOf(id), server, broken.reject);
    await client.logOn();
    return client;
  };
  return {
    pid: process.pid,
    port,
    broken: broken.promise,
    logOn: (count, atOnce, first = 0) => inGroups(count, atOnce, (index) => logOn(first + index)),
    connect: (pairs, size) =>
      inGroups(pairs, AT_ONCE, async (index) => {
        const [a, b] = await Promise.all([logOn(2 * index), logOn(2 * index + 1)]);
        return await pairOf(a, b, size);
      }),
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

async function pairOf(a: ParleyClient, b: ParleyClient, size: number): Promise<Pair> {
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

/** K_A of a client of the load, as it stands in the file of the subscribers. */
export function secretOf(id: string): string {
  return `secret of ${id} for the load`;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

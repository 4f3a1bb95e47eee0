/** The plain relay under load. */

import { fromFileUrl } from "@std/path";
import { inGroups, type LoadedServer, type Pair, type ServerKind } from "../load/pair.ts";
import { freePort } from "../../tools/stage/mod.ts";
import { ServerProcess } from "../load/server_process.ts";
import { Stream } from "../load/stream.ts";

const RELAY = fromFileUrl(new URL("../plain_relay.ts", import.meta.url));

/** Pairs that connect at a time. */
const AT_ONCE = 50;

/** The relay of plain_relay.ts. */
export const PLAIN_RELAY: ServerKind = {
  name: "plain Deno relay",
  version: () => Promise.resolve(`Deno ${Deno.version.deno}`),
  // It knows no records.
  modes: ["coalesced", "one outstanding", "paced"],
  start: startRelay,
};

async function startRelay(): Promise<LoadedServer> {
  const port = freePort();
  const args = ["run", "--no-prompt", "--allow-net=127.0.0.1", RELAY, `${port}`];
  const process = await ServerProcess.start({ command: Deno.execPath(), args, port });
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  const meet = async (pair: number): Promise<[Stream, Stream]> => {
    const streams = await Promise.all([
      Stream.connect({ port }, broken.reject),
      Stream.connect({ port }, broken.reject),
    ]);
    await Promise.all(streams.map((stream) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      stream.onBytes = (): void => resolve();
      const number = new Uint8Array(4);
      new DataView(number.buffer).setUint32(0, pair);
      stream.write(number);
      return promise;
    }));
    return streams;
  };
  return {
    pid: process.pid,
    broken: broken.promise,
    logOn: async (clients, atOnce, first = 0) =>
      (await inGroups(clients / 2, atOnce / 2, (index) => meet(first / 2 + index))).flat(),
    connect: (pairs, size) =>
      inGroups(pairs, AT_ONCE, async (index) => pairOf(...await meet(index), size)),
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

/** Messages are nothing but their texts. */
function pairOf(a: Stream, b: Stream, size: number): Pair {
  const block = new Uint8Array(64 * size).fill("x".charCodeAt(0));
  let rest = 0;
  const pair: Pair = {
    send: (count, coalesce) => {
      const most = coalesce ? 64 : 1;
      for (; count > 0; count -= most) a.write(block.subarray(0, Math.min(count, most) * size));
    },
    onDelivered: () => {},
    close: () => {
      a.close();
      b.close();
    },
  };
  b.onBytes = ({ length }): void => {
    rest += length;
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) pair.onDelivered(count);
  };
  return pair;
}

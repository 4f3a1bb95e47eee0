/** The machine on which it is measured, as far as it says something about the figures. */

import { join } from "@std/path";
import { canPin, outputOf } from "../load/server_process.ts";
import { median, round, type Setting } from "../results.ts";

const SYNCS = 200;

/** What there is to tell. `folder` is where histories will be. */
export async function describeSetting(
  folder: string,
  command: string,
  versions: Readonly<Record<string, string>>,
): Promise<Setting> {
  const cpu = /^model name\s*:\s*(.+)$/m.exec(outputOf("cat", "/proc/cpuinfo"))?.[1];
  return {
    at: new Date().toISOString(),
    command,
    cpu: cpu ?? "unknown",
    cores: navigator.hardwareConcurrency,
    memory: Deno.systemMemoryInfo().total,
    system: `${Deno.build.os} ${Deno.osRelease()}`,
    fileSystem: outputOf("stat", "-f", "-c", "%T", folder).trim(),
    fdatasync: await measureSync(folder),
    pinned: canPin(),
    versions,
    missing: {},
  };
}

/** One fdatasync, in milliseconds: the least that a durable commit takes. */
async function measureSync(folder: string): Promise<number> {
  using file = await Deno.open(join(folder, "sync"), { write: true, create: true });
  const bytes = new Uint8Array(4_096);
  const times: number[] = [];
  for (let i = 0; i < SYNCS; i++) {
    file.writeSync(bytes);
    const start = performance.now();
    file.syncDataSync();
    times.push(performance.now() - start);
  }
  return round(median(times), 4);
}

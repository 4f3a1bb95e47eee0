/** A server on loopback that is monitored, and what its two pages say. */

import { assertEquals } from "@std/assert";
import { allOf, type Listener } from "../../lib/admin/listeners.ts";
import { Monitor } from "../../lib/admin/metrics/monitor.ts";
import { type History, MemoryHistory } from "../../lib/history/mod.ts";
import { ChatServer, type ServerLimits } from "../../lib/server/mod.ts";
import { secretOf } from "../server/rig.ts";

/** The values of `/metrics`, by name and labels as they stand there. */
export type Values = ReadonlyMap<string, number>;

/** A running server with its monitor. */
export class Monitored implements AsyncDisposable {
  private constructor(readonly server: ChatServer, readonly monitor: Monitor) {}

  static async start(
    { history = new MemoryHistory(), limits = {}, others = [] }: {
      history?: History;
      limits?: Partial<ServerLimits>;
      others?: readonly Listener[];
    } = {},
  ): Promise<Monitored> {
    const monitor = new Monitor(0, "1.2.3");
    const server = await ChatServer.start({
      host: "127.0.0.1",
      udpPort: 0,
      tcpPort: 0,
      history: monitor.measure(history),
      subscribers: { secretOf },
      observer: allOf([monitor, ...others]),
      limits,
    });
    monitor.watch(server);
    return new Monitored(server, monitor);
  }

  /** What `/metrics` says. */
  async text(): Promise<string> {
    const response = await fetch(`${this.monitor.url}/metrics`);
    assertEquals(response.status, 200);
    return await response.text();
  }

  async values(): Promise<Values> {
    return valuesOf(await this.text());
  }

  /** What `/healthz` says, after its status. */
  async health(): Promise<string> {
    const response = await fetch(`${this.monitor.url}/healthz`);
    return `${response.status} ${await response.text()}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await this.monitor[Symbol.asyncDispose]();
  }
}

/** The values of a page in Prometheus' text format. */
export function valuesOf(text: string): Values {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => {
    const end = line.lastIndexOf(" ");
    return [line.slice(0, end), Number(line.slice(end + 1))];
  }));
}

/** What is different in `after`: by how much. */
export function changes(before: Values, after: Values): Record<string, number> {
  const all = [...after].map(([name, value]) => [name, value - (before.get(name) ?? 0)] as const);
  return Object.fromEntries(all.filter(([, change]) => change !== 0));
}

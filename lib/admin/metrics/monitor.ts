/**
 * All that watches a server for an admin's other programs: metrics, health, and where they are read.
 *
 * Where there is none of it, nothing is measured.
 */

import type { History } from "../../history/mod.ts";
import type { Traced } from "../../server/mod.ts";
import { Health } from "./health.ts";
import type { LogNote } from "../logging.ts";
import { MeasuredHistory } from "./measured_history.ts";
import { Metrics, type Watched } from "./metrics.ts";
import { MetricsServer } from "./metrics_server.ts";

/** Between two looks at how late timers are, in milliseconds. */
const LOOK = 100;

/** Watches one server, from before it starts until after it has stopped. */
export class Monitor implements AsyncDisposable {
  readonly #health = new Health();
  readonly #metrics: Metrics;
  readonly #server: MetricsServer;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Serves what there is to read, on `port` of loopback.
   *
   * @param version Parley's
   * @throws {AdminError} when the port is in use
   */
  constructor(port: number, version: string) {
    const metrics = new Metrics({ version, deno: Deno.version.deno });
    this.#metrics = metrics;
    this.#server = new MetricsServer(port, {
      contentType: metrics.contentType,
      metrics: () => metrics.text(),
      problem: () => this.#health.problem,
    });
    this.#look();
  }

  /** Where it is read, without a path. */
  get url(): string {
    return this.#server.url;
  }

  /** The same history, measured. */
  measure(history: History): History {
    return new MeasuredHistory(history, {
      stored: (commit) => {
        this.#metrics.stored(commit);
        this.#health.stored();
      },
      failed: (error) => {
        this.#metrics.failed();
        this.#health.failed(error);
      },
    });
  }

  /** Takes what the server, or its program, notes. */
  note(note: LogNote): void {
    this.#metrics.note(note);
  }

  /** Takes what the server traces. */
  trace(traced: Traced): void {
    this.#metrics.trace(traced);
  }

  /** `server` has started. */
  watch(server: Watched): void {
    this.#metrics.watch(server);
    this.#health.serving();
  }

  /** The server is told to stop. */
  stopping(): void {
    this.#health.stopping();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    await this.#server.close();
  }

  #look(): void {
    const due = performance.now() + LOOK;
    this.#timer = setTimeout(() => {
      this.#metrics.delayed(Math.max(0, performance.now() - due) / 1_000);
      this.#look();
    }, LOOK);
  }
}

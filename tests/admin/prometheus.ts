/** Debian's own Prometheus, scraping one page, and asked over its API. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { freePort } from "../../tools/stage/mod.ts";

/** Why Prometheus cannot be had here; undefined where it can. */
export function missing(program: "prometheus" | "promtool"): string | undefined {
  try {
    new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync();
    return undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `there is no ${program}`;
    throw error;
  }
}

/** How long anything may take, in milliseconds. */
const PATIENCE = 30_000;

interface Answer {
  readonly status: string;
  readonly error?: string;
  // deno-lint-ignore no-explicit-any
  readonly data: any;
}

/** A running Prometheus. Disposing of it ends it, and removes what it kept. */
export class Prometheus implements AsyncDisposable {
  private constructor(
    readonly url: string,
    readonly folder: string,
    readonly process: Deno.ChildProcess,
  ) {}

  /** Starts one that scrapes `target`, given as `host:port`, five times a second. */
  static async start(target: string): Promise<Prometheus> {
    const folder = await Deno.makeTempDir({ prefix: "parley-" });
    const config = join(folder, "prometheus.yml");
    await Deno.writeTextFile(
      config,
      `global:
  scrape_interval: 200ms
  scrape_timeout: 200ms
scrape_configs:
  - job_name: parley
    static_configs:
      - targets: ["${target}"]
`,
    );
    const port = freePort();
    const process = new Deno.Command("prometheus", {
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--log.level=error",
      ],
      stdout: "null",
      stderr: "null",
    }).spawn();
    return new Prometheus(`http://127.0.0.1:${port}`, folder, process);
  }

  /** Resolves when it has scraped its target and found it well. */
  async up(): Promise<void> {
    await this.#until("its target to be up", async () => {
      const { data } = await this.#ask("targets?state=active");
      return data.activeTargets[0]?.health === "up" || undefined;
    });
  }

  /** Resolves when the newest value of `query` is `value`. */
  async value(query: string, value: number): Promise<void> {
    let seen: number | undefined;
    await this.#until(() => `${query} to be ${value}, not ${seen}`, async () => {
      const { data } = await this.#ask(`query?query=${encodeURIComponent(query)}`);
      seen = data.result.length === 0 ? undefined : Number(data.result[0].value[1]);
      return seen === value || undefined;
    });
  }

  /** Checks that `query` is one. */
  async understands(query: string): Promise<void> {
    await this.#ask(`query?query=${encodeURIComponent(query)}`);
  }

  /** What is known of each metric that it has scraped: its type, by its name. */
  async types(): Promise<Record<string, string>> {
    const { data } = await this.#ask("metadata");
    const all = Object.entries(data as Record<string, [{ type: string }]>);
    return Object.fromEntries(all.map(([name, [{ type }]]) => [name, type]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill("SIGKILL");
    await this.process.status;
    await Deno.remove(this.folder, { recursive: true });
  }

  async #ask(path: string): Promise<Answer> {
    const response = await fetch(`${this.url}/api/v1/${path}`);
    const answer: Answer = await response.json();
    assertEquals(answer.status, "success", answer.error);
    return answer;
  }

  async #until(
    what: string | (() => string),
    ask: () => Promise<true | undefined>,
  ): Promise<void> {
    for (const end = Date.now() + PATIENCE; Date.now() < end;) {
      // Until it listens there is nobody to ask.
      if (await ask().catch((error) => void refused(error))) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`waited in vain for ${typeof what === "string" ? what : what()}`);
  }
}

/** Passes over a connection that was refused, and whatever comes while Prometheus starts. */
function refused(error: unknown): void {
  if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
}

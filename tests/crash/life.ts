/**
 * One life of a server: the real program, from its start to its end, and what clients said in it.
 *
 * It is killed at the moment that the plan names, which is awaited and not guessed. What the
 * clients do is load.ts's business.
 */

import { Program } from "../../tools/stage/mod.ts";
import { delay } from "@std/async/delay";
import type { ClientId, Message } from "../../lib/client/mod.ts";
import type { Moment } from "./plan.ts";

/** The same for all lives. */
export interface Place {
  readonly history: string;
  readonly port: number;
}

/** What a server must never have to say in a run without faults of the disk. */
const COMPLAINT = /a defect of the server|dropped \d+ (commits|histories|requests)/;

/** A moment that does not come in so long never will, in milliseconds. */
const PATIENCE = 60_000;

/** A server process, and the messages that clients have exchanged with it. */
export class Life implements AsyncDisposable {
  readonly #place: Place;
  readonly #program: Program;
  readonly #spawned = performance.now();
  readonly #counts = new Map<Message["type"], number>();
  readonly #connected = new Set<ClientId>();
  #waiting: { readonly due: () => boolean; readonly resolve: () => void }[] = [];
  /** From the start of the process until it listens, in milliseconds. */
  startTime: number | undefined;

  constructor(place: Place) {
    this.#place = place;
    const port = String(place.port);
    this.#program = new Program("server", {
      args: ["--port", port, "--tcp-port", port, "--history", place.history],
    });
  }

  /** What the server complained of. */
  get complaints(): string[] {
    return this.#program.errors.all.filter((line) => COMPLAINT.test(line));
  }

  /**
   * Resolves when the server listens, with the milliseconds that it took.
   *
   * @throws when it ends instead
   */
  async listens(): Promise<number> {
    try {
      await this.#program.screen.find(/^Parley server listening on /);
    } catch (error) {
      throw new Error([String(error), ...this.#program.errors.all].join("\n"));
    }
    return this.startTime = performance.now() - this.#spawned;
  }

  /** A client sent or received `message`. */
  heard(clientId: ClientId, { type }: Message): void {
    this.#counts.set(type, (this.#counts.get(type) ?? 0) + 1);
    if (type === "CONNECTED") this.#connected.add(clientId);
    for (const { due, resolve } of this.#waiting) if (due()) resolve();
    this.#waiting = this.#waiting.filter(({ due }) => !due());
  }

  /** Resolves with the milliseconds from now until `count` clients are connected. */
  async everybody(count: number): Promise<number> {
    const since = performance.now();
    await this.#until("everybody is back", () => this.#connected.size >= count);
    return performance.now() - since;
  }

  /** Kills the server at `moment`; resolves when it is gone. Its exit code tells if it had ended. */
  async endsAt({ name, from, after, told }: Moment): Promise<number> {
    if (from.type === "message") {
      const { message, count } = from;
      await this.#until(
        `${count} x ${message} for ${name}`,
        () => (this.#counts.get(message) ?? 0) >= count,
      );
    } else if (from.type === "opening") {
      await this.#change("its opening", `${this.#place.history}-lock-journal`);
    } else if (from.type === "checkpoint") {
      await this.#change("a checkpoint", this.#place.history);
    }
    if (told) this.#program.kill("SIGINT");
    await wait(after);
    this.#program.kill("SIGKILL");
    return await this.#exit();
  }

  /** Stops the server in order. */
  async stop(): Promise<number> {
    this.#program.kill("SIGINT");
    return await this.#exit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }

  async #exit(): Promise<number> {
    const code = await this.#program.exit();
    // Its keyboard is ours to put away.
    await this.#program.endInput();
    return code;
  }

  async #until(what: string, due: () => boolean): Promise<void> {
    if (due()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ due, resolve });
    const late = setTimeout(() => reject(new Error(`waited in vain: ${what}`)), PATIENCE);
    await promise.finally(() => clearTimeout(late));
  }

  /**
   * Resolves when a file is written to, as the database is by a checkpoint alone, and the lock's
   * journal whenever a server opens the history (lib/history/file.ts).
   */
  async #change(what: string, path: string): Promise<void> {
    const [before, end] = [versionOf(path), Date.now() + PATIENCE];
    while (versionOf(path) === before) {
      if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
      await delay(1);
    }
  }
}

function versionOf(path: string): string {
  try {
    const { ino, mtime } = Deno.statSync(path);
    return `${ino} ${mtime?.getTime()}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/** Waits for `ms`, fractions and all. */
async function wait(ms: number): Promise<void> {
  const due = performance.now() + ms;
  if (ms > 1) await delay(Math.floor(ms - 1));
  while (performance.now() < due);
}

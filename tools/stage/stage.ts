/**
 * A stage: one real server with an empty history, and the clients that come.
 *
 * Nothing of it remains afterwards: no process, no file.
 */

import { join } from "@std/path";
import { Actor, type Watch } from "./actor.ts";
import { StageError } from "./lines.ts";
import { Server } from "./server.ts";

/** A server and its clients. Disposing of it kills them and removes the history. */
export class Stage implements AsyncDisposable {
  readonly server: Server;
  readonly #folder: string;
  readonly #watch: Watch;
  readonly #actors: Actor[] = [];

  private constructor(folder: string, server: Server, watch: Watch) {
    this.#folder = folder;
    this.server = server;
    this.#watch = watch;
  }

  /** @throws {StageError} when the server does not start */
  static async open(watch: Watch = (): void => {}): Promise<Stage> {
    const folder = await Deno.makeTempDir({ prefix: "parley-" });
    try {
      const server = await Server.start({ history: join(folder, "history.db") });
      return new Stage(folder, server, watch);
    } catch (error) {
      await Deno.remove(folder, { recursive: true });
      throw error;
    }
  }

  /** Starts clients, offline. */
  enter<Ids extends readonly string[]>(...ids: Ids): { [Index in keyof Ids]: Actor } {
    const actors = ids.map((id) => new Actor(id, this.server, this.#watch));
    this.#actors.push(...actors);
    return actors as { [Index in keyof Ids]: Actor };
  }

  /**
   * Ends the play: all leave, the server stops.
   *
   * @throws {StageError} when anything was shown or sent that nobody has told of
   */
  async close(): Promise<void> {
    for (const actor of this.#actors) await actor.leaves();
    await this.server.stop();
    const ids = this.#actors.map(({ id }) => id);
    const stranger = [...this.server.ids].find((id) => !ids.includes(id));
    if (stranger !== undefined) throw new StageError(`the server's trace names ${stranger}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const actor of this.#actors) await actor[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

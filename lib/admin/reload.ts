/**
 * Live reload: an edit of the subscribers takes effect while the server goes on.
 *
 * The file is looked at four times a second. File events would come sooner, but not from a network
 * drive, into a container, or for a file that an editor or a link replaces; a look sees all of
 * these. Who is no longer a subscriber is logged off, and so is who has a new secret; nobody else
 * notices anything.
 */

import { type ClientId, type LiveSubscribers, SubscribersError } from "../server/mod.ts";
import type { AdminNote } from "./notes.ts";
import { warningsOf } from "./warnings.ts";

/** Milliseconds between two looks; an edit is in force after two to three of them. */
const INTERVAL = 250;

/** What a reload leads to. Both are called synchronously and must not throw. */
export interface ReloadEffects {
  /** Logs a client off whose secret is not what it was. */
  revoke(clientId: ClientId): void;
  note(note: AdminNote): void;
}

/** Keeps subscribers as their file has them. Disposing of it leaves them as they are. */
export class Reloader implements Disposable {
  readonly #subscribers: LiveSubscribers;
  readonly #effects: ReloadEffects;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: Promise<void> = Promise.resolve();
  #disposed = false;

  constructor(subscribers: LiveSubscribers, effects: ReloadEffects) {
    this.#subscribers = subscribers;
    this.#effects = effects;
  }

  /** Looks at the file from now on. */
  start(): void {
    if (this.#disposed) return;
    this.#timer = setTimeout(async () => {
      await this.look();
      this.start();
    }, INTERVAL);
  }

  /** Looks at the file once, and loads it if there is reason to. */
  look(): Promise<void> {
    return this.#inTurn(async () => {
      const reason = await this.#subscribers.look();
      if (reason !== undefined) await this.#load(reason);
    });
  }

  /** Loads the file at once, as the admin asks; whatever comes of it is told. */
  reload(): Promise<void> {
    return this.#inTurn(() => this.#load("asked"));
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  /** One after the other: two loads at once could end in the wrong order. */
  #inTurn(action: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(action);
    return this.#last;
  }

  async #load(reason: "changed" | "unread" | "asked"): Promise<void> {
    const { file } = this.#subscribers;
    try {
      const changes = await this.#subscribers.reload();
      if (this.#disposed) return;
      // The new secrets are in force, so nobody can log on with an old one from here on.
      for (const id of [...changes.removed, ...changes.rotated]) this.#effects.revoke(id);
      const { current } = this.#subscribers;
      this.#effects.note({ type: "subscribers reloaded", file, total: current.size, ...changes });
      for (const warning of await warningsOf(current, file)) this.#effects.note(warning);
    } catch (error) {
      if (!(error instanceof SubscribersError)) throw error;
      if (this.#disposed || (reason === "unread" && this.#subscribers.unread)) return;
      const problems = error.message.split("\n");
      this.#effects.note({ type: "subscribers not reloaded", file, problems });
    }
  }
}

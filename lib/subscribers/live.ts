/**
 * The subscribers in force, and the file that they come from: loaded anew, they replace those
 * before them as a whole, or not at all.
 *
 * When to look at the file, and what becomes of those who are on it no more, is not known here.
 */

import type { ClientId } from "../codec/mod.ts";
import type { SubscriberRules } from "./entry.ts";
import { SubscribersError } from "./error.ts";
import { versionOf } from "./file.ts";
import { loadSubscribers, type Subscribers } from "./subscribers.ts";

/** What is different from before. Nobody is in two of the lists. */
export interface Changes {
  readonly added: readonly ClientId[];
  readonly removed: readonly ClientId[];
  /** Those whose secret is another. */
  readonly rotated: readonly ClientId[];
}

/** The subscribers in force. A server asks this object; the list behind it is replaced. */
export class LiveSubscribers {
  readonly #rules: SubscriberRules;
  #current: Subscribers;
  /** The version of the file that was tried last, and that of the last look. */
  #tried: string;
  #seen: string;
  #unread = false;

  private constructor(
    readonly file: string,
    rules: SubscriberRules,
    current: Subscribers,
    version: string,
  ) {
    this.#rules = rules;
    this.#current = current;
    this.#tried = version;
    this.#seen = version;
  }

  /** @throws {SubscribersError} */
  static async open(file: string, rules: SubscriberRules = {}): Promise<LiveSubscribers> {
    // Before it is read: a change meanwhile is then seen as one.
    const version = await versionOf(file);
    return new LiveSubscribers(file, rules, await loadSubscribers(file, rules), version);
  }

  /** Those in force. */
  get current(): Subscribers {
    return this.#current;
  }

  /** K_A of `id`, if it is a subscriber now. */
  secretOf(id: ClientId): Uint8Array | undefined {
    return this.#current.secretOf(id);
  }

  /** Whether the last try could not even read the file, which is no matter of what is in it. */
  get unread(): boolean {
    return this.#unread;
  }

  /**
   * Looks at the file, and says whether it is to be loaded: it is another than the one that was
   * tried last and has stayed so since the look before, so that nobody is still writing it; or the
   * last try could not read it, which may pass.
   */
  async look(): Promise<"changed" | "unread" | undefined> {
    const before = this.#seen;
    this.#seen = await versionOf(this.file);
    if (this.#seen !== before) return undefined;
    if (this.#seen !== this.#tried) return "changed";
    return this.#unread ? "unread" : undefined;
  }

  /**
   * Loads the file, whether it has changed or not.
   *
   * @throws {SubscribersError} and what was in force still is
   */
  async reload(): Promise<Changes> {
    this.#tried = await versionOf(this.file);
    const before = this.#current;
    try {
      this.#current = await loadSubscribers(this.file, this.#rules);
      this.#unread = false;
    } catch (error) {
      this.#unread = error instanceof SubscribersError && error.cause !== undefined;
      throw error;
    }
    return changes(before, this.#current);
  }
}

function changes(before: Subscribers, after: Subscribers): Changes {
  const removed: ClientId[] = [];
  const rotated: ClientId[] = [];
  for (const id of before.ids()) {
    const secret = after.secretOf(id);
    if (secret === undefined) removed.push(id);
    else if (!isSame(secret, before.secretOf(id)!)) rotated.push(id);
  }
  const added = after.ids().filter((id) => before.secretOf(id) === undefined);
  return { added, removed, rotated };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

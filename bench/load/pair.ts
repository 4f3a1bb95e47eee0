/**
 * Servers and pairs of clients as a load sees them: messages go in at one end and are counted at
 * the other. Which server, and in what protocol, is servers/'s business.
 */

import type { Mode } from "../results.ts";

/** A pair, ready to chat. Messages go one way. */
export interface Pair {
  /**
   * Sends so many messages: as few writes as the protocol allows, or in a record of its own each.
   */
  send(count: number, coalesce: boolean): void;

  /** Hears how many messages have just arrived at the other end. */
  onDelivered: (count: number) => void;

  close(): void;
}

/** What a server is to be ready for. */
export interface StartOptions {
  /** A folder of its own. */
  readonly folder: string;
  /** How many clients it is to know: a0, b0, a1, b1 and so on. */
  readonly clients: number;
  /** A history that it is to go on with, for a server that keeps one; by default, an empty one. */
  readonly history?: string;
}

/** A kind of server. */
export interface ServerKind {
  /** What the tables call it. */
  readonly name: string;
  /** Its version; undefined where it is not installed. */
  version(): Promise<string | undefined>;
  /** The modes that make a difference to it; by default, all. */
  readonly modes?: readonly Mode[];
  /** How many may log on at once before it turns some away; by default, any number. */
  readonly atOnce?: number;
  start(options: StartOptions): Promise<LoadedServer>;
}

/** A server under load. Disposing of it ends it. */
export interface LoadedServer extends AsyncDisposable {
  /** Its process. */
  readonly pid: number;
  /** Rejects when a connection ends that should not. */
  readonly broken: Promise<never>;
  /** Logs so many clients on, `atOnce` at a time, from index `first` on. They do nothing. */
  logOn(clients: number, atOnce: number, first?: number): Promise<Disposable[]>;
  /** Logs so many pairs on, whose messages have `size` bytes of text. */
  connect(pairs: number, size: number): Promise<Pair[]>;
}

/** Runs `action` for 0 to `count` - 1, `atOnce` of them at a time. */
export async function inGroups<T>(
  count: number,
  atOnce: number,
  action: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (let first = 0; first < count; first += atOnce) {
    const length = Math.min(atOnce, count - first);
    results.push(...await Promise.all(Array.from({ length }, (_, i) => action(first + i))));
  }
  return results;
}

/** The client-ID with this index: the two of a pair follow each other. */
export function idOf(index: number): string {
  return `${index % 2 === 0 ? "a" : "b"}${Math.floor(index / 2)}`;
}

/**
 * The disk of a world: what outlives a server that is killed, and the history that a server has on
 * it. It can be slow, full, and unreadable.
 */

import type { ClientId, SessionId, Text } from "../../../lib/codec/mod.ts";
import {
  type Entry,
  type History,
  HistoryError,
  MemoryHistory,
  type StoredMessage,
} from "../../../lib/history/mod.ts";
import type { Process, World } from "./world.ts";

/** A message that was written. */
export type Written = Omit<Entry, "texts"> & { readonly text: Text };

/** What is on the disk, and how it fares. */
export class Disk {
  readonly #kept = new MemoryHistory();
  /** Nothing more can be written. */
  full = false;
  /** Nothing can be read. */
  unreadable = false;
  /** How long each access takes, from and to, in milliseconds; 0: at once. */
  delay: readonly [number, number] = [0, 0];
  /** Hears of everything that is written, once it is. */
  onStored: (message: Written) => void = () => {};

  constructor(readonly world: World) {}

  /** The history as `process` has opened it. */
  open(process: Process): History {
    let lastAccess = 0;
    /** Has `access` happen at some time, the answer come at some later one, in order. */
    const attempt = <T>(access: () => Promise<T>): Promise<T> => {
      const { clock, random } = this.world;
      if (this.delay[1] === 0 && lastAccess <= clock.now) return access();
      const answer = Promise.withResolvers<T>();
      const accessAt = Math.max(lastAccess, clock.now + random.between(...this.delay));
      lastAccess = accessAt + random.between(...this.delay);
      this.world.after(accessAt - clock.now, process, () => {
        const outcome = access();
        outcome.catch(() => {});
        this.world.after(lastAccess - clock.now, process, () => answer.resolve(outcome));
      });
      return answer.promise;
    };
    return {
      commit: (entries) => attempt(() => this.#write(entries)),
      lastPosition: (a, b) => attempt(() => this.#read(() => this.#kept.lastPosition(a, b))),
      read: (...wanted) => attempt(() => this.#read(() => this.#kept.read(...wanted))),
      reserveSessionIds: (count) => attempt(() => this.#reserve(count)),
      close: () => Promise.resolve(),
    };
  }

  /** All messages between two clients. */
  between(a: ClientId, b: ClientId): Promise<StoredMessage[]> {
    return this.#kept.read(a, b, 1, Infinity, Infinity);
  }

  #write(entries: readonly Entry[]): Promise<void> {
    if (this.full) return Promise.reject(new HistoryError("the disk is full"));
    const written = this.#kept.commit(entries);
    for (const { texts, number, ...others } of entries) {
      for (const [i, text] of texts.entries()) {
        this.onStored({ ...others, number: number + i, text });
      }
    }
    return written;
  }

  #read<T>(read: () => Promise<T>): Promise<T> {
    return this.unreadable ? Promise.reject(new HistoryError("the disk is unreadable")) : read();
  }

  #reserve(count: number): Promise<SessionId> {
    if (this.full) return Promise.reject(new HistoryError("the disk is full"));
    return this.#kept.reserveSessionIds(count);
  }
}

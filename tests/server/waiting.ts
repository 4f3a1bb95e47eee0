/**
 * Waiting for what other ends of sockets do: for an event, or for a condition that has none.
 *
 * Patience is long, so that a busy machine fails no test; it is there to name what never came.
 */

/** How long anything may take before a test gives up on it, in milliseconds. */
const PATIENCE = 60_000;

/** `promise`, or an error that names `what` when it takes for ever. */
export async function within<T>(what: string, promise: Promise<T>): Promise<T> {
  const { promise: never, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), PATIENCE);
  try {
    return await Promise.race([promise, never]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves once `condition` holds: only for what nobody is told of. */
export async function eventually(what: string, condition: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** What has happened, in order, and whoever waits for more of it. */
export class Inbox<T> {
  /** Everything that ever came. */
  readonly all: T[] = [];
  #untaken: T[] = [];
  #waiting: { matches: (item: T) => boolean; taken: (item: T) => void }[] = [];

  /** Adds `item`; the first who waits for one like it gets it. */
  put(item: T): void {
    this.all.push(item);
    const index = this.#waiting.findIndex(({ matches }) => matches(item));
    if (index < 0) this.#untaken.push(item);
    else this.#waiting.splice(index, 1)[0]!.taken(item);
  }

  /** The first item that `matches` and that nobody has taken, as soon as there is one. */
  take<U extends T>(what: string, matches: (item: T) => item is U): Promise<U>;
  take(what: string, matches: (item: T) => boolean): Promise<T>;
  take(what: string, matches: (item: T) => boolean): Promise<T> {
    const index = this.#untaken.findIndex(matches);
    if (index >= 0) return Promise.resolve(this.#untaken.splice(index, 1)[0]!);
    const { promise, resolve } = Promise.withResolvers<T>();
    this.#waiting.push({ matches, taken: resolve });
    return within(what, promise);
  }
}

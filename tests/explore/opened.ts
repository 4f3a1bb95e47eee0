/**
 * A machine that keeps what it knows in private maps, made so that these can be read and put back.
 *
 * The explorer needs the real Switchboard and LocalDirectory in any of millions of situations. Both
 * keep all they know in maps which they make when they are made; whoever makes the maps for them
 * has hold of them. It knows nothing of what is in them. That nothing else is kept is shown by a
 * test, which compares a world that was put back at every step with one that never was.
 */

/** What the maps of a machine hold, one after the other in the order of their declaration. */
export type Contents = readonly (readonly (readonly [unknown, unknown])[])[];

/** A machine and its maps. */
export class Opened<Machine> {
  readonly #machine: Machine;
  readonly #maps: Map<unknown, unknown>[] = [];
  /** What it was told to know, until it is asked for. */
  #untouched: Contents | undefined;

  /** @param make makes the machine, and its maps with it */
  constructor(make: () => Machine) {
    const OrdinaryMap = globalThis.Map;
    const maps = this.#maps;
    globalThis.Map = class<Key, Value> extends OrdinaryMap<Key, Value> {
      constructor(entries?: Iterable<readonly [Key, Value]> | null) {
        super(entries);
        maps.push(this as Map<unknown, unknown>);
      }
    } as MapConstructor;
    try {
      this.#machine = make();
    } finally {
      globalThis.Map = OrdinaryMap;
    }
  }

  get machine(): Machine {
    if (this.#untouched !== undefined) this.#putBack(this.#untouched);
    return this.#machine;
  }

  /** A copy of all that the machine knows. */
  save(): Contents {
    if (this.#untouched !== undefined) return this.#untouched;
    const copies = new Map<unknown, unknown>();
    return this.#maps.map((map) =>
      Array.from(map, ([key, value]) => [key, copy(value, copies)] as const)
    );
  }

  /** Makes the machine know a copy of `contents`, and nothing else. */
  load(contents: Contents): void {
    this.#untouched = contents;
  }

  #putBack(contents: Contents): void {
    this.#untouched = undefined;
    const copies = new Map<unknown, unknown>();
    this.#maps.forEach((map, index) => {
      map.clear();
      for (const [key, value] of contents[index]!) map.set(key, copy(value, copies));
    });
  }
}

/** Records may be written to, so each is copied, once even where several maps hold it. */
function copy(value: unknown, copies: Map<unknown, unknown>): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  const made = { ...value };
  copies.set(value, made);
  return made;
}

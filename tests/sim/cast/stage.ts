/** What all actors of a simulated world share: the world itself, its disk, its judge, the secrets. */

import { type ClientId, type Text, textToString } from "../../../lib/codec/mod.ts";
import { type ClientLimits, SERVER_LIMITS, type ServerLimits } from "../../../lib/session/mod.ts";
import { Oracle } from "../oracle.ts";
import { Disk } from "../world/disk.ts";
import { World } from "../world/world.ts";

/** Where the server is. */
export const SERVER = { host: "10.0.0.1", port: 4390 };

/** Where those are who are not let in. */
export const EAVESDROPPER = "10.0.0.99";

/** Begins every chat text, so that it is recognised where it must not be seen. */
export const MARK = "~said~";

const MARK_BYTES = new TextEncoder().encode(MARK);

/** Everything that the actors have in common. */
export class Stage implements Disposable {
  readonly world: World;
  readonly disk: Disk;
  readonly oracle = new Oracle((bytes) => textToString(bytes as Text));
  /** K_A of the subscribers, as the server has them now. */
  readonly secrets = new Map<ClientId, Uint8Array>();
  /** Subscribers who keep to the protocol. */
  readonly honest = new Set<ClientId>();
  readonly limits: ServerLimits;
  /** Hears what happens, for a story of it. */
  tell: ((line: string) => void) | undefined;

  constructor(
    seed: number,
    serverLimits: Partial<ServerLimits>,
    readonly clientLimits: Partial<ClientLimits>,
  ) {
    this.limits = { ...SERVER_LIMITS, ...serverLimits };
    this.world = new World(seed);
    this.disk = new Disk(this.world);
    this.disk.onStored = (message) => this.oracle.stores(message);
    this.world.network.tap = (bytes, to) => {
      this.oracle.demand(!contains(bytes, MARK_BYTES), "chat text travels in clear");
      this.oracle.demand(to.hostname !== EAVESDROPPER, "the server talks to who was not let in");
    };
  }

  /** Adds a line to the story. */
  say(line: () => string): void {
    this.tell?.(`${(this.world.clock.now / 1000).toFixed(3).padStart(9)} s  ${line()}`);
  }

  [Symbol.dispose](): void {
    this.world[Symbol.dispose]();
  }
}

function contains(bytes: Uint8Array, part: Uint8Array): boolean {
  const last = bytes.length - part.length;
  for (
    let at = bytes.indexOf(part[0]!);
    at >= 0 && at <= last;
    at = bytes.indexOf(part[0]!, at + 1)
  ) {
    if (part.every((byte, index) => bytes[at + index] === byte)) return true;
  }
  return false;
}

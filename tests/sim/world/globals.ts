/**
 * Puts a world in the place of what programs take from their surroundings: Deno's sockets, the
 * clocks, timers, and random bytes. The code under test is not aware of it.
 */

import timers from "node:timers/promises";
import type { World } from "./world.ts";

type Replacements = [object: object, name: string, value: unknown][];

/** Until it is disposed of, code that runs in this process lives in `world`. */
export function inhabit(world: World): Disposable {
  const replacements: Replacements = [
    [Deno, "listen", world.network.listen],
    [Deno, "connect", world.network.connect],
    [Deno, "listenDatagram", world.network.listenDatagram],
    [performance, "now", () => world.clock.now],
    [Date, "now", () => world.date],
    [Math, "random", () => world.current.chance()],
    [crypto, "getRandomValues", (bytes: Uint8Array) => {
      world.current.fillRandomly(bytes);
      return bytes;
    }],
    [
      globalThis,
      "setTimeout",
      (action: () => void, delay = 0) => world.setTimer(delay, false, action),
    ],
    [
      globalThis,
      "setInterval",
      (action: () => void, delay = 0) => world.setTimer(delay, true, action),
    ],
    [
      timers,
      "setImmediate",
      () => new Promise<void>((resolve) => void world.setTimer(0, false, resolve)),
    ],
    [globalThis, "clearTimeout", (id: number) => world.clearTimer(id)],
    [globalThis, "clearInterval", (id: number) => world.clearTimer(id)],
  ];
  const before = replacements.map(([object, name]) =>
    [object, name, Object.getOwnPropertyDescriptor(object, name)] as const
  );
  for (const [object, name, value] of replacements) {
    Object.defineProperty(object, name, { value, configurable: true, writable: true });
  }
  return {
    [Symbol.dispose]: () => {
      for (const [object, name, descriptor] of before) {
        if (descriptor === undefined) Reflect.deleteProperty(object, name);
        else Object.defineProperty(object, name, descriptor);
      }
    },
  };
}

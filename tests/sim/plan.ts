/**
 * What is to happen in a simulated world: drawn from a seed, before anything happens, so that any
 * part of it can be left out (shrink.ts).
 */

import type { ClientLimits, ServerLimits } from "../../lib/session/mod.ts";
import type { Weather } from "../session/clock.ts";
import { SeededRandom } from "../session/fixtures.ts";
import { ATTEMPTS } from "./cast/eavesdropper.ts";
import { MISCHIEF } from "./cast/rogue.ts";

/** The people, and two devices of the first of them. */
export const PEOPLE = ["alice", "bob", "carol", "dave"] as const;
export const DEVICES = ["alice", "alice's other device", "bob", "carol", "dave"] as const;

export type DeviceLabel = typeof DEVICES[number];

/** Something that happens, `at` so many milliseconds. */
export type Step =
  & { readonly at: number }
  & (
    | { readonly do: "log on" | "log off" | "end chat"; readonly device: DeviceLabel }
    /** Whatever comes next on the way to a chat, and in it. */
    | {
      readonly do: "go on";
      readonly device: DeviceLabel;
      readonly with: string;
      readonly messages: number;
      readonly length: number;
    }
    | { readonly do: "chat"; readonly device: DeviceLabel; readonly with: string }
    | {
      readonly do: "recall";
      readonly device: DeviceLabel;
      readonly with: string;
      readonly last: number;
      readonly before: number;
    }
    | { readonly do: "crash"; readonly device: DeviceLabel; readonly how: "killed" | "power cut" }
    /** To one of the connections that there are; `which` picks it. */
    | { readonly do: "cut" | "tamper"; readonly which: number }
    | { readonly do: "silence"; readonly which: number; readonly end: "both" | "client" | "server" }
    | { readonly do: "stall"; readonly which: number; readonly length: number }
    | { readonly do: "weather"; readonly weather: Weather; readonly pieces: number }
    | { readonly do: "kill server"; readonly how: "killed" | "power cut" }
    | { readonly do: "stop server" | "start server" }
    | {
      readonly do: "disk";
      readonly full: boolean;
      readonly unreadable: boolean;
      readonly slow: number;
    }
    | { readonly do: "rotate"; readonly who: string }
    | { readonly do: "rogue"; readonly mischief: typeof MISCHIEF[number] }
    | { readonly do: "eavesdropper"; readonly attempt: typeof ATTEMPTS[number] }
    | { readonly do: "clock jump"; readonly by: number }
  );

/** A world's fate. */
export interface Plan {
  readonly seed: number;
  readonly serverLimits: Partial<ServerLimits>;
  readonly clientLimits: Partial<ClientLimits>;
  readonly steps: readonly Step[];
}

/** Small bounds and short times, so that they are met within minutes. */
const KEEPALIVE = { pingAfter: 10_000, deadAfter: 30_000 };

const FAIR: Weather = { loss: 0, duplication: 0, delay: [5, 20] };

/** The plan of a seed. */
export function planFor(seed: number): Plan {
  const random = new SeededRandom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)]!;
  const idle = pick([20_000, 60_000, 600_000]);
  const length = random.between(30_000, 120_000);
  const steps: Step[] = DEVICES.filter((_, index) => index !== 1)
    .map((device): Step => ({ at: random.between(0, 1_000), do: "log on", device }));
  steps.push(...everydayLife(random, pick, length), ...troubles(random, pick, length));
  return {
    seed,
    serverLimits: {
      maxPendingLogins: pick([16, 64, 8_192]),
      maxUnkeptLogins: pick([2, 32]),
      datagramsUnderLoad: { perSecond: pick([2, 10]), burst: 4, remembered: pick([2, 1_000]) },
      spareDatagrams: { perSecond: pick([1, 100]), burst: 2 },
      maxUnconnected: pick([8, 4_096]),
      epochLifetime: 10_000,
      cookieLifetime: 30_000,
      maxStrikes: pick([4, 64]),
      maxQueuedBytes: pick([32 * 1024, 256 * 1024]),
      historyPageBytes: pick([300, 64 * 1024]),
      keepalive: KEEPALIVE,
      idleTimeout: idle + 5_000,
      datagrams: { perSecond: pick([2, 2_000]), burst: 10, remembered: pick([2, 1_000]) },
      refusedLogOns: { perSecond: pick([0.1, 5]), burst: 2, remembered: pick([2, 1_000]) },
      // What a rogue has sent is read within seconds, or it would seem to be alive.
      messages: { perSecond: 1_000, burst: pick([8, 2_000]) },
    },
    clientLimits: { activityTimeout: idle, keepalive: KEEPALIVE, maxUnconfirmed: pick([8, 1_024]) },
    steps: steps.sort((a, b) => a.at - b.at),
  };
}

type Pick = <T>(items: readonly T[]) => T;

/** What people do: several of them at about the same time, so that it crosses. */
function everydayLife(random: SeededRandom, pick: Pick, length: number): Step[] {
  const others = [...PEOPLE, "rogue", "nobody"];
  let moment = 0;
  let left = 0;
  return Array.from({ length: Math.floor(random.between(20, 80)) }, (): Step => {
    if (left-- === 0) {
      moment = random.between(500, length);
      left = Math.floor(random.between(0, 6));
    }
    const at = moment + random.between(0, 60);
    const device = pick(DEVICES);
    const kind = random.next();
    if (kind < 0.65) {
      const messages = pick([1, 1, 2, 5, 12]);
      return {
        at,
        do: "go on",
        device,
        with: pick(others),
        messages,
        length: pick([20, 60, 4_096]),
      };
    }
    if (kind < 0.73) return { at, do: "chat", device, with: pick(others) };
    if (kind < 0.83) return { at, do: "end chat", device };
    if (kind < 0.91) {
      const before = pick([0, 0, 3]);
      return { at, do: "recall", device, with: pick(others), last: pick([0, 1, 5]), before };
    }
    return { at, do: pick(["log on", "log off"]), device };
  });
}

/** What happens to them: each world has some kinds of trouble, few have all. */
function troubles(random: SeededRandom, pick: Pick, length: number): Step[] {
  const when = (): number => random.between(500, length);
  const storm = (): Weather => {
    const slowest = pick([30, 200, 1_500]);
    return { loss: random.between(0, 0.3), duplication: pick([0, 0.3]), delay: [2, slowest] };
  };
  const kinds: (() => Step[])[] = [
    () => [{ at: 0, do: "weather", weather: storm(), pieces: pick([1, 3, 8]) }],
    () => [
      { at: when(), do: "weather", weather: storm(), pieces: pick([1, 8]) },
      { at: when(), do: "weather", weather: FAIR, pieces: 1 },
    ],
    () => several(random, 4, () => ({ at: when(), do: "cut", which: random.next() })),
    () =>
      several(random, 2, () => {
        const end = pick(["both", "client", "server"] as const);
        return { at: when(), do: "silence", which: random.next(), end };
      }),
    () =>
      several(random, 3, () => {
        return {
          at: when(),
          do: "stall",
          which: random.next(),
          length: random.between(100, 20_000),
        };
      }),
    () => several(random, 2, () => ({ at: when(), do: "tamper", which: random.next() })),
    () =>
      several(random, 3, () => {
        return {
          at: when(),
          do: "crash",
          device: pick(DEVICES),
          how: pick(["killed", "power cut"]),
        };
      }),
    () => {
      const at = when();
      const back: Step = { at: at + random.between(10, 20_000), do: "start server" };
      if (random.chance(0.3)) return [{ at, do: "stop server" }, back];
      return [{ at, do: "kill server", how: pick(["killed", "killed", "power cut"]) }, back];
    },
    () => {
      const at = when();
      const slow = pick([0, 0, 5, 300]);
      const full = random.chance(0.5);
      return [
        { at, do: "disk", full, unreadable: random.chance(0.3), slow },
        {
          at: at + random.between(10, 30_000),
          do: "disk",
          full: false,
          unreadable: false,
          slow: 0,
        },
      ];
    },
    () => [{ at: 0, do: "disk", full: false, unreadable: false, slow: pick([2, 50]) }],
    () => several(random, 2, () => ({ at: when(), do: "rotate", who: pick(PEOPLE) })),
    () => several(random, 3, () => ({ at: when(), do: "rogue", mischief: pick(MISCHIEF) })),
    () => several(random, 3, () => ({ at: when(), do: "eavesdropper", attempt: pick(ATTEMPTS) })),
    () => [{ at: when(), do: "clock jump", by: random.between(-3_600_000, 3_600_000) }],
  ];
  return kinds.filter(() => random.chance(0.35)).flatMap((kind) => kind());
}

function several(random: SeededRandom, most: number, make: () => Step): Step[] {
  return Array.from({ length: 1 + Math.floor(random.next() * most) }, make);
}

/** Carries a plan out in a world of its own, up to its end in peace or the first broken rule. */

import { type ClientId, parseClientId } from "../../lib/codec/mod.ts";
import { Device } from "./cast/device.ts";
import { Eavesdropper } from "./cast/eavesdropper.ts";
import { MachineRoom } from "./cast/machine_room.ts";
import { ROGUE, Rogue } from "./cast/rogue.ts";
import { Stage } from "./cast/stage.ts";
import type { Oracle } from "./oracle.ts";
import { findPeace } from "./peace.ts";
import { type DeviceLabel, DEVICES, PEOPLE, type Plan, type Step } from "./plan.ts";
import { inhabit } from "./world/globals.ts";
import type { TcpEnd } from "./world/tcp.ts";

const encoder = new TextEncoder();

/** What came of a plan. */
export interface Outcome {
  /** The rule that was broken, if one was. */
  readonly broken: string | undefined;
  readonly counts: Oracle["counts"];
}

/** All that a plan's steps are about. */
export interface Cast {
  readonly stage: Stage;
  readonly devices: ReadonlyMap<DeviceLabel, Device>;
  readonly room: MachineRoom;
  readonly rogue: Rogue;
  readonly eavesdropper: Eavesdropper;
}

/** Carries `plan` out; `tell` hears the story. */
export async function run(plan: Plan, tell?: (line: string) => void): Promise<Outcome> {
  using stage = new Stage(plan.seed, plan.serverLimits, plan.clientLimits);
  using _inhabited = inhabit(stage.world);
  stage.tell = tell;
  const { oracle } = stage;
  const onDefect = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    oracle.demand(false, `nobody expects ${event.reason?.stack ?? event.reason}`);
  };
  addEventListener("unhandledrejection", onDefect);
  try {
    const cast = castOf(stage);
    await cast.room.start();
    for (const step of plan.steps) {
      // A stop of the server may have taken until after it.
      await stage.world.pass(Math.max(0, step.at - stage.world.clock.now));
      if (oracle.broken !== undefined) break;
      stage.say(() => `* ${describeStep(step)}`);
      await take(cast, step);
    }
    if (oracle.broken === undefined) await findPeace(cast);
  } catch (error) {
    // Something that the world takes for granted is not so.
    oracle.demand(false, `the world ends: ${(error as Error).stack}`);
  } finally {
    removeEventListener("unhandledrejection", onDefect);
  }
  return { broken: oracle.broken, counts: oracle.counts };
}

/** A step in words. */
export function describeStep({ at: _, do: what, ...details }: Step): string {
  const words = Object.entries(details).map(([name, value]) =>
    `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`
  );
  return `${what}${words.length === 0 ? "" : ": "}${words.join(", ")}`;
}

function castOf(stage: Stage): Cast {
  const ids = PEOPLE.map(parseClientId);
  for (const id of [...ids, ROGUE]) stage.secrets.set(id, encoder.encode(`secret of ${id}`));
  for (const id of ids) stage.honest.add(id);
  const devices = DEVICES.map((label, index) => {
    const clientId = parseClientId(label.split("'")[0]!);
    return [label, new Device(stage, clientId, label, `10.0.1.${index + 1}`)] as const;
  });
  const room = new MachineRoom(stage);
  stage.world.afterEvent = () => {
    const { server } = room;
    const { maxPendingLogins, maxUnconnected } = stage.limits;
    if (server === undefined) return;
    stage.oracle.demand(server.load.pendingLogins <= maxPendingLogins, "too many pending logins");
    stage.oracle.demand(server.load.unconnected <= maxUnconnected, "too many newcomers");
  };
  return {
    stage,
    devices: new Map(devices),
    room,
    rogue: new Rogue(stage, ids),
    eavesdropper: new Eavesdropper(stage, ids),
  };
}

async function take(cast: Cast, step: Step): Promise<void> {
  const { stage, room } = cast;
  const { world, disk } = stage;
  const device = "device" in step ? cast.devices.get(step.device)! : undefined;
  switch (step.do) {
    case "log on":
      return await device!.logOn();
    case "log off":
      return await device!.logOff();
    case "chat":
      return await device!.chat(parseClientId(step.with));
    case "go on":
      return await goOn(device!, parseClientId(step.with), step.messages, step.length);
    case "end chat":
      return await device!.endChat();
    case "recall":
      return await device!.recall(parseClientId(step.with), step.last, step.before);
    case "crash":
      return device!.crash(step.how);
    case "cut":
      return withConnection(cast, step.which, (end) => world.network.cut(end));
    case "tamper":
      return withConnection(cast, step.which, (end) => {
        const side = world.random.chance(0.5) ? end : end.peer;
        side.tamper = (bytes) => flipOneBit(bytes, world.random.next());
      });
    case "silence":
      return withConnection(cast, step.which, (end) => {
        if (step.end !== "server") end.silenced = true;
        if (step.end !== "client") end.peer.silenced = true;
      });
    case "stall":
      return withConnection(cast, step.which, (end) => {
        end.stalledUntil = end.peer.stalledUntil = world.clock.now + step.length;
      });
    case "weather":
      Object.assign(world.network, { weather: step.weather, pieces: step.pieces });
      return;
    case "kill server":
      return room.kill(step.how);
    case "stop server":
      return await room.stop();
    case "start server":
      return await room.start();
    case "disk":
      Object.assign(disk, {
        full: step.full,
        unreadable: step.unreadable,
        delay: [step.slow / 2, step.slow],
      });
      return;
    case "rotate":
      return await room.rotate(
        parseClientId(step.who),
        encoder.encode(`secret of ${step.who} since ${step.at}`),
      );
    case "rogue":
      return await cast.rogue.begin(step.mischief);
    case "eavesdropper":
      return await cast.eavesdropper.begin(step.attempt);
    case "clock jump":
      world.wallClockError += step.by;
      return;
  }
}

async function goOn(
  device: Device,
  peer: ClientId,
  messages: number,
  length: number,
): Promise<void> {
  if (device.state === "Offline") await device.logOn();
  else if (device.state === "Active Chat") await device.say(messages, length);
  else await device.chat(peer);
}

function withConnection(cast: Cast, which: number, action: (end: TcpEnd) => void): void {
  const { connections } = cast.stage.world.network;
  const end = connections[Math.floor(which * connections.length)];
  if (end !== undefined) action(end);
}

function flipOneBit(bytes: Uint8Array, where: number): Uint8Array {
  const bit = Math.floor(where * 8 * bytes.length);
  const flipped = bytes.slice();
  flipped[bit >> 3]! ^= 1 << (bit & 7);
  return flipped;
}

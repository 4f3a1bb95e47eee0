/**
 * The end of every simulated world: faults stop, and then everything has to work again. Log-ons
 * and chats succeed, histories are whole, and nothing is left over when everybody has gone.
 */

import { parseClientId } from "../../lib/codec/mod.ts";
import type { Device } from "./cast/device.ts";
import type { Cast } from "./run.ts";

const SECOND = 1_000;
const NOBODY = parseClientId("nobody");

/** Has everybody find their way back, chat once more, and leave. */
export async function findPeace(cast: Cast): Promise<void> {
  const { stage: { world, disk, oracle }, room } = cast;
  cast.rogue.stop();
  cast.eavesdropper.stop();
  Object.assign(world.network, {
    weather: { loss: 0, duplication: 0, delay: [5, 20] },
    pieces: 4,
  });
  Object.assign(disk, { full: false, unreadable: false, delay: [0, 0] });
  cast.devices.get("alice's other device")!.crash("killed");
  // Twice, as a start on a full disk may still be under way, and fail.
  for (let start = 0; start < 2; start++) {
    await room.start();
    await world.pass(SECOND);
  }
  // Dead peers are found out, stalls are over, and log-ons under way have come to their end.
  await world.pass(45 * SECOND);
  oracle.settled();
  const everybody = [...cast.devices.values()].filter(({ label }) => !label.includes("other"));
  // Somebody may be logging off at this very moment.
  if (!agree(cast, everybody)) await world.pass(SECOND);
  assertAtRest(cast, everybody);
  for (const device of everybody) await device.logOff();
  await world.pass(5 * SECOND);
  for (const device of everybody) {
    device.learnSecret();
    await device.logOn();
  }
  await world.pass(5 * SECOND);
  for (const { name, state } of everybody) {
    oracle.demand(state === "Connected", `${name} is ${state} after a log-on in perfect peace`);
  }
  const [alice, bob, carol, dave] = everybody as [Device, Device, Device, Device];
  for (const device of everybody) await device.chat(NOBODY);
  await world.pass(SECOND);
  await chatOnceMore(cast, [[alice, bob], [carol, dave]]);
  await chatOnceMore(cast, [[carol, alice], [dave, bob]]);
  for (const device of everybody) await device.logOff();
  await world.pass(5 * SECOND);
  oracle.demand(room.server!.load.clients === 0, "the server does not notice that all have left");
  await world.pass(25 * SECOND);
  assertNothingLeft(cast, everybody);
  await room.stop();
}

function onlineOf(devices: readonly Device[]): Device[] {
  return devices.filter(({ state }) => state === "Connected" || state === "Active Chat");
}

function agree({ room }: Cast, devices: readonly Device[]): boolean {
  return room.server!.load.clients === onlineOf(devices).length;
}

/** Server and clients agree on who is connected, and nobody waits for anything any more. */
function assertAtRest({ stage: { oracle }, room }: Cast, devices: readonly Device[]): void {
  const online = onlineOf(devices);
  const { clients } = room.server!.load;
  oracle.demand(
    clients === online.length,
    `the server has ${clients} clients, and ${online.map(({ name }) => name)} are connected`,
  );
  for (const device of devices) {
    const { name, state } = device;
    oracle.demand(online.includes(device) || state === "Offline", `${name} is stuck in ${state}`);
    oracle.demand(device.unconfirmed === 0, `${name} waits for ${device.unconfirmed} receipts`);
    oracle.demand(
      device.knowsSecret || state === "Offline",
      `${name} is ${state} with a secret that is no longer valid`,
    );
    oracle.demand(device.recalling === 0, `${name} waits for ${device.recalling} histories`);
    const { peer } = device;
    oracle.demand(
      peer === undefined ||
        devices.some((other) => other.clientId === peer && other.peer === device.clientId),
      `${name} is in a chat with ${peer}, who is not in it`,
    );
  }
}

async function chatOnceMore(
  { stage: { world, oracle } }: Cast,
  pairs: readonly (readonly [Device, Device])[],
): Promise<void> {
  const before = { ...oracle.counts };
  for (const [one, other] of pairs) await one.chat(other.clientId);
  await world.pass(SECOND);
  for (const [one, other] of pairs) {
    oracle.demand(
      one.peer === other.clientId && other.peer === one.clientId,
      `${one.name} and ${other.name} are in no chat, in perfect peace`,
    );
    for (const device of [one, other]) await device.say(3, 40);
  }
  await world.pass(SECOND);
  for (const { name, unconfirmed } of pairs.flat()) {
    oracle.demand(unconfirmed === 0, `${name} waits for ${unconfirmed} receipts, in peace`);
  }
  for (const [one, other] of pairs) {
    await one.endChat();
    await one.recall(other.clientId, 0, 0);
    await other.recall(one.clientId, 2, 0);
  }
  await world.pass(2 * SECOND);
  const { counts } = oracle;
  const messages = 6 * pairs.length;
  oracle.demand(counts.stored - before.stored === messages, "in peace, messages are not stored");
  oracle.demand(counts.delivered - before.delivered === messages, "in peace, messages get lost");
  oracle.demand(counts.histories - before.histories === 2 * pairs.length, "histories do not come");
  for (const { name, state } of pairs.flat()) {
    oracle.demand(state === "Connected", `${name} is ${state} after the end of its chat`);
  }
}

/** All that a server and its clients hold for somebody is let go of. */
function assertNothingLeft({ stage: { world, oracle }, room }: Cast, devices: Device[]): void {
  const { pendingLogins, unconnected } = room.server!.load;
  oracle.demand(pendingLogins === 0, `${pendingLogins} logins are left`);
  oracle.demand(unconnected === 0, `${unconnected} newcomers are left`);
  // One socket of each kind to be reached at, and the ticker.
  const left = [world.network.socketsOf(room.process!), room.process!.timers.size];
  oracle.demand(left.join() === "2,1", `the server has ${left} sockets and timers left`);
  for (const { process, name } of devices) {
    const left = [world.network.socketsOf(process!), process!.timers.size];
    oracle.demand(left.join() === "0,0", `${name} has ${left} sockets and timers left`);
  }
}

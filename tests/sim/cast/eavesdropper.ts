/**
 * An attacker without a secret who has heard everything: replays datagrams and the openings of TCP
 * connections from elsewhere, guesses, and floods. Nobody ever lets it in.
 */

import { encodeDatagram } from "../../../lib/codec/mod.ts";
import type { ClientId } from "../../../lib/codec/mod.ts";
import { randomBytes, RawClient, RawLogin, RawUdp } from "../../server/raw_client.ts";
import type { Process } from "../world/world.ts";
import { pause } from "./pause.ts";
import { EAVESDROPPER, SERVER, type Stage } from "./stage.ts";

/** What an eavesdropper can try. */
export const ATTEMPTS = ["datagrams", "openings", "guessing", "flood"] as const;
type Attempt = typeof ATTEMPTS[number];

const endpoint = { host: SERVER.host, port: SERVER.port };
const served = { server: { udpAddress: endpoint, tcpAddress: endpoint } };

/** Where datagrams go that are no reply to anybody else. */
const ATTACK = [SERVER.host, EAVESDROPPER];

/** The eavesdropper. */
export class Eavesdropper {
  readonly #stage: Stage;
  readonly #victims: readonly ClientId[];
  #process: Process | undefined;

  constructor(stage: Stage, victims: readonly ClientId[]) {
    this.#stage = stage;
    this.#victims = victims;
  }

  /** Begins an attempt; an earlier one is broken off. */
  async begin(attempt: Attempt): Promise<void> {
    this.stop();
    const { world } = this.#stage;
    this.#process = world.start("the eavesdropper", EAVESDROPPER);
    await world.act(this.#process, () => {
      // Whatever it tries comes to nothing, sooner or later.
      this.#act(attempt).catch(() => {});
    });
  }

  stop(): void {
    if (this.#process !== undefined) this.#stage.world.kill(this.#process, "killed");
    this.#process = undefined;
  }

  async #act(attempt: Attempt): Promise<void> {
    switch (attempt) {
      case "datagrams":
        return await this.#replayDatagrams();
      case "openings":
        return await this.#replayOpenings();
      case "guessing":
        return await this.#guess();
      case "flood":
        return await this.#flood();
    }
  }

  /**
   * What was heard last, over and over, as from whoever sent it and as from itself; the server's
   * replies go to whoever logs on just now. Meanwhile it gets itself refused, to have that as well.
   */
  async #replayDatagrams(): Promise<void> {
    this.#guess().catch(() => {});
    const { network, random } = this.#stage.world;
    const own: Deno.NetAddr = { transport: "udp", hostname: EAVESDROPPER, port: 666 };
    for (let round = 0; round < 100; round++) {
      const victim = network.overheard.findLast(({ to }) => !ATTACK.includes(to.hostname))?.to;
      for (const { bytes, from, to } of network.overheard.slice(-16)) {
        const target = to.hostname === SERVER.host ? to : victim ?? to;
        network.carryDatagram(bytes, random.chance(0.5) ? from : own, target);
      }
      await pause(50);
    }
  }

  async #replayOpenings(): Promise<void> {
    for (const { recorded } of this.#stage.world.network.accepted.slice(-8)) {
      const client = await RawClient.open(served);
      const pieces = recorded.slice();
      await client.write(...pieces.slice(0, 2)).catch(() => {});
      await client.write(...pieces.slice(2)).catch(() => {});
    }
  }

  /** As somebody who is known, with a secret that is wrong. */
  async #guess(): Promise<void> {
    for (const victim of this.#victims) {
      const udp = new RawUdp(endpoint);
      const login = new RawLogin(victim, randomBytes(16));
      const challenge = await udp.challenge(login);
      const { type } = await udp.ask(login.response(challenge));
      this.#stage.oracle.demand(type !== "AUTH_SUCCESS", `a wrong RES is accepted for ${victim}`);
    }
  }

  async #flood(): Promise<void> {
    const udp = new RawUdp(endpoint);
    for (let i = 0; i < 40; i++) {
      const { hello } = new RawLogin(this.#victims[i % this.#victims.length]!);
      await udp.send(encodeDatagram(hello));
    }
  }
}

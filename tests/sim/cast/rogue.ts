/**
 * A subscriber who keeps to no rule: logs on properly, and then sends what it likes, or does not
 * read. No chat of others may suffer from it.
 */

import {
  type ClientId,
  type Frame,
  parseClientId,
  textFromString,
} from "../../../lib/codec/mod.ts";
import type { SeededRandom } from "../../session/fixtures.ts";
import { randomBytes, RawClient } from "../../server/raw_client.ts";
import type { Process } from "../world/world.ts";
import { pause } from "./pause.ts";
import { EAVESDROPPER, MARK, SERVER, type Stage } from "./stage.ts";

export const ROGUE: ClientId = parseClientId("rogue");

/** What a rogue can be up to. */
export const MISCHIEF = ["nonsense", "deafness", "garbage", "dripping"] as const;
type Mischief = typeof MISCHIEF[number];

const endpoint = { host: SERVER.host, port: SERVER.port };
const served = { server: { udpAddress: endpoint, tcpAddress: endpoint } };

/** The rogue. */
export class Rogue {
  readonly #stage: Stage;
  readonly #others: readonly ClientId[];
  readonly #random: SeededRandom;
  #process: Process | undefined;
  #said = 0;

  constructor(stage: Stage, others: readonly ClientId[]) {
    this.#stage = stage;
    this.#others = others;
    this.#random = stage.world.random;
  }

  /** Begins a piece of mischief; an earlier one is broken off. */
  async begin(mischief: Mischief): Promise<void> {
    this.stop();
    const { world } = this.#stage;
    const anonymous = mischief === "garbage" || mischief === "dripping";
    this.#process = world.start("the rogue", anonymous ? EAVESDROPPER : "10.0.0.66");
    await world.act(this.#process, () => {
      // It is turned away sooner or later, which is an error to it alone.
      this.#act(mischief).catch(() => {});
    });
  }

  stop(): void {
    if (this.#process !== undefined) this.#stage.world.kill(this.#process, "killed");
    this.#process = undefined;
  }

  async #act(mischief: Mischief): Promise<void> {
    switch (mischief) {
      case "nonsense":
        return await this.#talkNonsense(await RawClient.connected(served, ROGUE));
      case "deafness":
        return await this.#neverRead(await RawClient.connected(served, ROGUE));
      case "garbage":
        return await this.#sendGarbage(await RawClient.open(served));
      case "dripping":
        return await this.#drip(await RawClient.open(served));
    }
  }

  async #talkNonsense(client: RawClient): Promise<void> {
    while (true) {
      const count = 1 + Math.floor(this.#random.next() * 4);
      await client.send(...Array.from({ length: count }, () => this.#nonsense()));
      await pause(this.#random.between(10, 2_000));
    }
  }

  async #neverRead(client: RawClient): Promise<void> {
    for (const clientId of this.#others) await client.send({ type: "CHAT_REQUEST", clientId });
    const pings = Array.from({ length: 1_000 }, (): Frame => ({ type: "PING", token: 1 }));
    while (true) {
      await client.send(
        ...pings,
        { type: "HISTORY_REQ", clientId: this.#pick(this.#others), last: 0, before: 0 },
      );
    }
  }

  async #sendGarbage(client: RawClient): Promise<void> {
    await client.write(randomBytes(Math.floor(this.#random.between(1, 200))));
    await client.ended();
  }

  async #drip(client: RawClient): Promise<void> {
    while (true) {
      await client.write(randomBytes(1));
      await pause(700);
    }
  }

  #nonsense(): Frame {
    const clientId = this.#pick([...this.#others, ROGUE]);
    const { oracle } = this.#stage;
    const own = oracle.sessionIds.findLast((id) => oracle.peerIn(id, ROGUE) !== undefined);
    const sessionId = this.#pick([...oracle.sessionIds.slice(-3), own ?? 500, own ?? 500]);
    const number = Math.floor(this.#random.between(1, 4));
    return this.#pick<() => Frame>([
      () => ({ type: "CHAT_REQUEST", clientId }),
      () => ({ type: "CHAT_STARTED", sessionId, clientId }),
      () => ({ type: "END_REQUEST", sessionId }),
      () => ({ type: "END_NOTIF", sessionId }),
      () => this.#chat(sessionId, number),
      () => ({ type: "HISTORY_REQ", clientId, last: number, before: 0 }),
      () => ({ type: "RECEIPT", sessionId, number }),
      () => ({ type: "CONNECT", cookie: randomBytes(16) }),
      () => ({ type: "CONNECTED" }),
      () => ({ type: "CLOSING", reason: "idle" }),
      () => ({ type: "PING", token: number }),
    ])();
  }

  /** In a chat of its own it may say what it likes; anywhere else it may not. */
  #chat(sessionId: number, number: number): Frame {
    const text = `${MARK}${ROGUE} ${++this.#said}`;
    const peer = this.#stage.oracle.peerIn(sessionId, ROGUE);
    if (peer !== undefined) this.#stage.oracle.says(ROGUE, peer, sessionId, text);
    return { type: "CHAT", sessionId, number, text: textFromString(text) };
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random.next() * items.length)]!;
  }
}

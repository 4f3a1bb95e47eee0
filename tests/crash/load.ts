/**
 * Pairs of clients who chat for as long as there is a server, and log on again when it comes back.
 *
 * What they do is drawn from a seed. Knows no server but by its address, and no history's file.
 */

import { delay } from "@std/async/delay";
import { SAMPLE_IDS } from "../../lib/server/mod.ts";
import { Chance } from "./chance.ts";
import type { Mood } from "./plan.ts";
import { isOfTheConnection, Speaker, type Surroundings } from "./speaker.ts";

const WORDS = ["hello", "Καλημέρα", "ça va?", "你好", "🙂🙃", "x", "'; DROP TABLE batches; --"];

/** What a load needs to be told besides. */
export interface LoadSurroundings extends Surroundings {
  readonly mood: Mood;
}

/** Some pairs of the sample's subscribers. */
export class Load {
  readonly pairs: readonly Pair[];
  #playing: Promise<unknown> = Promise.resolve();

  constructor(around: LoadSurroundings, seed: number, pairs: number) {
    this.pairs = Array.from({ length: pairs }, (_, i) => {
      const [a, b] = SAMPLE_IDS.slice(2 * i, 2 * i + 2).map((id) => new Speaker(id, around));
      return new Pair(a!, b!, around, new Chance(seed + 1 + i));
    });
  }

  get clients(): number {
    return 2 * this.pairs.length;
  }

  /** Everybody begins, and goes on until {@linkcode finish}. */
  start(): void {
    this.#playing = Promise.all(this.pairs.map((pair) => pair.play()));
    // It is awaited in the end.
    this.#playing.catch(() => {});
  }

  /** Everybody finishes what they are at, and stays. */
  async finish(): Promise<void> {
    for (const pair of this.pairs) pair.stopped = true;
    await this.#playing;
  }

  /** Everybody reads all that they have ever said to each other. */
  async recallAll(): Promise<void> {
    for (const { a, b } of this.pairs) {
      await a.comeOn();
      await a.recall(b.id, 0);
    }
  }

  async logOff(): Promise<void> {
    const all = this.pairs.flatMap(({ a, b }) => [a, b]);
    await Promise.all(all.map(({ client }) => client.logOff()));
  }
}

/** Two who chat with each other. */
class Pair {
  stopped = false;

  constructor(
    readonly a: Speaker,
    readonly b: Speaker,
    readonly around: LoadSurroundings,
    readonly chance: Chance,
  ) {}

  async play(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.#meet();
      } catch (error) {
        if (!isOfTheConnection(error)) throw error;
        await delay(1);
      }
    }
  }

  async #meet(): Promise<void> {
    const { a, b, around, chance } = this;
    await Promise.all([a, b].map((one) => one.comeOn(() => !this.stopped)));
    const [asks, asked] = chance.happens(0.5) ? [a, b] : [b, a];
    if (!await asks.client.chat(asked.id)) return await delay(5);
    for (let round = chance.whole(1, 8); round > 0 && !this.stopped; round--) {
      await Promise.all([this.#burst(asks, asked), this.#burst(asked, asks)]);
      if (!chance.happens(around.mood === "recall" ? 0.7 : 0.1)) continue;
      await asks.recall(asked.id, chance.happens(0.02) ? 0 : chance.whole(1, 500));
    }
    if (chance.happens(0.5)) asks.client.endChat();
    else await asked.client.logOff();
  }

  /** Many messages in one turn, or one after the other. */
  async #burst(from: Speaker, to: Speaker): Promise<void> {
    const { chance, around } = this;
    if (from.client.peer !== to.id) return await delay(1);
    const endings = Array.from(
      { length: chance.whole(1, around.mood === "long" ? 60 : 30) },
      () => this.#ending(),
    );
    if (chance.happens(0.5)) {
      await Promise.all(endings.map((ending) => from.say(to.id, ending)));
    } else {
      for (const ending of endings) await from.say(to.id, ending);
    }
  }

  #ending(): string {
    const { chance, around } = this;
    if (around.mood !== "long") return chance.pick(WORDS).repeat(chance.whole(1, 5));
    return "long ".repeat(chance.whole(400, 800));
  }
}

/**
 * A run: a busy server killed at the moments of a plan, started again on the same history, and
 * judged after every start.
 *
 * It ends at the first fault, because what follows a fault proves nothing.
 */

import type { ClientId, Endpoint, Message } from "../../lib/client/mod.ts";
import { SAMPLE_IDS } from "../../lib/server/mod.ts";
import { quietPort } from "../../tools/stage/mod.ts";
import { Life, type Place } from "./life.ts";
import { Load, type LoadSurroundings } from "./load.ts";
import { Oracle, type Tally } from "./oracle.ts";
import { type Moment, type MomentName, type Mood, planOf } from "./plan.ts";
import { attemptedFrames, interrupted, Stored } from "./stored.ts";

/** What is to be done. */
export interface RunOptions {
  /** The file of the history, which there is not yet. */
  readonly history: string;
  readonly kills: number;
  readonly seed: number;
  readonly pairs?: number;
  /** After how many kills the whole history is read. */
  readonly completeEvery?: number;
  /** Hears how far it is. */
  readonly progress?: (line: string) => void;
}

/** What a run was like. Times are in milliseconds. */
export interface Figures {
  kills: number;
  readonly moments: Map<MomentName, number>;
  /** Kills before the server listened, within a commit, and within a checkpoint of the log. */
  early: number;
  inCommit: number;
  inCheckpoint: number;
  /** From the start of each process until it listened. */
  readonly startTimes: number[];
  /** From then until all clients were logged on again, where that was awaited. */
  readonly returnTimes: number[];
  /** How often the new rows were read, and how often all of them. */
  checks: number;
  completeChecks: number;
  historyBytes: number;
}

/** What came of a run: all is well if there are no faults. */
export interface Result {
  readonly faults: readonly string[];
  readonly figures: Readonly<Figures>;
  readonly tally: Tally;
}

/** Kills a server so many times. Rejects when the run itself cannot go on. */
export async function crash(options: RunOptions): Promise<Result> {
  return await new Run(options).play();
}

class Run implements LoadSurroundings {
  readonly server: Endpoint;
  readonly oracle = new Oracle();
  mood: Mood = "short";
  readonly #options: RunOptions;
  readonly #place: Place;
  readonly #stored: Stored;
  readonly #load: Load;
  readonly #figures: Figures = {
    kills: 0,
    moments: new Map(),
    early: 0,
    inCommit: 0,
    inCheckpoint: 0,
    startTimes: [],
    returnTimes: [],
    checks: 0,
    completeChecks: 0,
    historyBytes: 0,
  };
  #present: Life | undefined;

  constructor(options: RunOptions) {
    const { history, seed, pairs = SAMPLE_IDS.length / 2 } = options;
    const port = quietPort();
    this.#options = options;
    this.#place = { history, port };
    this.#stored = new Stored(history);
    this.server = { host: "127.0.0.1", port };
    this.#load = new Load(this, seed, pairs);
  }

  get life(): number {
    return this.#figures.kills + 1;
  }

  heard(clientId: ClientId, message: Message): void {
    this.#present?.heard(clientId, message);
  }

  async play(): Promise<Result> {
    const { kills, seed, progress } = this.#options;
    const plan = planOf(seed);
    this.#load.start();
    try {
      while (this.#figures.kills < kills && this.oracle.faults.length === 0) {
        await this.#live(plan.next().value);
        this.#figures.kills++;
        if (this.#figures.kills % 50 === 0) progress?.(`${this.#figures.kills} kills`);
      }
      if (this.oracle.faults.length === 0) await this.#liveToTheEnd();
    } catch (error) {
      this.oracle.fault(`after ${this.#figures.kills} kills: ${error}`);
    } finally {
      await this.#present?.[Symbol.asyncDispose]();
      await this.#load.finish();
      await this.#load.logOff();
    }
    this.#figures.historyBytes = Deno.statSync(this.#place.history).size;
    return { faults: this.oracle.faults, figures: this.#figures, tally: this.oracle.tally() };
  }

  /** From a start to the next kill. */
  async #live(moment: Moment): Promise<void> {
    const { moments } = this.#figures;
    moments.set(moment.name, (moments.get(moment.name) ?? 0) + 1);
    this.mood = moment.mood;
    const life = this.#present = new Life(this.#place);
    if (moment.name === "start") {
      const [, killed] = await Promise.allSettled([life.listens(), life.endsAt(moment)]);
      if (killed.status === "rejected") throw killed.reason;
      if (life.startTime === undefined) this.#figures.early++;
      return;
    }
    await this.#begin(life);
    const attempted = attemptedFrames(this.#place.history);
    if (moment.name === "chats") await this.#everybody(life);
    await life.endsAt(moment);
    const { commit, checkpoint } = interrupted(this.#place.history, attempted);
    if (commit) this.#figures.inCommit++;
    if (checkpoint) this.#figures.inCheckpoint++;
    for (const complaint of life.complaints) this.oracle.fault(`the server: ${complaint}`);
  }

  /** The last life, which ends in order. */
  async #liveToTheEnd(): Promise<void> {
    const life = this.#present = new Life(this.#place);
    this.mood = "short";
    await this.#begin(life);
    await this.#everybody(life);
    await this.#load.finish();
    await this.#load.recallAll();
    await this.#load.logOff();
    const code = await life.stop();
    if (code !== 0 && Deno.build.os !== "windows") this.oracle.fault(`exit code ${code}`);
    for (const complaint of life.complaints) this.oracle.fault(`the server: ${complaint}`);
    this.#checkAll();
  }

  async #begin(life: Life): Promise<void> {
    this.#figures.startTimes.push(await life.listens());
    const { completeEvery = 50 } = this.#options;
    if (this.#figures.kills % completeEvery === completeEvery - 1) return this.#checkAll();
    this.#figures.checks++;
    this.oracle.readOn(this.#stored.more());
  }

  async #everybody(life: Life): Promise<void> {
    this.#figures.returnTimes.push(await life.everybody(this.#load.clients));
  }

  #checkAll(): void {
    this.#figures.completeChecks++;
    const { rows, integrity } = this.#stored.all();
    if (integrity !== "ok") this.oracle.fault(`integrity_check: ${integrity}`);
    this.oracle.readAll(rows);
    this.#stored.more();
  }
}

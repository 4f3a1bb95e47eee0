/**
 * Output after commit: whatever the server says, it says once all before it is durable.
 *
 * Everything that arrived in one turn of the event loop makes one turn here: one commit, then all
 * outputs in the order in which the switchboard decided them. While a commit is under way the next
 * turn gathers. What a failed commit held is refused, and nothing else is changed by it.
 */

import type { History } from "../history/mod.ts";
import type { Output } from "../session/mod.ts";

/** An output that needs nothing further to be known. */
export type PlainOutput = Exclude<Output, { type: "store" }>;

/** What a turn ends in. */
export interface TurnSink {
  carryOut(output: PlainOutput): void;
  /** The turn is over: what was sent is to be written. */
  endTurn(): void;
  /** A commit failed with `error`. */
  commitFailed(error: unknown): void;
  /** One of the others threw: a defect, by which no other output is to suffer. */
  defect(error: unknown): void;
}

/** How much may wait for a commit before no more is read from connections, in bytes, roughly. */
const MAX_BACKLOG = 16 * 1024 * 1024;
/** What an output, and what a text in it takes beside its bytes, roughly. */
const OVERHEAD = 128;

/** Gathers outputs and carries them out turn by turn. */
export class Turns {
  readonly #history: History;
  readonly #sink: TurnSink;
  #gathered: Output[] = [];
  #gatheredBytes = 0;
  /** Where somebody waits for it: see {@linkcode room}. */
  #room: PromiseWithResolvers<void> | undefined;
  #running: Promise<void> | undefined;

  constructor(history: History, sink: TurnSink) {
    this.#history = history;
    this.#sink = sink;
  }

  /** Adds to the turn that is being gathered. */
  add(output: Output): void {
    this.#gathered.push(output);
    this.#gatheredBytes += bytesOf(output);
    this.#running ??= this.#run();
  }

  /** Whether reading on should wait for {@linkcode room}. */
  get behind(): boolean {
    return this.#gatheredBytes > MAX_BACKLOG;
  }

  /** Resolves when what is gathered now is being committed, whatever others add meanwhile. */
  room(): Promise<void> {
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  /** Resolves when nothing is left to be carried out, once nobody adds any more. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // After the reads that the event loop has completed along with this one.
    await Promise.resolve();
    while (this.#gathered.length > 0) {
      const turn = this.#gathered;
      this.#gathered = [];
      this.#gatheredBytes = 0;
      this.#room?.resolve();
      this.#room = undefined;
      const stored = await this.#commit(turn);
      for (const output of turn) this.#carryOut(output, stored);
      this.#attempt(() => this.#sink.endTurn());
    }
    this.#running = undefined;
  }

  #carryOut(output: Output, stored: boolean): void {
    if (output.type !== "store") return this.#attempt(() => this.#sink.carryOut(output));
    const outputs = stored ? output.ifStored : output.ifNot;
    for (const next of outputs) this.#carryOut(next, stored);
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#sink.defect(error);
    }
  }

  async #commit(turn: readonly Output[]): Promise<boolean> {
    const entries = turn.flatMap((output) => output.type === "store" ? [output.message] : []);
    if (entries.length === 0) return true;
    try {
      await this.#history.commit(entries);
      return true;
    } catch (error) {
      this.#sink.commitFailed(error);
      return false;
    }
  }
}

function bytesOf(output: Output): number {
  if (output.type !== "store") return OVERHEAD;
  return output.message.texts.reduce((bytes, text) => bytes + OVERHEAD + text.length, OVERHEAD);
}

/**
 * Real programs at real terminals, by way of tmux, photographed while they run.
 *
 * What they are told to do is scenes.ts's business, and what becomes of the captures picture.ts's.
 */

import { Tmux } from "../stage/tmux.ts";
import { type Capture, readCapture } from "./capture.ts";
import { draw, type Window } from "./picture.ts";

/** Seconds that a moment is shown for, in a picture that moves. */
const TYPING = 0.35;
const READING = 1.6;

/** A terminal with a program at it. */
interface Set {
  readonly below: boolean;
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
  readonly tmux: Tmux;
}

/** How a terminal is opened. */
export interface SetOptions {
  readonly title: string;
  readonly command: readonly string[];
  readonly columns: number;
  readonly rows: number;
  readonly folder?: string;
  /** Whether it stands below those before it in pictures, instead of beside the last one. */
  readonly below?: boolean;
}

/** Several terminals, and the moments at which they were photographed. */
export class Studio implements AsyncDisposable {
  readonly #sets: Set[] = [];
  readonly #moments: { readonly captures: readonly Capture[]; readonly seconds: number }[] = [];

  /** Opens a terminal. */
  async open(
    { title, command, columns, rows, folder, below = false }: SetOptions,
  ): Promise<Tmux> {
    const tmux = await Tmux.open(command, {
      columns,
      rows,
      ...(folder === undefined ? {} : { folder }),
    });
    this.#sets.push({ below, title, columns, rows, tmux });
    return tmux;
  }

  /** Types a line at `tmux`, photographed on the way, and waits for what it shows then. */
  async type(tmux: Tmux, line: string, ...shows: string[]): Promise<void> {
    const characters = Array.from(line);
    const middle = Math.ceil(characters.length / 2);
    for (const part of [characters.slice(0, middle), characters.slice(middle)]) {
      if (part.length === 0) continue;
      await tmux.send(part.join(""));
      await this.shoot(TYPING);
    }
    await tmux.type("Enter");
    for (const text of shows) await tmux.until((screen) => screen.includes(text));
    await this.shoot(READING);
  }

  /** Photographs all terminals as they are now. */
  async shoot(seconds = READING): Promise<void> {
    const captures = await Promise.all(this.#sets.map(async ({ tmux }) => {
      const { text, cursor } = await tmux.capture();
      return readCapture(text, cursor);
    }));
    this.#moments.push({ captures, seconds });
  }

  /** The last moment, as a picture and as text. */
  still(): { svg: string; text: string } {
    const rows = this.#rows(this.#moments.slice(-1).map(({ captures }) => captures));
    return { svg: draw({ rows, times: [0, 1] }), text: rows.flat().map(textOf).join("\n") };
  }

  /** All moments, as a picture that moves. */
  film(): string {
    const times = this.#moments.reduce(
      (times, { seconds }) => [...times, times.at(-1)! + seconds],
      [0],
    );
    const rows = this.#rows(this.#moments.map(({ captures }) => captures));
    return draw({ rows, times: times.map((time) => Number(time.toFixed(2))) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { tmux } of this.#sets) await tmux[Symbol.asyncDispose]();
  }

  #rows(moments: readonly (readonly Capture[])[]): Window[][] {
    const all: Window[][] = [[]];
    this.#sets.forEach(({ below, title, columns, rows }, i) => {
      if (below) all.push([]);
      all.at(-1)!.push({ title, columns, rows, captures: moments.map((captures) => captures[i]!) });
    });
    return all;
  }
}

/** A window as plain text: its title, and what it shows. */
function textOf({ title, captures }: Window): string {
  const lines = captures.at(-1)!.rows.map((row) => row.map(({ text }) => text).join("").trimEnd());
  return `--- ${title}\n${lines.join("\n").trimEnd()}\n`;
}

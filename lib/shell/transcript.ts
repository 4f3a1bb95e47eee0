/**
 * The lines above the one that is being typed: what a person reads, with the time it happened.
 *
 * In a pipe every line is plain, and no time is told. What the lines say is mostly not known here.
 */

import type { Terminal } from "../terminal/mod.ts";
import { visible } from "../terminal/mod.ts";
import { dayOf, timeOf } from "./clock.ts";

/** What a transcript needs. */
export interface TranscriptOptions {
  /** The user's own client-ID. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The lines of one terminal. */
export class Transcript {
  readonly #terminal: Terminal;
  readonly #name: string;
  readonly #now: () => number;
  #day: string;

  constructor(terminal: Terminal, { name, now }: TranscriptOptions) {
    this.#terminal = terminal;
    this.#name = name;
    this.#now = now;
    this.#day = dayOf(now());
  }

  /** Prints a line that holds nothing of others' but what is visible already. */
  print(line: string): void {
    this.#terminal.print(line);
  }

  /** Shows a command again that was taken off the input line to be obeyed. */
  echo(prompt: string, line: string): void {
    this.#terminal.print(prompt + visible(line));
  }

  /** A message from `peer`. */
  received(peer: string, text: string): void {
    if (this.#terminal.interactive) this.#message(this.#now(), peer, peer, visible(text));
    else this.#terminal.print(`${peer}: ${visible(text)}`);
  }

  /** A message of the user's to `peer` that is stored; a script knows what it sent. */
  stored(peer: string, text: string): void {
    if (this.#terminal.interactive) {
      this.#message(this.#now(), this.#name, peer, `${visible(text)} ✓`);
    }
  }

  /** A message of the user's that was stored at `at`, as turns out now. */
  hadArrived(at: number, peer: string, text: string): void {
    this.#message(at, this.#name, peer, `${visible(text)} ✓ (had arrived)`);
  }

  #message(at: number, sender: string, peer: string, text: string): void {
    const day = dayOf(at);
    if (day !== this.#day) this.#terminal.print(`--- ${day} ---`);
    this.#day = day;
    const width = Math.max(this.#name.length, peer.length);
    this.#terminal.print(`${timeOf(at)} ${sender.padStart(width)}: ${text}`);
  }
}

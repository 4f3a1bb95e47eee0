/**
 * Two screens with the messages between them and a server, as rows of text: what a play tells,
 * drawn. Time runs downwards, the server is the line in the middle.
 *
 * It prints nothing, and knows nothing of terminals but how wide they are.
 */

import type { Told } from "../stage/mod.ts";

/** Width of one side's messages: the longest name, a space, an arrow. */
const WIRE = 15;
const SERVER = "│";
const MIN_SCREEN = 23;
const MAX_SCREEN = 36;

/** How a part of a row looks: a screen's text, what is typed, or a message on the wire. */
export type Style = "screen" | "typed" | "wire";

/** Draws rows. */
export class Diagram {
  readonly #left: string;
  readonly #right: string;
  readonly #paint: (text: string, style: Style) => string;
  readonly #screen: number;

  /**
   * @param ids whose screens stand left and right
   * @param width columns of the whole; never drawn in fewer than 79
   * @param paint gives a text its looks, without changing its width
   */
  constructor(
    ids: readonly [string, string],
    width: number,
    paint: (text: string, style: Style) => string,
  ) {
    [this.#left, this.#right] = ids;
    this.#paint = paint;
    const room = Math.floor((width - 2 * WIRE - SERVER.length - 3) / 2);
    this.#screen = Math.min(MAX_SCREEN, Math.max(MIN_SCREEN, room));
  }

  /** The rows above all others. */
  heading(): string[] {
    const server = "server".padStart(WIRE + 4).padEnd(2 * WIRE + 1);
    const rule = "─".repeat(this.#screen);
    return [
      `${this.#left.padEnd(this.#screen)} ${server} ${this.#right}`,
      `${rule} ${" ".repeat(WIRE)}${SERVER}${" ".repeat(WIRE)} ${rule}`,
    ];
  }

  /** The rows for something that happened. */
  rows({ id, does, what }: Told): string[] {
    const [name] = what.split("(", 1);
    switch (does) {
      case "types":
        return this.#onScreen(id, `> ${what}`, "typed");
      case "sees":
        return this.#onScreen(id, what, "screen");
      case "sends":
        return [this.#onWire(id, name!, id === this.#left)];
      case "receives":
        return [this.#onWire(id, name!, id !== this.#left)];
      case "closes TCP":
        return [this.#onWire(id, "closes TCP", id === this.#left)];
    }
  }

  #onScreen(id: string, text: string, style: Style): string[] {
    const none = " ".repeat(WIRE);
    return wrap(text, this.#screen).map((line) =>
      id === this.#left
        ? `${this.#paint(line.padEnd(this.#screen), style)} ${this.#paint(none + SERVER, "wire")}`
        : `${" ".repeat(this.#screen)} ${this.#paint(none + SERVER + none, "wire")} ${
          this.#paint(line, style)
        }`
    );
  }

  #onWire(id: string, name: string, rightwards: boolean): string {
    const shaft = "─".repeat(WIRE - name.length - 2);
    const arrow = rightwards ? `${name} ${shaft}►` : `◄${shaft} ${name}`;
    const none = " ".repeat(WIRE);
    const row = id === this.#left ? `${arrow}${SERVER}${none}` : `${none}${SERVER}${arrow}`;
    return `${" ".repeat(this.#screen)} ${this.#paint(row, "wire")}`;
  }
}

/** `text` in lines of at most `width`, cut between words; a longer word stays whole. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `  ${word}`;
    } else {
      line += line === "" ? word : ` ${word}`;
    }
  }
  return [...lines, line];
}

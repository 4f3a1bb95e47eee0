/** What no log may hold, and every way in which it could stand there. */

import { encodeBase64 } from "@std/encoding/base64";
import { encodeHex } from "@std/encoding/hex";

const encoder = new TextEncoder();

/** This many bytes of a key, from its beginning or its end, are too many. */
const TELLING = 8;

/** Secrets and texts, by a name for each, and where they are looked for. */
export class Forbidden {
  readonly #needles = new Map<string, string>();

  /** How many there are to look for. */
  get size(): number {
    return this.#needles.size;
  }

  /** `text` must not be seen. */
  text(name: string, text: string): void {
    this.#needles.set(text, name);
    this.#needles.set(JSON.stringify(text).slice(1, -1), `${name}, escaped`);
    this.#encoded(name, encoder.encode(text));
  }

  /** Neither the beginning nor the end of `bytes` must be seen. */
  bytes(name: string, bytes: Uint8Array): void {
    this.#encoded(`the beginning of ${name}`, bytes.subarray(0, TELLING));
    this.#encoded(`the end of ${name}`, bytes.subarray(-TELLING));
  }

  /** The names of all that `output` holds. */
  foundIn(output: string): string[] {
    return [...this.#needles].filter(([needle]) => output.includes(needle)).map(([, name]) => name);
  }

  #encoded(name: string, bytes: Uint8Array): void {
    const hex = encodeHex(bytes);
    this.#needles.set(hex, `${name}, in hex`);
    this.#needles.set(hex.toUpperCase(), `${name}, in HEX`);
    this.#needles.set([...bytes].join(","), `${name}, in numbers`);
    this.#needles.set([...bytes].join(", "), `${name}, in spaced numbers`);
    const object = JSON.stringify(Object.fromEntries(bytes.entries()));
    this.#needles.set(object.slice(1, -1), `${name}, as JSON has bytes`);
    for (const before of [0, 1, 2]) {
      const base64 = base64Within(bytes, before);
      this.#needles.set(base64, `${name}, in base64`);
      const url = base64.replaceAll("+", "-").replaceAll("/", "_");
      this.#needles.set(url, `${name}, in base64url`);
    }
  }
}

/** What of the base64 of `bytes` depends on nothing else, when so many bytes stand before them. */
function base64Within(bytes: Uint8Array, before: number): string {
  const shifted = new Uint8Array(before + bytes.length);
  shifted.set(bytes, before);
  const end = Math.floor(8 * shifted.length / 6);
  return encodeBase64(shifted).slice(Math.ceil(8 * before / 6), end);
}

/**
 * A question at a terminal whose answer is not shown: typed like a line, and kept nowhere.
 *
 * What is asked is not known here, nor how it is drawn.
 */

import type { Input } from "./keys.ts";
import { LineEditor } from "./line_editor.ts";

/** One question. */
export class Question {
  readonly #editor = new LineEditor();
  readonly #answer = Promise.withResolvers<string | undefined>();

  /** @param prompt what stands on the screen meanwhile */
  constructor(readonly prompt: string) {}

  /** Undefined from somebody who does not want to answer: Ctrl-C, or Ctrl-D instead of an answer. */
  get answer(): Promise<string | undefined> {
    return this.#answer.promise;
  }

  /** Does what was typed or pasted. @returns whether that was the answer */
  obey(input: Exclude<Input, { kind: "focus" }>): boolean {
    if (input.kind !== "key") {
      const [text, ...more] = input.text.split("\n");
      this.#editor.insert(text!);
      return more.length > 0 && this.#end(this.#editor.line);
    }
    const { name } = input;
    if (name === "enter") return this.#end(this.#editor.line);
    if (name === "ctrl-c" || (name === "ctrl-d" && this.#editor.line === "")) return this.giveUp();
    this.#editor.press(name);
    return false;
  }

  /** Nobody will answer. */
  giveUp(): true {
    return this.#end(undefined);
  }

  #end(answer: string | undefined): true {
    this.#answer.resolve(answer);
    return true;
  }
}

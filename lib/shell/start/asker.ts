/** Questions for a person at a terminal, one after the other, before there is a chat. */

import { askSecret } from "../../terminal/mod.ts";

/** Who asks. Undefined is the answer of somebody who wants to be asked no more. */
export interface Asker {
  /** An answer without surplus spaces; `otherwise`, where nothing is typed. */
  ask(question: string, otherwise?: string): string | undefined;
  /** An answer that is not shown, as it was typed. */
  askSecret(question: string): string | undefined;
  /** Yes or no; no, where nothing is typed. */
  confirm(question: string): boolean;
}

/** Asks at the terminal of this process; undefined where there is none. */
export function askerAtTerminal(): Asker | undefined {
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) return undefined;
  return {
    ask(question, otherwise): string | undefined {
      const hint = otherwise === undefined ? "" : ` [${otherwise}]`;
      const answer = prompt(`${question}${hint}:`)?.trim();
      return answer === "" ? otherwise ?? "" : answer;
    },
    askSecret: (question) => askSecret(`${question}:`),
    confirm: (question) => confirm(question),
  };
}

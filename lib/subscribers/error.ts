/**
 * What is wrong with a file of subscribers, told to the admin who edits it.
 *
 * One line for each problem: file, line, subscriber, what is wrong and what to do. Secrets never
 * get here, and neither do the lines of the file, which would show them.
 */

/** Keys longer than this, in characters, are cut when they are shown. */
const MAX_SHOWN = 40;

/** One problem. `line` counts from 1; it and `subscriber` are absent where there is none to name. */
export interface Problem {
  readonly line?: number;
  readonly subscriber?: string;
  readonly what: string;
  readonly remedy: string;
}

/** A file of subscribers cannot be used. Its message tells every problem, one line each. */
export class SubscribersError extends Error {
  override readonly name = "SubscribersError";
  /** The file, as it was named. */
  readonly file: string;
  /** All problems found, in the order of their lines. */
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[], options?: ErrorOptions) {
    const sorted = problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
    super(sorted.map((problem) => sentence(file, problem)).join("\n"), options);
    this.file = file;
    this.problems = sorted;
  }
}

/** A key of the file in quotes, control characters escaped. */
export function quoted(key: string): string {
  return JSON.stringify(key.length > MAX_SHOWN ? `${key.slice(0, MAX_SHOWN)}...` : key);
}

function sentence(file: string, { line, subscriber, what, remedy }: Problem): string {
  const place = line === undefined ? file : `${file}:${line}`;
  const who = subscriber === undefined ? "" : `subscriber ${quoted(subscriber)}: `;
  return `${place}: ${who}${what}; ${remedy}`;
}

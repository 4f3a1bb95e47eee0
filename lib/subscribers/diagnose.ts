/**
 * Finds every problem of a file that was rejected, and the line of each.
 *
 * The TOML parser stops at its first error and gives values no position, so the text is cut at its
 * table headers and each section parsed alone. Whether a file is good is not decided here: the
 * worst that odd TOML can do is a less exact line.
 */

import { parse, TomlError } from "smol-toml";
import { flaws, FORM, type SubscriberRules } from "./entry.ts";
import type { Problem } from "./error.ts";

/** A header with what belongs to it, or what stands before the first header. */
interface Section {
  readonly line: number;
  readonly text: string;
}

/** What may hide a bracket or a key: strings of several lines, strings, comments. */
const HIDING = /"""(?:\\[^]|[^\\])*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#.*/;
const HEADER = new RegExp(`^[ \\t]*(?<found>\\[)|${HIDING.source}`, "gm");
const NAME = /[\w-]+|"[^"\n]*"|'[^'\n]*'/;
const KEY = new RegExp(
  `^[ \\t]*(?:\\[+[ \\t]*|(?=(?:${NAME.source})[ \\t]*[.=]))(?<found>${NAME.source})|${HIDING.source}`,
  "gm",
);

/** All problems of the file `toml`, which has at least one. */
export function diagnose(toml: string, rules: SubscriberRules = {}): Problem[] {
  const problems = problemsOf(sections(toml), rules);
  return problems.length > 0 ? problems : problemsOf([{ line: 1, text: toml }], rules);
}

function problemsOf(sections: readonly Section[], rules: SubscriberRules): Problem[] {
  const problems: Problem[] = [];
  const firstLine = new Map<string, number>();
  for (const section of sections) {
    const lines = keyLines(section);
    let document: Record<string, unknown>;
    try {
      document = parse(section.text);
    } catch (error) {
      problems.push(syntaxProblem(error, section, lines));
      continue;
    }
    for (const [subscriber, entry] of Object.entries(document)) {
      const line = lines.get(subscriber) ?? section.line;
      const first = firstLine.get(subscriber);
      if (first === undefined) firstLine.set(subscriber, line);
      else problems.push({ line, subscriber, ...twice(`line ${first}`) });
      for (const { key, what, remedy } of flaws(subscriber, entry, rules)) {
        const at = key === undefined ? line : lines.get(key) ?? line;
        problems.push({ line: at, subscriber, what, remedy });
      }
    }
  }
  return problems;
}

function syntaxProblem(
  error: unknown,
  section: Section,
  lines: ReadonlyMap<string, number>,
): Problem {
  if (!(error instanceof TomlError)) throw error;
  const line = section.line + error.line - 1;
  const place = { line, ...subscriberAt(section, line, lines) };
  // The rest of the parser's message quotes the file, and so the secret.
  const reason = error.message.split("\n", 1)[0]!.replace("Invalid TOML document: ", "");
  if (reason.startsWith("trying to redefine")) return { ...place, ...twice("a line above") };
  return { ...place, what: `this is not TOML (${reason})`, remedy: FORM };
}

function twice(where: string): Pick<Problem, "what" | "remedy"> {
  return { what: `this stands already on ${where}`, remedy: "remove one of the two" };
}

/** Whose line it is: the header's subscriber, or before all headers the last one begun. */
function subscriberAt(
  { text }: Section,
  line: number,
  lines: ReadonlyMap<string, number>,
): Pick<Problem, "subscriber"> {
  const begun = [...lines].filter(([, begins]) => begins <= line).map(([key]) => key);
  const subscriber = /^[ \t]*\[/.test(text) ? begun.at(0) : begun.at(-1);
  return subscriber === undefined ? {} : { subscriber };
}

/** The text cut before each table header. */
function sections(toml: string): Section[] {
  const starts = [0, ...found(HEADER, toml).map((match) => match.index), toml.length];
  const result: Section[] = [];
  let line = 1;
  for (let i = 0; i + 1 < starts.length; i++) {
    const text = toml.slice(starts[i], starts[i + 1]);
    result.push({ line, text });
    line += newlines(text);
  }
  return result;
}

/** The line on which each key of a section first begins one, its header's key among them. */
function keyLines({ line, text }: Section): Map<string, number> {
  const lines = new Map<string, number>();
  let at = 0;
  for (const match of found(KEY, text)) {
    line += newlines(text.slice(at, match.index));
    at = match.index;
    const key = match.groups!["found"]!.replace(/^(["'])(.*)\1$/, "$2");
    if (!lines.has(key)) lines.set(key, line);
  }
  return lines;
}

function found(pattern: RegExp, text: string): RegExpExecArray[] {
  return [...text.matchAll(pattern)].filter((match) => match.groups?.["found"] !== undefined);
}

function newlines(text: string): number {
  return text.split("\n").length - 1;
}

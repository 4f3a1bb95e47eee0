/**
 * What somebody may have meant who typed something that is nearly it.
 *
 * What the words are is not known here: commands, or client-IDs.
 */

import { closestString } from "@std/text/closest-string";
import { levenshteinDistance } from "@std/text/levenshtein-distance";

/** So many letters of a word for each that may be wrong. */
const LETTERS_PER_SLIP = 3;

/** The one of `words` that `typed` may be a slip of; undefined where none is near. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const twins = turnedRound(typed.toLowerCase());
  const turned = words.find((word) => twins.includes(word.toLowerCase()));
  if (turned !== undefined) return turned;
  const word: string = closestString(typed, [...words]);
  const slips: number = levenshteinDistance(typed.toLowerCase(), word.toLowerCase());
  return slips * LETTERS_PER_SLIP <= Math.max(typed.length, word.length) ? word : undefined;
}

/** `word` with two neighbouring letters exchanged, in every place: one slip, that looks like two. */
function turnedRound(word: string): string[] {
  return Array.from(
    { length: Math.max(0, word.length - 1) },
    (_, i) => word.slice(0, i) + word[i + 1] + word[i] + word.slice(i + 2),
  );
}

/** Reasons and outcomes: a number on the wire, a name everywhere else. */

import { CodecError } from "./error.ts";

/** The names of `codes`, by number. */
export function names<N extends string>(
  codes: Readonly<Record<N, number>>,
): ReadonlyMap<number, N> {
  return new Map((Object.keys(codes) as N[]).map((name) => [codes[name], name]));
}

/**
 * The name that has the number `code`.
 *
 * @throws {CodecError} `bad_number` where there is none
 */
export function named<N extends string>(names: ReadonlyMap<number, N>, code: number): N {
  const name = names.get(code);
  if (name === undefined) throw new CodecError("bad_number");
  return name;
}

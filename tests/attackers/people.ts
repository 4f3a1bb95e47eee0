/** The subscribers of the server under attack: their names, their secrets, and their file. */

/** How many measure the log-ons, by turns: under load one client-ID alone has room for a few. */
export const HONEST = 200;
/** Pairs that may chat. */
export const MAX_PAIRS = 20;

/** The one who logs on for the time number `index`, from 0. */
export function honest(index: number): string {
  return `honest-${index % HONEST}`;
}

/** The member number `side`, 0 or 1, of the pair number `pair`. */
export function chatter(pair: number, side: 0 | 1): string {
  return `pair-${pair}-${"ab"[side]}`;
}

/** The secret of a subscriber. */
export function secretFor(name: string): string {
  return `the secret that belongs to ${name}`;
}

/** The text of `subscribers.toml`. */
export function subscribersToml(): string {
  const names = Array.from({ length: HONEST }, (_, index) => honest(index));
  for (let pair = 0; pair < MAX_PAIRS; pair++) names.push(chatter(pair, 0), chatter(pair, 1));
  return names.map((name) => `[${name}]\nsecret = "${secretFor(name)}"\n`).join("");
}

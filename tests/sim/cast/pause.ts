/** Lets some of one's own time pass: `length` milliseconds, by the world's clock. */
export function pause(length: number): Promise<void> {
  // Not @std/async's: a package from npm may have timers of its own, which are no world's.
  return new Promise((resolve) => void setTimeout(resolve, length));
}

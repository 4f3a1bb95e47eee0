/** What went wrong, for a sentence that a person reads. */

/** What the system says was wrong. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

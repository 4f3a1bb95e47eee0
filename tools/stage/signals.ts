/** Ctrl-C and its like, so that a program that is told to stop can tidy up first. */

/** Unix's exit code for a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/**
 * Runs `play`, but no longer than until this process is told to stop; its `signal` tells it that.
 *
 * @returns the exit code: that of `play`, or the one for being interrupted
 */
export async function untilInterrupted(
  play: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) Deno.addSignalListener(signal, stop);
  try {
    return await play(controller.signal);
  } catch (error) {
    if (controller.signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, stop);
  }
}

/** How the system tells the server program to stop, or to look at its files again. */

const WINDOWS = Deno.build.os === "windows";
/** Windows has no SIGTERM to listen to, but a Ctrl-Break. */
const STOP: readonly Deno.Signal[] = WINDOWS ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];

/** Resolves when the program is told to stop. Until then each SIGHUP has it call `reload`. */
export function untilStopped(reload: () => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of STOP) Deno.addSignalListener(signal, resolve);
  // Windows has no such signal.
  if (WINDOWS) return promise;
  const atTerminal = Deno.stdin.isTerminal();
  Deno.addSignalListener("SIGHUP", () => {
    // A terminal that was closed sends it too, and a server nobody sees is not left behind.
    if (atTerminal && !Deno.stdin.isTerminal()) resolve();
    else reload();
  });
  return promise;
}

/** Programs that the build runs, such as Deno and git; what they say is shown only when they fail. */

/** A program that was run did not do what it was asked for. */
export class CommandError extends Error {
  override readonly name = "CommandError";

  /** @param output all that the program wrote */
  constructor(command: string, readonly output: string) {
    super(`${command} failed:\n${output}`);
  }
}

/**
 * Runs `command` and returns what it wrote to standard output.
 *
 * @throws {CommandError} when it fails
 * @throws {Deno.errors.NotFound} when there is no such program
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  { folder, env = {} }: { folder: string; env?: Readonly<Record<string, string>> },
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd: folder,
    env: { NO_COLOR: "1", ...env },
  }).output();
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new CommandError(`${command} ${args[0]}`, `${errors}${output}`.trim());
  return output!;
}

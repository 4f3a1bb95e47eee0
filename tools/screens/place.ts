/**
 * A place of its own for a scene: a home folder, a server's folder, and both programs on the path.
 *
 * What is typed there is what a person would type who has the programs installed. Nothing of it
 * remains afterwards.
 */

import { DELIMITER, join, resolve } from "@std/path";
import { launchOf, ROOT } from "../stage/mod.ts";
import { Studio } from "./studio.ts";

/** Who the sample subscribers' folder is for. */
export interface Place extends AsyncDisposable {
  /** Where the server is started. */
  readonly folder: string;
  readonly studio: Studio;
  /** The command that opens a shell with nothing but a dollar sign for a prompt. */
  readonly shell: readonly string[];
}

/** A place whose server has the sample subscribers. */
export async function openPlace(): Promise<Place> {
  const root = await Deno.makeTempDir({ prefix: "parley-" });
  const folder = join(root, "server");
  const bin = join(root, "bin");
  for (const path of [folder, bin]) await Deno.mkdir(path);
  await Deno.copyFile(join(ROOT, "subscribers.toml"), join(folder, "subscribers.toml"));
  await Deno.chmod(join(folder, "subscribers.toml"), 0o600);
  for (const [name, task] of [["parley-server", "server"], ["parley", "client"]] as const) {
    const { command, args } = launchOf(task);
    // Sources are found from wherever the shell is.
    const words = args.map((word) => word === `${task}.ts` ? join(ROOT, word) : word);
    if (words.length > 0) words.splice(1, 0, "--config", join(ROOT, "deno.json"));
    const line = [resolve(command), ...words].map((word) => `'${word}'`).join(" ");
    await Deno.writeTextFile(join(bin, name), `#!/bin/sh\nexec ${line} "$@"\n`, { mode: 0o755 });
  }
  const path = [bin, Deno.env.get("PATH")].join(DELIMITER);
  const environment = [`PATH=${path}`, `HOME=${root}`, "PS1=$ ", "TERM=screen", "LANG=C.UTF-8"];
  const deno = Deno.env.get("DENO_DIR") ?? join(Deno.env.get("HOME")!, ".cache", "deno");
  const studio = new Studio();
  return {
    folder,
    studio,
    shell: ["env", "-i", ...environment, `DENO_DIR=${deno}`, "bash", "--norc", "--noprofile"],
    [Symbol.asyncDispose]: async () => {
      await studio[Symbol.asyncDispose]();
      await Deno.remove(root, { recursive: true });
    },
  };
}

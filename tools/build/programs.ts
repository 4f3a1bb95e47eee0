/**
 * The two programs that people download, as their tasks in deno.json have them.
 *
 * What a compiled program may do stands there and nowhere else: it gets its task's permissions.
 */

import { fromFileUrl, join } from "@std/path";
import config from "../../deno.json" with { type: "json" };

/** The folder of the sources. */
export const ROOT = fromFileUrl(new URL("../../", import.meta.url));

/** Where everything that is built goes. */
export const DIST = join(ROOT, "dist");

/** Where the bundles go. */
export const BUNDLES = join(DIST, "bundle");

/** The version of both programs. */
export const VERSION = config.version;

/** A program. */
export interface Program {
  /** Its name as a compiled program, without an extension. */
  readonly name: string;
  /** Its source, from {@linkcode ROOT}. */
  readonly source: string;
  /** Its permissions and features, as flags of Deno. */
  readonly flags: readonly string[];
  /** Files of {@linkcode ROOT} that go into its archives besides itself. */
  readonly companions: readonly string[];
}

const COMPANIONS = ["README.md", "LICENSE", "THIRD_PARTY.md", "subscribers.toml"];

/** Both. */
export const PROGRAMS: readonly Program[] = [
  {
    name: "parley-server",
    ...fromTask("server"),
    companions: [...COMPANIONS, "packaging/parley-server.service"],
  },
  { name: "parley", ...fromTask("client"), companions: COMPANIONS },
];

/** Reads `deno run [flags] source`. */
function fromTask(task: "server" | "client"): Pick<Program, "source" | "flags"> {
  const words = config.tasks[task].command.split(" ");
  const features = config.unstable.map((feature) => `--unstable-${feature}`);
  return { source: words.at(-1)!, flags: [...words.slice(2, -1), ...features] };
}

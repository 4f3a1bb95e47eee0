/** The client program: see lib/shell/start/program.ts for what the command line may say. */

import config from "./deno.json" with { type: "json" };
import { runClientProgram } from "./lib/shell/mod.ts";

if (import.meta.main) {
  const exitCode = await runClientProgram(Deno.args, config.version, {
    say: (text) => console.log(text),
    complain: (text) => console.error(text),
  });
  Deno.exit(exitCode);
}

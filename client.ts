/** The client program: see lib/shell/start/program.ts for what the command line may say. */

import config from "./deno.json" with { type: "json" };
import { runClientProgram } from "./lib/shell/mod.ts";
import { sayLine } from "./lib/terminal/mod.ts";

if (import.meta.main) {
  const exitCode = await runClientProgram(Deno.args, config.version, {
    say: sayLine,
    complain: (text) => console.error(text),
  });
  Deno.exit(exitCode);
}

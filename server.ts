/** The server program: see lib/admin/program.ts for what the command line may say. */

import config from "./deno.json" with { type: "json" };
import { runServerProgram } from "./lib/admin/mod.ts";

if (import.meta.main) {
  const exitCode = await runServerProgram(Deno.args, config.version, {
    say: (text) => console.log(text),
    complain: (text) => console.error(text),
  });
  Deno.exit(exitCode);
}

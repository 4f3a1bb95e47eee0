/** The server program: see lib/admin/program.ts for what the command line may say. */

import config from "./deno.json" with { type: "json" };
import { runServerProgram } from "./lib/admin/mod.ts";
import { sayLine } from "./lib/terminal/mod.ts";

if (import.meta.main) {
  const exitCode = await runServerProgram(Deno.args, config.version, {
    say: sayLine,
    complain: (text) => console.error(text),
  });
  Deno.exit(exitCode);
}

/** The client program, which tells at its end what it may still do. */

import { runClientProgram } from "../../lib/shell/mod.ts";

if (import.meta.main) {
  const exitCode = await runClientProgram(Deno.args, "0.0.0", {
    say: (text) => console.log(text),
    complain: (text) => console.error(text),
  });
  for (const name of ["net", "read", "write", "env"] as const) {
    console.error(name, Deno.permissions.querySync({ name }).state);
  }
  Deno.exit(exitCode);
}

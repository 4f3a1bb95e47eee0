/**
 * A program around a Terminal, for tests to run as a child process.
 *
 * `echo` prints every line again; `print N` prints N lines and ends; `remote PORT` prints what comes
 * from that port of this host, and sends there what is typed; `secret PORT` asks for a secret first.
 */

import { askSecret, openTerminal } from "../../lib/terminal/mod.ts";

const [mode, argument] = Deno.args;
const port = Number(argument);

switch (mode) {
  case "echo": {
    const terminal = openTerminal();
    terminal.setPrompt("not shown> ");
    for await (const line of terminal.lines()) terminal.print(JSON.stringify(line));
    terminal.print("ended");
    break;
  }
  case "print": {
    const terminal = openTerminal();
    for (let i = 1; i <= port; i++) terminal.print(`line ${i}`);
    terminal.close();
    break;
  }
  case "secret":
  case "remote": {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const send = (line: string): Promise<number> =>
      connection.write(new TextEncoder().encode(`${line}\n`));
    if (mode === "secret") await send(askSecret("Secret:") ?? "no secret");
    const terminal = openTerminal();
    terminal.setPrompt("you> ");
    (async () => {
      for await (const text of connection.readable.pipeThrough(new TextDecoderStream())) {
        if (text === "close") terminal.close();
        else terminal.print(text);
      }
    })().catch(() => {});
    for await (const line of terminal.lines()) await send(line);
    terminal.print("ended");
    Deno.exit();
  }
}

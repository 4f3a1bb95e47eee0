/**
 * A program around a Terminal, for tests to run as a child process.
 *
 * `echo` prints every line again; `print N` prints N lines and ends; `gone` loses the terminal
 * that it writes to; `remote PORT` does what comes from that port of this host, a call in JSON on
 * each line, and sends there what is typed; `secret PORT` asks for a secret first; `job PORT` stops
 * at Ctrl-Z.
 */

import { InteractiveTerminal } from "../../lib/terminal/interactive.ts";
import { askSecret, openTerminal } from "../../lib/terminal/mod.ts";
import type { Call } from "./person.ts";

const [mode, argument] = Deno.args;
const port = Number(argument);

switch (mode) {
  case "echo": {
    const terminal = openTerminal();
    terminal.setPrompt("not shown> ");
    for await (const { text } of terminal.lines(() => {})) terminal.print(JSON.stringify(text));
    terminal.print("ended");
    break;
  }
  case "print": {
    const terminal = openTerminal();
    for (let i = 1; i <= port; i++) terminal.print(`line ${i}`);
    terminal.close();
    break;
  }
  case "gone": {
    const terminal = new InteractiveTerminal({ notify: "off", stops: false });
    Deno.stdout.close();
    for await (const { text } of terminal.lines(() => {})) terminal.print(text);
    Deno.exitCode = 17;
    break;
  }
  case "secret":
  case "job":
  case "remote": {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const writer = connection.writable.getWriter();
    const send = (line: string): Promise<void> =>
      writer.write(new TextEncoder().encode(`${line}\n`));
    await send(`${Deno.pid}`);
    if (mode === "secret") await send(askSecret("Secret:") ?? "no secret");
    const terminal = openTerminal({ notify: "desktop", stops: mode === "job" });
    let prompt = "you> ";
    terminal.setPrompt(prompt);
    let stay = false;
    let details = false;

    const obey = (call: Call): void => {
      if ("print" in call) terminal.print(call.print);
      else if ("prompt" in call) terminal.setPrompt(prompt = call.prompt);
      else if ("complete" in call) {
        terminal.setCompleter((typed) => call.complete.filter((line) => line.startsWith(typed)));
      } else if ("alert" in call) terminal.alert(call.alert);
      else if ("page" in call) {
        let { page: left } = call;
        const earlier = (): Promise<readonly string[]> => {
          const end = left;
          left = Math.max(0, left - call.chunk);
          if (call.fails && left === 0) return Promise.reject(new Error("no more"));
          return Promise.resolve(
            Array.from(
              { length: end - left },
              (_, i) => left + i + 1 === call.page && call.last || `line ${left + i + 1}`,
            ),
          );
        };
        terminal.page({ title: "Title", earlier })
          .then(() => send("left"), (error) => send(`failed: ${error.message}`));
      } else if ("ask" in call) {
        terminal.askSecret(call.ask).then((answer) => send(answer ?? "no answer"));
      } else if ("throw" in call) {
        setTimeout(() => {
          throw new Error(call.throw);
        });
      } else if ("stay" in call) stay = true;
      else if ("details" in call) details = true;
      else terminal.close();
    };

    (async () => {
      let pending = "";
      for await (const text of connection.readable.pipeThrough(new TextDecoderStream())) {
        const lines = (pending + text).split("\n");
        pending = lines.pop()!;
        for (const line of lines) obey(JSON.parse(line));
      }
    })().catch(() => {});
    for await (const line of terminal.lines(() => prompt)) {
      await send(details ? JSON.stringify(line) : line.text);
    }
    terminal.print("ended");
    if (!stay) Deno.exit();
  }
}

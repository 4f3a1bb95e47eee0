/**
 * Does what one typed line asks for, and says what came of it.
 *
 * Whose turn it is, and what the prompt says meanwhile, is not known here.
 */

import { CodecError, MAX_TEXT } from "../codec/mod.ts";
import { type ChatClient, NoAnswerError, NotPossibleError } from "../client/mod.ts";
import { type Terminal, visible } from "../terminal/mod.ts";
import type { Comeback } from "./comeback.ts";
import type { Command, Typed } from "./command.ts";
import type { Met } from "./completion.ts";
import { type Aim, type Deliveries, isActive } from "./deliveries.ts";
import { ExportError } from "./export.ts";
import { help, helpAbout } from "./help.ts";
import type { LogOns } from "./log_on.ts";
import { nearest } from "./nearest.ts";
import { StartError } from "./start/out.ts";
import type { HistoryCommand, Past } from "./past.ts";
import type { Remembering } from "./start/remember.ts";

/** What errands are done with. */
export interface ErrandTools {
  readonly client: ChatClient;
  readonly terminal: Terminal;
  readonly deliveries: Deliveries;
  readonly past: Past;
  readonly comeback: Comeback;
  readonly logOns: LogOns;
  readonly met: Met;
  readonly remember: Remembering | undefined;
  /** The profile that is in use. */
  readonly keptIn: string | undefined;
  /** What "Status" shows. */
  readonly status: () => Promise<string>;
  /** Something that was asked for could not be done. */
  readonly onFailure: () => void;
  /** The user leaves. */
  readonly onLeave: () => void;
}

/** Does the errands of one user. */
export class Errands {
  readonly #tools: ErrandTools;

  constructor(tools: ErrandTools) {
    this.#tools = tools;
  }

  /** Does what was typed, for `aim`: a message has one. */
  async run(typed: Typed, aim: Aim | undefined): Promise<void> {
    try {
      await this.#carryOut(typed, aim);
    } catch (error) {
      this.#explain(error);
    }
  }

  async #carryOut(typed: Typed, aim: Aim | undefined): Promise<void> {
    const { terminal, deliveries, logOns, onLeave } = this.#tools;
    switch (typed.kind) {
      case "logOn":
        return await logOns.logOn();
      case "logOff":
        return this.#mistakeIfAny(await logOns.logOff());
      case "chat":
        return await this.#chat(typed);
      case "message":
        return await this.#send(typed.text, aim!);
      case "endChat":
        return this.#endChat(aim);
      case "history":
        return await this.#history(typed);
      case "sendAgain":
        return this.#mistakeIfAny(await deliveries.sendAgain());
      case "forget":
        return terminal.print(deliveries.forget());
      case "status":
        return terminal.print(await this.#tools.status());
      case "remember":
        return this.#remember();
      case "help":
        return terminal.print(help(terminal.interactive));
      case "helpAbout":
        return terminal.print(helpAbout(typed.command));
      case "quit":
        return onLeave();
      case "mistake":
        return this.#noCommand(typed.explanation);
      case "nothing":
        return;
    }
  }

  async #chat({ clientId }: Extract<Command, { kind: "chat" }>): Promise<void> {
    const { client, met, terminal, onFailure } = this.#tools;
    const { state, peer } = client;
    if (state === "Active Chat") {
      return this.#mistake(`In a chat with ${peer}. Type "End chat" first.`);
    }
    if (await client.chat(clientId)) return;
    onFailure();
    const meant = nearest(clientId, met.ids);
    if (!terminal.interactive || meant === undefined || met.ids.includes(clientId)) return;
    terminal.print(`Did you mean "Chat ${meant}"?`);
  }

  #endChat(aim: Aim | undefined): void {
    const { client } = this.#tools;
    if (client.sessionId === undefined) return this.#mistake("Not in a chat.");
    if (aim === undefined) return this.#begunBefore("Not done", client.peer);
    if (!isActive(client, aim)) {
      return this.#mistake(`The chat with ${aim.peer} has ended already.`);
    }
    client.endChat();
  }

  async #send(text: string, aim: Aim): Promise<void> {
    try {
      await this.#tools.deliveries.send(text, aim);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      const { length } = new TextEncoder().encode(text);
      if (this.#tools.terminal.interactive) this.#tools.terminal.print(visible(text));
      this.#mistake(`Not sent: a message has at most ${MAX_TEXT} bytes, this one ${length}.`);
    }
  }

  async #history(command: HistoryCommand): Promise<void> {
    try {
      if (await this.#tools.past.recall(command) > 0) this.#tools.met.add(command.clientId);
    } catch (error) {
      if (!(error instanceof ExportError)) throw error;
      this.#mistake(`Cannot write ${visible(command.file!)}: ${visible(error.message)}.`);
    }
  }

  #remember(): void {
    const { remember, keptIn, terminal } = this.#tools;
    if (keptIn !== undefined) {
      return terminal.print(`Kept already, in ${keptIn}. To change it: parley setup`);
    }
    if (remember === undefined) {
      return this.#mistake('There is nothing to remember. To make a profile: "parley setup".');
    }
    try {
      terminal.print(remember.remember());
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      this.#mistake(`${error.message}.`);
    }
  }

  #explain(error: unknown): void {
    const { client, comeback } = this.#tools;
    if (error instanceof NoAnswerError) return this.#mistake(`No whole answer: ${error.message}.`);
    if (!(error instanceof NotPossibleError)) throw error;
    if (comeback.active) {
      return this.#mistake("Not connected: the connection was lost, and is being made again.");
    }
    this.#mistake(
      client.state === "Offline"
        ? 'Not connected. Type "Log on" first.'
        : "Not possible just now: an answer of the server is awaited.",
    );
  }

  /** What is no command was begun outside of every chat: it is for nobody who is there now. */
  #noCommand(explanation: string): void {
    const { peer } = this.#tools.client;
    if (peer === undefined) this.#mistake(explanation);
    else this.#begunBefore("Not sent", peer);
  }

  #begunBefore(what: string, peer: string | undefined): void {
    this.#mistake(
      `${what}: you began that line before the chat with ${peer}. If you want it, press Up and Enter.`,
    );
  }

  #mistakeIfAny(explanation: string | undefined): void {
    if (explanation !== undefined) this.#mistake(explanation);
  }

  #mistake(explanation: string): void {
    this.#tools.onFailure();
    this.#tools.terminal.print(explanation);
  }
}

/**
 * A person's or a script's client: typed lines become calls of a {@linkcode ChatClient}, notices
 * become lines.
 *
 * Lines are obeyed one after the other: the next waits while an answer is awaited, so that a script
 * need not. Only "Log off" and "Quit" typed by a person do not wait, where no other line waits too:
 * a person who gives up on an answer types nothing else, and what was pasted is obeyed in its order.
 */

import { CodecError, MAX_TEXT } from "../codec/mod.ts";
import {
  type ChatClient,
  LogOnError,
  NoAnswerError,
  NotDeliveredError,
  type Notice,
  NotPossibleError,
} from "../client/mod.ts";
import type { Terminal } from "../terminal/mod.ts";
import { type Command, parseLine, type Typed } from "./command.ts";
import { StartError } from "./out.ts";
import type { Remembering } from "./remember.ts";
import { HELP, historyLine, lineFor } from "./screen.ts";

type HistoryCommand = Extract<Command, { kind: "history" }>;
type ChatCommand = Extract<Command, { kind: "chat" }>;

/** What a shell is told when it is made. */
export interface ShellOptions {
  /** The user's own client-ID, as the prompt shows it. */
  readonly name: string;
  /** Where the server is, as "Status" shows it. */
  readonly server: string;
  /** Log a person on again when the connection is lost; a script never is. */
  readonly reconnect: boolean;
  /** What to add where the server refuses the secret. */
  readonly ifRefused?: string;
  /** What "Remember" keeps; absent where there is nothing to keep. */
  readonly remember?: Remembering;
  /** Milliseconds since 1970; by default, the system's clock. */
  readonly now?: () => number;
}

/** Connects a terminal to a client. */
export class Shell {
  readonly #terminal: Terminal;
  readonly #name: string;
  readonly #ifRefused: string | undefined;
  readonly #remembering: Remembering | undefined;
  #client!: ChatClient;
  #failed = false;
  #leaving = false;
  #loggingOn = false;
  /** Lines whose turn has not come. */
  #waiting = 0;

  constructor(terminal: Terminal, { name, ifRefused, remember }: ShellOptions) {
    this.#terminal = terminal;
    this.#name = name;
    this.#ifRefused = ifRefused;
    this.#remembering = remember;
  }

  /** Shows a notice. To be given to the client as its `onNotice`. */
  notice(notice: Notice): void {
    const line = lineFor(notice);
    if (line !== undefined) this.#terminal.print(line);
    const offer = notice.type === "connected" ? this.#remembering?.proved() : undefined;
    if (offer !== undefined) this.#terminal.print(offer);
    this.#prompt();
    const lost = notice.type === "logged off" && notice.why !== "asked";
    if (lost && !this.#terminal.interactive) this.#giveUp();
  }

  /**
   * Obeys what is typed until the input ends or "Quit".
   *
   * @param logOn log on before anything is typed
   * @returns whether everything that was asked for could be done
   */
  async run(client: ChatClient, { logOn }: { logOn: boolean }): Promise<boolean> {
    this.#client = client;
    this.#prompt();
    let obeyed = logOn ? this.#logOn() : Promise.resolve();
    if (!logOn && this.#terminal.interactive) {
      this.#terminal.print('Offline. Type "Log on" to connect, or "Help".');
    }
    for await (const line of this.#terminal.lines()) {
      const urgent = this.#terminal.interactive && this.#waiting === 0 &&
        isUrgent(this.#parse(line));
      this.#waiting++;
      obeyed = urgent ? this.#obey(line) : obeyed.then(() => this.#obey(line));
      if (urgent || !this.#terminal.interactive) await obeyed;
    }
    this.#leaving = true;
    if (!this.#terminal.interactive) await obeyed;
    await client.logOff();
    return !this.#failed;
  }

  #parse(line: string): Typed {
    return parseLine(line, this.#client.state === "Active Chat");
  }

  async #obey(line: string): Promise<void> {
    this.#waiting--;
    if (this.#leaving) return;
    try {
      await this.#carryOut(this.#parse(line));
    } catch (error) {
      this.#explain(error);
    }
    this.#prompt();
  }

  async #carryOut(typed: Typed): Promise<void> {
    switch (typed.kind) {
      case "logOn":
        return await this.#logOn();
      case "chat":
        return await this.#chat(typed);
      case "message":
        return await this.#send(typed.text);
      case "endChat":
        if (this.#client.state !== "Active Chat") return this.#mistake("Not in a chat.");
        return this.#client.endChat();
      case "history":
        return await this.#history(typed);
      case "logOff":
        if (this.#client.state === "Offline" && !this.#loggingOn) {
          return this.#mistake("Not logged on.");
        }
        return await this.#client.logOff();
      case "help":
        return this.#terminal.print(HELP);
      case "remember":
        return this.#remember();
      case "quit":
        this.#leaving = true;
        return this.#terminal.close();
      case "mistake":
        return this.#mistake(typed.explanation);
      case "nothing":
        return;
    }
  }

  async #logOn(): Promise<void> {
    if (this.#client.state !== "Offline") return this.#mistake("Already logged on.");
    this.#loggingOn = true;
    this.#prompt();
    try {
      await this.#client.logOn();
    } catch (error) {
      if (!(error instanceof LogOnError)) throw error;
      this.#terminal.print(`Log on failed: ${error.message}`);
      if (error.why === "refused" && this.#ifRefused !== undefined) {
        this.#terminal.print(this.#ifRefused);
      }
      if (!this.#terminal.interactive) this.#giveUp();
    } finally {
      this.#loggingOn = false;
      this.#prompt();
    }
  }

  async #chat({ clientId }: ChatCommand): Promise<void> {
    const { state, peer } = this.#client;
    if (state === "Active Chat") {
      return this.#mistake(`In a chat with ${peer}. Type "End chat" first.`);
    }
    const started = await this.#client.chat(clientId);
    if (!started) this.#failed = true;
  }

  async #send(text: string): Promise<void> {
    await this.#client.room();
    try {
      this.#client.send(text).catch((error) => this.#notDelivered(text, error));
    } catch (error) {
      if (error instanceof CodecError) {
        const { length } = new TextEncoder().encode(text);
        return this.#mistake(
          `Not sent: a message has at most ${MAX_TEXT} bytes, this one ${length}.`,
        );
      }
      if (!(error instanceof NotPossibleError)) throw error;
      this.#mistake(`Not delivered (the chat has ended): ${text}`);
    }
  }

  async #history({ clientId, last }: HistoryCommand): Promise<void> {
    let count = 0;
    await this.#client.history(clientId, (message) => {
      count++;
      this.#terminal.print(historyLine(message));
    }, last === undefined ? {} : { last });
    const messages = count === 1 ? "1 message" : `${count === 0 ? "No" : count} messages`;
    this.#terminal.print(`${messages} with ${clientId}`);
  }

  #remember(): void {
    if (this.#remembering === undefined) {
      return this.#mistake('There is nothing to remember. To make a profile: "parley setup".');
    }
    try {
      this.#terminal.print(this.#remembering.remember());
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      this.#mistake(`${error.message}.`);
    }
  }

  #explain(error: unknown): void {
    if (error instanceof NotPossibleError) {
      this.#mistake(
        this.#client.state === "Offline"
          ? 'Not connected. Type "Log on" first.'
          : "Not possible just now: an answer of the server is awaited.",
      );
    } else if (error instanceof NoAnswerError) {
      this.#mistake(`No whole answer: ${error.message}.`);
    } else {
      throw error;
    }
  }

  #notDelivered(text: string, error: unknown): void {
    if (!(error instanceof NotDeliveredError)) throw error;
    this.#mistake(`Not delivered (${error.message}): ${text}`);
  }

  #mistake(explanation: string): void {
    this.#failed = true;
    this.#terminal.print(explanation);
  }

  /** A script cannot go on without its connection. */
  #giveUp(): void {
    this.#failed = true;
    this.#leaving = true;
    this.#terminal.close();
  }

  #prompt(): void {
    const { state, peer } = this.#client;
    const where = peer === undefined
      ? state === "Connected" ? "" : ` (${this.#loggingOn ? "logging on" : state.toLowerCase()})`
      : ` to ${peer}`;
    this.#terminal.setPrompt(`${this.#name}${where}> `);
  }
}

function isUrgent({ kind }: Typed): boolean {
  return kind === "logOff" || kind === "quit";
}

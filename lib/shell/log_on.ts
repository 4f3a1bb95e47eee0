/**
 * Logging on and off as a user asks for it, with another secret where the one they typed was wrong.
 *
 * When the client logs on by itself is not known here.
 */

import { type ChatClient, LogOnError } from "../client/mod.ts";
import type { Terminal } from "../terminal/mod.ts";
import type { Comeback } from "./comeback.ts";

/** What logging on takes. */
export interface LogOnTools {
  readonly client: ChatClient;
  readonly terminal: Terminal;
  readonly comeback: Comeback;
  /** What to add where the server refuses the secret. */
  readonly ifRefused: string | undefined;
  /** Another secret from the user, if they have one to give. */
  readonly anotherSecret: (() => Promise<Uint8Array | undefined>) | undefined;
  /** A log-on begins, and has ended. */
  readonly onChange: () => void;
  /** Something that was asked for could not be done. */
  readonly onFailure: () => void;
  /** A script cannot go on. */
  readonly onLeave: () => void;
}

/** The log-ons of one user. */
export class LogOns {
  readonly #tools: LogOnTools;
  #underWay = false;

  constructor(tools: LogOnTools) {
    this.#tools = tools;
  }

  /** Whether a log-on of the user's is under way, also one that has sent nothing yet. */
  get underWay(): boolean {
    return this.#underWay;
  }

  /** Logs on, or says why not. Who is logged on, or about to be, has what they asked for. */
  async logOn(): Promise<void> {
    const { client, comeback, terminal, onChange } = this.#tools;
    if (client.state === "Offline" && comeback.secondsLeft !== undefined) comeback.cancel();
    if (comeback.active) return terminal.print("Already logging on.");
    if (client.state !== "Offline") return terminal.print("Already logged on.");
    this.#underWay = true;
    onChange();
    try {
      await this.#tryOnceOrAgain();
    } finally {
      this.#underWay = false;
      onChange();
    }
  }

  /** Says why a log-on came to nothing. */
  tellFailure({ why, message }: LogOnError): void {
    const { terminal, ifRefused } = this.#tools;
    terminal.print(`Log on failed: ${message}`);
    if (why === "refused" && ifRefused !== undefined) terminal.print(ifRefused);
  }

  /** Logs off, and gives up what was about to log on. @returns what was wrong with that, if anything */
  async logOff(): Promise<string | undefined> {
    const { client, comeback, terminal } = this.#tools;
    const returning = comeback.active;
    if (client.state === "Offline" && !this.#underWay && !returning) return "Not logged on.";
    comeback.cancel();
    await client.logOff();
    // The connection may have been lost before it was ended.
    if (!returning && !comeback.active) return undefined;
    comeback.cancel();
    terminal.print("Not logging on again.");
    return undefined;
  }

  async #tryOnceOrAgain(secret?: Uint8Array): Promise<void> {
    const { client, terminal, anotherSecret, onFailure, onLeave } = this.#tools;
    try {
      return await client.logOn(secret);
    } catch (error) {
      if (!(error instanceof LogOnError)) throw error;
      this.tellFailure(error);
      const another = error.why === "refused" ? await anotherSecret?.() : undefined;
      if (another !== undefined) return await this.#tryOnceOrAgain(another);
      if (terminal.interactive) return;
      onFailure();
      onLeave();
    }
  }
}

/**
 * A person's or a script's client: typed lines become errands, notices become lines.
 *
 * Lines are obeyed one after the other: the next waits while an answer is awaited, so that a script
 * need not. Only "Log off" and "Quit" typed by a person do not wait, where no other line waits too:
 * a person who gives up on an answer types nothing else, and what was pasted is obeyed in its order.
 */

import { textToString } from "../codec/mod.ts";
import type { ChatClient, Notice } from "../client/mod.ts";
import { type Terminal, visible } from "../terminal/mod.ts";
import { Comeback } from "./comeback.ts";
import { asText, parseLine, type Typed } from "./command.ts";
import { completions, Met } from "./completion.ts";
import { type Aim, Deliveries, sessionOf } from "./deliveries.ts";
import { depart } from "./departure.ts";
import { Errands } from "./errand.ts";
import { LogOns } from "./log_on.ts";
import type { ShellOptions } from "./options.ts";
import { Past } from "./past.ts";
import { type Counts, promptOf } from "./prompt.ts";
import { lineFor } from "./screen.ts";
import { statusOf } from "./status.ts";
import { Transcript } from "./transcript.ts";
import { type Begun, type Waiting, WaitingLines } from "./waiting.ts";

/** Connects a terminal to a client. */
export class Shell {
  readonly #terminal: Terminal;
  readonly #options: ShellOptions;
  readonly #now: () => number;
  readonly #transcript: Transcript;
  readonly #met = new Met();
  readonly #waiting = new WaitingLines();
  #client!: ChatClient;
  #deliveries!: Deliveries;
  #comeback!: Comeback;
  #logOns!: LogOns;
  #errands!: Errands;
  #busy: string | undefined;
  /** A message whose turn has come, and which is not on its way yet. */
  #held: string | undefined;
  #connectedSince: number | undefined;
  #received = 0;
  #failed = false;
  #leaving = false;

  constructor(terminal: Terminal, options: ShellOptions) {
    this.#terminal = terminal;
    this.#options = options;
    this.#now = options.now ?? ((): number => Date.now());
    this.#transcript = new Transcript(terminal, { name: options.name, now: this.#now });
  }

  /** Shows a notice. To be given to the client as its `onNotice`. */
  notice(notice: Notice): void {
    if (!this.#leaving) this.#comeback.notice(notice);
    this.#show(notice);
    this.#deliveries.notice(notice);
    this.#prompt();
    const lost = notice.type === "logged off" && notice.why !== "asked";
    if (!lost || this.#terminal.interactive) return;
    this.#failed = true;
    this.#leave();
  }

  /**
   * Obeys what is typed until the input ends or "Quit".
   *
   * @param logOn log on before anything is typed
   * @returns whether everything that was asked for could be done
   */
  async run(client: ChatClient, { logOn }: { logOn: boolean }): Promise<boolean> {
    this.#begin(client);
    const begun = logOn ? this.#logOns.logOn() : Promise.resolve();
    if (this.#terminal.interactive) await this.#serve(begun, logOn);
    else await this.#play(begun);
    if (this.#terminal.interactive) {
      const [deliveries, transcript] = [this.#deliveries, this.#transcript];
      const undone = (): string[] => [...(this.#held ? [this.#held] : []), ...this.#waiting.texts];
      await depart(client, { deliveries, transcript, undone });
    } else await client.logOff();
    return !this.#failed;
  }

  /** Obeys a script: no line is read before the one before it is done. */
  async #play(begun: Promise<void>): Promise<void> {
    for await (const { text } of this.#terminal.lines(() => undefined)) {
      await begun;
      const aim = sessionOf(this.#client);
      if (!this.#leaving) await this.#obey({ line: text, typed: this.#parse(text, aim), aim });
    }
    await begun;
    this.#leaving = true;
  }

  /** Obeys a person, who may type ahead, and may leave at any time. */
  async #serve(begun: Promise<void>, logOn: boolean): Promise<void> {
    let obeyed = begun;
    if (!logOn) this.#terminal.print('Offline. Type "Log on" to connect, or "Help".');
    const begin = (): Begun => this.#waiting.begin(sessionOf(this.#client));
    for await (const { text: line, pasted, begun } of this.#terminal.lines(begin)) {
      const aim = this.#waiting.aimOf(begun, sessionOf(this.#client));
      const typed = this.#parse(line, aim, pasted);
      const alone = this.#waiting.size === 0 && this.#held === undefined;
      const urgent = alone && (typed.kind === "logOff" || typed.kind === "quit");
      const waiting = { line, typed, aim };
      this.#waiting.add(waiting);
      const turn = async (): Promise<void> => {
        if (this.#leaving) return;
        this.#waiting.take(waiting);
        await this.#obey(waiting);
        this.#waiting.done(waiting);
      };
      obeyed = urgent ? turn() : obeyed.then(turn);
      this.#prompt();
    }
    this.#leaving = true;
    this.#comeback.cancel();
  }

  #begin(client: ChatClient): void {
    const terminal = this.#terminal;
    const { name, reconnect, home, remember, keptIn, ifRefused, anotherSecret } = this.#options;
    const onFailure = (): void => void (this.#failed = true);
    this.#client = client;
    const deliveries = this.#deliveries = new Deliveries(client, this.#transcript, {
      name,
      atTerminal: terminal.interactive,
      onFailure,
    });
    const comeback = this.#comeback = new Comeback(client, reconnect && terminal.interactive, {
      onTick: () => this.#prompt(),
      onGiveUp: (error) => {
        logOns.tellFailure(error);
        this.#prompt();
      },
    });
    const tools = { client, terminal, comeback, onFailure, onLeave: () => this.#leave() };
    const onChange = (): void => this.#prompt();
    const logOns = this.#logOns = new LogOns({ ...tools, ifRefused, anotherSecret, onChange });
    const past = new Past(client, terminal, {
      home,
      onBusy: (what) => {
        this.#busy = what;
        this.#prompt();
      },
    });
    const status = (): Promise<string> => this.#status();
    const met = this.#met;
    this.#errands = new Errands({
      ...tools,
      deliveries,
      past,
      logOns,
      met,
      remember,
      keptIn,
      status,
    });
    terminal.setCompleter((typed) =>
      completions(typed, {
        state: client.state,
        undelivered: deliveries.outbox.undelivered() > 0,
        met: met.ids,
      })
    );
    this.#prompt();
  }

  #show(notice: Notice): void {
    const { type } = notice;
    if (type === "connected") this.#connectedSince = this.#now();
    if (type === "logged off") this.#connectedSince = undefined;
    if (type === "chat started") this.#met.add(notice.peer);
    if (type === "message") {
      const text = textToString(notice.text);
      this.#received++;
      this.#transcript.received(notice.from, text);
      return this.#terminal.alert(`${notice.from}: ${visible(text)}`);
    }
    const line = lineFor(notice);
    if (line === undefined) return;
    this.#transcript.print(line + this.#advice(notice));
    if (type === "chat started") this.#terminal.alert(line);
    const offer = type === "connected" ? this.#options.remember?.proved() : undefined;
    if (offer !== undefined) this.#transcript.print(offer);
  }

  /** What a person may do about a connection that ended. */
  #advice(notice: Notice): string {
    const lost = notice.type === "logged off" && notice.why !== "asked";
    if (!lost || !this.#terminal.interactive || this.#leaving) return "";
    if (notice.why === "revoked") return ". Ask its admin what to do.";
    return this.#comeback.active
      ? '. Logging on again by itself; "Log off" stops that.'
      : '. Type "Log on" to connect again.';
  }

  /** What a line means: for a chat, it is read as in that chat, though it may be over. */
  #parse(line: string, aim: Aim | undefined, pasted = false): Typed {
    // What is pasted as a whole may begin a chat, and is obeyed from there on.
    if (pasted && aim?.sessionId !== undefined) return asText(line);
    return parseLine(line, aim !== undefined, this.#terminal.interactive);
  }

  async #obey({ line, typed, aim }: Waiting): Promise<void> {
    this.#held = typed.kind === "message" ? typed.text : undefined;
    const silent = typed.kind === "message" || typed.kind === "nothing";
    const echoed = !silent && this.#terminal.interactive;
    if (echoed) this.#transcript.echo(this.#promptNow(), line);
    await this.#errands.run(typed, aim);
    this.#held = undefined;
    this.#prompt();
  }

  #leave(): void {
    this.#leaving = true;
    this.#terminal.close();
  }

  #status(): Promise<string> {
    const { outbox } = this.#deliveries;
    return statusOf(this.#client, {
      server: this.#options.server,
      connectedSince: this.#connectedSince,
      reconnectIn: this.#comeback.secondsLeft,
      received: this.#received,
      sent: outbox.storedCount,
      onTheirWay: outbox.onTheirWay,
      undelivered: outbox.undelivered(),
      uncertain: outbox.uncertain.length,
    });
  }

  #prompt(): void {
    if (!this.#terminal.interactive) return;
    const { onTheirWay } = this.#deliveries.outbox;
    const waiting = this.#waiting.size + (this.#held ? 1 : 0);
    this.#terminal.setPrompt(this.#promptNow({ onTheirWay, waiting }));
  }

  #promptNow(counts?: Counts): string {
    const { state, peer } = this.#client;
    return promptOf({
      name: this.#options.name,
      state,
      peer,
      connecting: this.#logOns.underWay || this.#comeback.active,
      reconnectIn: this.#comeback.secondsLeft,
      busy: this.#busy,
    }, counts);
  }
}

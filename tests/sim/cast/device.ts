/**
 * A person's device, and the person at it: the real ChatClient, used as people use it, also
 * wrongly. Whatever they do and see is told to the oracle.
 */

import { ChatClient, LogOnError, type Notice, NotPossibleError } from "../../../lib/client/mod.ts";
import {
  type ClientId,
  CodecError,
  describe,
  type HistoryResp,
  REFUSAL,
  type Refusal,
  textToString,
} from "../../../lib/codec/mod.ts";
import type { Process } from "../world/world.ts";
import { MARK, SERVER, type Stage } from "./stage.ts";

/** One device; switched off and on again, it is a new process each time. */
export class Device {
  readonly #stage: Stage;
  #process: Process | undefined;
  #client: ChatClient | undefined;
  #secret: Uint8Array;
  #starts = 0;
  #said = 0;
  /** Histories that were asked for and have not come to their end. */
  #recalling = 0;

  constructor(
    stage: Stage,
    readonly clientId: ClientId,
    readonly label: string,
    readonly host: string,
  ) {
    this.#stage = stage;
    this.#secret = stage.secrets.get(clientId)!;
  }

  /** Of the present process. */
  get name(): string {
    return `${this.label}#${this.#starts}`;
  }

  get state(): ChatClient["state"] {
    return this.#client?.state ?? "Offline";
  }

  get peer(): ClientId | undefined {
    return this.#client?.peer;
  }

  /** Messages of which it is not known what became of them. */
  get unconfirmed(): number {
    return this.#client?.unconfirmed ?? 0;
  }

  /** Histories that it still waits for. */
  get recalling(): number {
    return this.#recalling;
  }

  /** Whether the secret is the one in force. */
  get knowsSecret(): boolean {
    return this.#stage.secrets.get(this.clientId) === this.#secret;
  }

  get process(): Process | undefined {
    return this.#process;
  }

  /** Starts the program, unless it runs. */
  switchOn(): void {
    if (this.#process !== undefined) return;
    this.#starts++;
    const { world, oracle, clientLimits } = this.#stage;
    const process = this.#process = world.start(this.name, this.host);
    this.#client = new ChatClient({
      server: SERVER,
      clientId: this.clientId,
      secret: this.#secret,
      limits: clientLimits,
      onNotice: (notice) => process.alive && this.#see(notice),
      onTrace: (direction, message) =>
        this.#stage.say(() => `${this.name} ${direction} ${describe(message)}`),
    });
    oracle.starts(this.name, this.clientId);
  }

  /** The program is killed, or the device has no power any more. */
  crash(how: "killed" | "power cut"): void {
    if (this.#process === undefined) return;
    this.#stage.world.kill(this.#process, how);
    this.#stage.oracle.dies(this.name);
    this.#process = undefined;
    this.#client = undefined;
    this.#recalling = 0;
  }

  /** The person learns the secret that is in force. */
  learnSecret(): void {
    if (this.knowsSecret) return;
    this.#secret = this.#stage.secrets.get(this.clientId)!;
    this.crash("killed");
  }

  /** Has the person do something, with the program running; what comes of it. */
  async #use<T>(action: (client: ChatClient) => T): Promise<T | undefined> {
    this.switchOn();
    let result: T | undefined;
    await this.#stage.world.act(this.#process!, () => {
      try {
        result = action(this.#client!);
      } catch (error) {
        const expected = error instanceof NotPossibleError || error instanceof CodecError;
        this.#stage.oracle.demand(expected, `${this.name} fails: ${error}`);
      }
    });
    return result;
  }

  async logOn(): Promise<void> {
    await this.#use((client) => {
      const { name, knowsSecret: knewSecret } = this;
      client.logOn().catch((error) => {
        this.#expect(error, LogOnError, NotPossibleError);
        if (!(error instanceof LogOnError) || error.why !== "refused") return;
        this.#stage.oracle.demand(
          !knewSecret || !this.knowsSecret,
          `${name} is refused its own log-on`,
        );
      });
    });
  }

  async chat(peer: ClientId): Promise<void> {
    await this.#use((client) => void client.chat(peer));
  }

  /** Says `count` things at once, of `length` bytes or a little more. */
  async say(count: number, length: number): Promise<void> {
    await this.#use((client) => {
      for (let i = 0; i < count; i++) this.#sayOne(client, length);
    });
  }

  #sayOne(client: ChatClient, length: number): void {
    const { oracle } = this.#stage;
    const { peer, sessionId } = client;
    const text = `${MARK}${this.name} ${++this.#said} `.padEnd(length, ".");
    // Known beforehand: it may be stored before anything else is told.
    if (peer !== undefined) oracle.says(this.clientId, peer, sessionId!, text);
    const sent = client.send(text);
    sent.then(() => oracle.receipted(text), (error) => {
      const { why } = error as { why: Refusal };
      if (!(why in REFUSAL)) return;
      oracle.refused(text);
      oracle.demand(why !== "out_of_order", `"${text}" of an honest client is out of order`);
    });
  }

  async endChat(): Promise<void> {
    await this.#use((client) => client.endChat());
  }

  async recall(other: ClientId, last: number, before: number): Promise<void> {
    const { oracle } = this.#stage;
    await this.#use((client) => {
      const { name } = this;
      const shown: HistoryResp[] = [];
      const newest = oracle.historyLength(this.clientId, other);
      const answer = client.history(other, (message) => shown.push(message), { last, before });
      this.#recalling++;
      answer.then(() => oracle.recalls(this.clientId, other, { last, before }, newest, shown))
        .catch((error) => this.#stage.say(() => `${name}: ${error.message}`))
        .finally(() => this.#recalling--);
    });
  }

  async logOff(): Promise<void> {
    await this.#use((client) => void client.logOff());
  }

  #see(notice: Notice): void {
    const { oracle } = this.#stage;
    const { name } = this;
    this.#stage.say(() => `${name} sees "${notice.type}"`);
    switch (notice.type) {
      case "chat started":
        return oracle.chatStarts(name, notice.sessionId, notice.peer);
      case "chat ended":
        return oracle.chatEnds(name, notice.sessionId);
      case "logged off":
        return oracle.loggedOff(name);
      case "message": {
        const { sessionId, from, number, text } = notice;
        return oracle.hears(name, sessionId, from, number, textToString(text));
      }
    }
  }

  #expect(error: unknown, ...kinds: (new (...args: never[]) => Error)[]): void {
    const expected = kinds.some((kind) => error instanceof kind);
    this.#stage.oracle.demand(expected, `${this.name} fails: ${error}`);
  }
}

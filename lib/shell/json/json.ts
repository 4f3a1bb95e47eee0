/**
 * A program's client: orders as JSON become calls of a {@linkcode ChatClient}, notices become
 * events as JSON.
 *
 * An order is answered when its answer is there, and does not wait for those before it, but that
 * "log on", "chat" and "log off" are waited for: what follows them depends on them. Nothing but the
 * end of the input, or "quit", ends it.
 */

import type { HistoryResp, SessionId } from "../../codec/mod.ts";
import {
  ChatClient,
  type ChatClientOptions,
  CLIENT_LIMITS,
  LogOnError,
  NoAnswerError,
  type Notice,
  NotPossibleError,
  Reconnector,
} from "../../client/mod.ts";
import { PipedTerminal, type Terminal } from "../../terminal/mod.ts";
import { answers, eventOf, pastEvent, reasonNotDelivered, statusEvent, withRef } from "./events.ts";
import { type Event, eventLine, type Order, OrderError, parseOrder, type Ref } from "./lines.ts";

/** What {@linkcode runJson} needs. */
export interface JsonOptions {
  /** The client; what it tells is heard here. */
  readonly client: Omit<ChatClientOptions, "onNotice">;
  /** Where orders come from and events go: by default, standard input and output. */
  readonly terminal?: Pick<Terminal, "lines" | "print" | "close">;
  /** Log on before the first order. */
  readonly logOn: boolean;
  /** Come back when the connection is lost, or was ended because nothing happened. */
  readonly reconnect: boolean;
}

/**
 * Obeys orders until the input ends or says "quit", and logs off in order.
 *
 * @returns whether everything that was asked for could be done, and the connection held to the end
 */
export function runJson(options: JsonOptions): Promise<boolean> {
  // What is left of a line that was too long is no order, which is told then.
  const { terminal = new PipedTerminal(() => {}) } = options;
  return new JsonClient({ ...options, terminal }).run();
}

type Asked<Name extends Order["do"]> = Extract<Order, { do: Name }>;

class JsonClient {
  readonly #options: Required<JsonOptions>;
  readonly #client: ChatClient;
  readonly #reconnector: Reconnector;
  /** Answers that nobody waits for, but the end does. */
  readonly #underWay = new Set<Promise<void>>();
  readonly #histories = new Set<Promise<void>>();
  /** Orders to log on that the reconnector carries out, when it can. */
  readonly #logOns: Asked<"log on">[] = [];
  /** The order whose answer is a notice that has not come. */
  #awaited: Order | undefined;
  #leaving = false;
  #failed = false;
  #lost = false;

  constructor(options: Required<JsonOptions>) {
    this.#options = options;
    this.#client = new ChatClient({ ...options.client, onNotice: (notice) => this.#hear(notice) });
    this.#reconnector = new Reconnector(this.#client, {
      whenIdle: true,
      onWait: (delay, error) =>
        this.#tell({
          event: "reconnecting",
          in: Math.round(delay),
          ...(error && { why: error.why }),
        }),
      onGiveUp: (error) => this.#eachLogOn((ref) => this.#logOnFailed(error, ref)),
    });
  }

  async run(): Promise<boolean> {
    if (this.#options.logOn) await this.#obey({ do: "log on" });
    let lines = 0;
    for await (const { text } of this.#options.terminal.lines(() => undefined)) {
      lines++;
      if (text.trim() !== "") await this.#obeyLine(text, lines);
      if (this.#leaving) break;
    }
    this.#leaving = true;
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    this.#stopReconnecting();
    await this.#client.logOff();
    return !this.#failed && !this.#lost;
  }

  async #obeyLine(text: string, line: number): Promise<void> {
    let order: Order;
    try {
      order = parseOrder(text);
    } catch (error) {
      if (!(error instanceof OrderError)) throw error;
      const { message: explanation, ref } = error;
      return this.#fail({ event: "error", why: "not understood", explanation, line }, ref);
    }
    await this.#obey(order);
  }

  async #obey(order: Order): Promise<void> {
    switch (order.do) {
      case "log on":
        if (this.#reconnector.active) return void this.#logOns.push(order);
        return await this.#untilAnswered(order);
      case "log off":
      case "chat":
      case "end chat":
        return await this.#untilAnswered(order);
      case "send":
        return await this.#send(order);
      case "history":
        return await this.#history(order);
      case "status":
        return this.#answerLater(this.#status(order));
      case "quit":
        this.#leaving = true;
        this.#awaited = order;
        return this.#options.terminal.close();
    }
  }

  /** Orders that a notice answers. */
  async #untilAnswered(order: Asked<"log on" | "log off" | "chat" | "end chat">): Promise<void> {
    this.#awaited = order;
    try {
      await this.#begin(order);
      if (this.#awaited !== undefined) this.#noAnswer("the connection ended", order.ref);
    } catch (error) {
      if (error instanceof LogOnError) this.#logOnFailed(error, order.ref);
      else this.#notPossible(error, order);
    } finally {
      this.#awaited = undefined;
    }
  }

  async #begin(order: Asked<"log on" | "log off" | "chat" | "end chat">): Promise<unknown> {
    switch (order.do) {
      case "log on":
        if (this.#client.state === "Offline") return await this.#client.logOn();
        return this.#tell(this.#answer({ event: "connected", id: this.#options.client.clientId }));
      case "log off":
        return await this.#logOff();
      case "chat":
        return await this.#client.chat(order.with);
      case "end chat":
        this.#expectSession(order.session ?? this.#client.sessionId);
        return this.#client.endChat();
    }
  }

  async #logOff(): Promise<void> {
    const reconnecting = this.#reconnector.active;
    if (!reconnecting && this.#client.state === "Offline") throw new NotPossibleError("offline");
    this.#stopReconnecting();
    await this.#client.logOff();
    // The connection may have been lost just before.
    this.#stopReconnecting();
    if (reconnecting) this.#tell(this.#answer({ event: "logged off", why: "asked" }));
  }

  async #send({ text, session, ref }: Asked<"send">): Promise<void> {
    const meant = session ?? this.#client.sessionId;
    await this.#client.room();
    try {
      this.#expectSession(meant);
      const sent = this.#client.send(text);
      this.#answerLater(sent.then(
        () => this.#tell(withRef({ event: "delivered", session: meant }, ref)),
        (error) => this.#notDelivered(error, text, ref),
      ));
    } catch (error) {
      this.#notDelivered(error, text, ref);
    }
  }

  async #history(order: Asked<"history">): Promise<void> {
    while (this.#histories.size >= CLIENT_LIMITS.maxHistoryRequests) {
      await Promise.race(this.#histories);
    }
    const answered = this.#tellHistory(order).catch((error) => {
      if (error instanceof NoAnswerError) this.#noAnswer(error.message, order.ref);
      else this.#notPossible(error, order);
    }).finally(() => this.#histories.delete(answered));
    this.#histories.add(answered);
    this.#answerLater(answered);
  }

  async #tellHistory({ with: peer, ref, last, before }: Asked<"history">): Promise<void> {
    let messages = 0;
    const tell = (message: HistoryResp): void => {
      messages++;
      this.#tell(withRef(pastEvent(message, peer), ref));
    };
    await this.#client.history(peer, tell, { ...(last && { last }), ...(before && { before }) });
    this.#tell(withRef({ event: "history end", with: peer, messages }, ref));
  }

  async #status({ ref }: Order): Promise<void> {
    // Without a connection there is none.
    const roundTrip = await this.#client.ping().catch(() => undefined);
    const status = statusEvent(this.#client, this.#options.client, roundTrip);
    this.#tell(withRef({ ...status, reconnecting: this.#reconnector.active }, ref));
  }

  #hear(notice: Notice): void {
    const event = eventOf(notice, this.#options.client.clientId);
    if (event?.event === "connected") {
      this.#eachLogOn((ref) => this.#tell(withRef(this.#answer(event), ref)));
    } else if (event !== undefined) this.#tell(this.#answer(event));
    if (notice.type === "connected") this.#lost = false;
    if (notice.type === "logged off") this.#lost = notice.why !== "asked";
    if (this.#options.reconnect && !this.#leaving) this.#reconnector.notice(notice);
  }

  /** Answers every order to log on that is not awaited; without one, there is no `ref`. */
  #eachLogOn(answer: (ref: Ref | undefined) => void): void {
    const refs = this.#logOns.splice(0).map(({ ref }) => ref);
    for (const ref of refs.length === 0 ? [undefined] : refs) answer(ref);
  }

  #stopReconnecting(): void {
    this.#reconnector.cancel();
    if (this.#logOns.length === 0) return;
    this.#eachLogOn((ref) => this.#logOnFailed(new LogOnError("given up", "given up"), ref));
  }

  /** `event`, as the answer to the awaited order if it is that. */
  #answer(event: Event): Event {
    const order = this.#awaited;
    if (order === undefined || !answers(event, order)) return event;
    this.#awaited = undefined;
    if (event.event === "unreachable") this.#failed = true;
    return withRef(event, order.ref);
  }

  /** Another chat may have begun since the order was given. */
  #expectSession(session: SessionId | undefined): asserts session is SessionId {
    if (session === undefined || session !== this.#client.sessionId) {
      throw new NotPossibleError("not in that chat");
    }
  }

  #answerLater(answered: Promise<void>): void {
    const done = answered.finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  #notDelivered(error: unknown, text: string, ref: Ref | undefined): void {
    this.#fail({ event: "not delivered", ...reasonNotDelivered(error), text }, ref);
  }

  #logOnFailed({ why, message: explanation }: LogOnError, ref: Ref | undefined): void {
    this.#fail({ event: "log-on failed", why, explanation }, ref);
  }

  #notPossible(error: unknown, { do: name, ref }: Order): void {
    if (!(error instanceof NotPossibleError)) throw error;
    const state = this.#reconnector.active ? "reconnecting" : this.#client.state;
    const explanation = `"${name}" is not possible now (${state})`;
    this.#fail({ event: "error", why: "not possible", explanation }, ref);
  }

  #noAnswer(explanation: string, ref: Ref | undefined): void {
    this.#fail({ event: "error", why: "no answer", explanation }, ref);
  }

  #fail(event: Event, ref: Ref | undefined): void {
    this.#failed = true;
    this.#tell(withRef(event, ref));
  }

  #tell(event: Event): void {
    this.#options.terminal.print(eventLine(event));
  }
}

/**
 * A Parley client to build on: what a person does at the keyboard, as methods.
 *
 * It turns the client's state machine: sockets and timers become events, actions become datagrams,
 * frames and notices. What a notice looks like on a screen is not its business.
 */

import {
  type ClientId,
  CodecError,
  type Datagram,
  decodeDatagram,
  encodeDatagram,
  type Frame,
  type HistoryResp,
  type Message,
  type SessionId,
  textFromString,
} from "../codec/mod.ts";
import type { LoginKeys } from "../crypto/mod.ts";
import {
  CLIENT_LIMITS,
  type ClientAction,
  type ClientEvent,
  type ClientLimits,
  type ClientState,
  type Notice,
  Silence,
  stepClient,
  type Timer,
} from "../session/mod.ts";
import {
  connectTcp,
  type Endpoint,
  isPeerError,
  type Link,
  resolveHost,
  UdpSocket,
} from "../transport/mod.ts";
import { LogOnError, NotPossibleError } from "./errors.ts";
import { Pending } from "./pending.ts";

/** What a client needs. */
export interface ChatClientOptions {
  /** The server: a name or an address, and its UDP port. */
  readonly server: Endpoint;
  readonly clientId: ClientId;
  /** K_A. */
  readonly secret: Uint8Array;
  readonly limits?: Partial<ClientLimits>;
  /** Hears everything the user should see. Called synchronously; must not throw. */
  readonly onNotice?: (notice: Notice) => void;
  /** Hears of every message sent and received. Called synchronously; must not throw. */
  readonly onTrace?: (direction: "sent" | "received", message: Message) => void;
}

/** A client, offline until {@linkcode ChatClient.logOn}. */
export class ChatClient implements AsyncDisposable {
  readonly #options: ChatClientOptions;
  readonly #limits: ClientLimits;
  readonly #pending: Pending;
  readonly #timers = new Map<Timer, ReturnType<typeof setTimeout>>();
  #state: ClientState = { name: "Offline" };
  #server: Endpoint;
  #udp: UdpSocket | undefined;
  #link: Link | undefined;
  /** Gives up a TCP connection that is being made. */
  #connecting: AbortController | undefined;
  #loggingOn: PromiseWithResolvers<void> | undefined;
  /** Connections on their way down. */
  #closing: Promise<unknown> = Promise.resolve();
  #flushing = false;

  constructor(options: ChatClientOptions) {
    this.#options = options;
    this.#limits = { ...CLIENT_LIMITS, ...options.limits };
    this.#pending = new Pending(this.#limits.maxUnconfirmed);
    this.#server = options.server;
  }

  /** Where the client stands, by the names of the assignment's state diagrams. */
  get state(): ClientState["name"] {
    return this.#state.name;
  }

  /** With whom a chat is active, if one is. */
  get peer(): ClientId | undefined {
    return this.#state.name === "Active Chat" ? this.#state.peer : undefined;
  }

  /** The session-ID of the active chat, if one is. */
  get sessionId(): SessionId | undefined {
    return this.#state.name === "Active Chat" ? this.#state.sessionId : undefined;
  }

  /** Messages sent and not yet confirmed or refused. */
  get unconfirmed(): number {
    return this.#pending.unconfirmed;
  }

  /**
   * Logs on.
   *
   * @throws {LogOnError} when it comes to nothing
   * @throws {NotPossibleError} unless Offline
   */
  async logOn(): Promise<void> {
    if (this.#state.name !== "Offline" || this.#loggingOn !== undefined) {
      throw new NotPossibleError("already logged on, or about to");
    }
    const loggingOn = this.#loggingOn = Promise.withResolvers<void>();
    try {
      this.#server = await Promise.race([this.#resolveServer(), loggingOn.promise]) ?? this.#server;
      this.#openUdp();
      const nc = crypto.getRandomValues(new Uint8Array(16));
      const secretKey = crypto.getRandomValues(new Uint8Array(32));
      this.#user({ type: "user logs on", random: { nc, secretKey, jitter: Math.random() } });
      await loggingOn.promise;
    } finally {
      this.#loggingOn = undefined;
    }
  }

  /**
   * Asks for a chat.
   *
   * @returns whether it began; if not, the correspondent is unreachable
   * @throws {NotPossibleError} unless Connected
   */
  chat(clientId: ClientId): Promise<boolean> {
    this.#user({ type: "user types Chat", clientId });
    return this.#pending.request(clientId);
  }

  /**
   * Sends a message in the active chat. Resolves when the server has stored it.
   *
   * @throws {CodecError} `bad_text` when it is empty, over 4096 bytes, or not well-formed
   * @throws {NotPossibleError} unless in Active Chat, or when {@linkcode room} should be awaited
   * @throws {NotDeliveredError} (rejects)
   */
  send(text: string): Promise<void> {
    if (this.#pending.unconfirmed >= this.#limits.maxUnconfirmed) {
      throw new NotPossibleError("too many messages on their way; wait for room()");
    }
    const actions = this.#user({ type: "user types a message", text: textFromString(text) });
    const sent = actions.find((action) => action.type === "send");
    if (sent?.frame.type !== "CHAT") throw new NotPossibleError("not in a chat");
    return this.#pending.message(sent.frame.sessionId, sent.frame.number);
  }

  /** Resolves when another message may be sent. */
  room(): Promise<void> {
    return this.#pending.room();
  }

  /** Resolves when no message is unconfirmed any more. */
  confirmed(): Promise<void> {
    return this.#pending.confirmed();
  }

  /** Ends the active chat. @throws {NotPossibleError} unless in Active Chat */
  endChat(): void {
    this.#user({ type: "user types End chat" });
  }

  /**
   * Asks for past messages with `clientId`, oldest first: all, the `last` so many, or those
   * `before` a position. Each is handed to `receive`; resolves after the last one.
   *
   * @param receive must not throw
   * @throws {CodecError} `bad_number` when `last` or `before` is no whole number, or out of range
   * @throws {NotPossibleError} unless connected, or when too many answers are still to come
   * @throws {NoAnswerError} (rejects)
   */
  history(
    clientId: ClientId,
    receive: (message: HistoryResp) => void,
    { last = 0, before = 0 }: { last?: number; before?: number } = {},
  ): Promise<void> {
    if (this.#pending.histories >= this.#limits.maxHistoryRequests) {
      throw new NotPossibleError("too many histories asked for; wait for the end of one");
    }
    this.#user({ type: "user types History", clientId, last, before });
    return this.#pending.history(receive);
  }

  /**
   * Logs off in order: what was sent is confirmed first, but not waited for long. Does nothing when
   * Offline.
   */
  async logOff(): Promise<void> {
    if (this.#link !== undefined) await this.#lastReceipts();
    if (this.#state.name !== "Offline") this.#user({ type: "user logs off" });
    else this.#loggingOn?.reject(new LogOnError("given up", "given up"));
    await this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.logOff();
  }

  async #resolveServer(): Promise<Endpoint> {
    const { host, port } = this.#options.server;
    try {
      return { host: await resolveHost(host), port };
    } catch (error) {
      throw cannotReach(host, error);
    }
  }

  #openUdp(): void {
    const { host } = this.#server;
    try {
      this.#udp = new UdpSocket(host.includes(":") ? "::" : "0.0.0.0", 0);
    } catch (error) {
      throw cannotReach(host, error);
    }
    void this.#udp.receiveAll((bytes) => this.#receiveDatagram(bytes));
  }

  #receiveDatagram(bytes: Uint8Array): void {
    let datagram: Datagram;
    try {
      datagram = decodeDatagram(bytes);
    } catch (error) {
      if (error instanceof CodecError) return;
      throw error;
    }
    this.#options.onTrace?.("received", datagram);
    this.#dispatch(datagram);
  }

  /** Something the user does: an error of theirs where the state does not list it. */
  #user(event: ClientEvent): readonly ClientAction[] {
    const actions = this.#dispatch(event);
    if (actions === undefined) {
      throw new NotPossibleError(`not possible now: ${event.type} (${this.#state.name})`);
    }
    return actions;
  }

  /** The loop: event, step, actions. An event that the state does not list changes nothing. */
  #dispatch(event: ClientEvent): readonly ClientAction[] | undefined {
    const { clientId, secret } = this.#options;
    const after = stepClient(this.#state, event, { clientId, secret, limits: this.#limits });
    if (after === undefined) return undefined;
    this.#state = after.state;
    for (const action of after.actions) this.#carryOut(action);
    return after.actions;
  }

  #carryOut(action: ClientAction): void {
    switch (action.type) {
      case "send datagram":
        this.#options.onTrace?.("sent", action.datagram);
        void this.#udp?.send(encodeDatagram(action.datagram), this.#server);
        break;
      case "open TCP":
        this.#closeUdp();
        void this.#openTcp(action.port, action.keys);
        break;
      case "send":
        this.#send(action.frame);
        break;
      case "close TCP":
        this.#closeUdp();
        this.#closeTcp();
        break;
      case "set timer":
        this.#clearTimer(action.timer);
        this.#setTimer(action.timer, action.delay);
        break;
      case "clear timer":
        this.#clearTimer(action.timer);
        break;
      case "notify":
        this.#notify(action.notice);
        break;
    }
  }

  #notify(notice: Notice): void {
    if (notice.type === "connected") this.#loggingOn?.resolve();
    if (notice.type === "log-on failed") {
      this.#loggingOn?.reject(new LogOnError(notice.why, this.#explain(notice)));
    }
    this.#pending.notice(notice);
    this.#options.onNotice?.(notice);
  }

  #explain({ why, tries }: Extract<Notice, { type: "log-on failed" }>): string {
    const { host, port } = this.#options.server;
    switch (why) {
      case "no answer":
        return `no answer from ${host}:${port} after ${tries} tries`;
      case "refused":
        return `${host}:${port} refused ${this.#options.clientId}: unknown client-ID or wrong secret`;
      case "connection failed":
        return `${host}:${port} took the log-on, but the TCP connection to it failed`;
      case "given up":
        return "given up";
    }
  }

  async #openTcp(port: number, keys: LoginKeys): Promise<void> {
    const connecting = this.#connecting = new AbortController();
    const link = await connectTcp({ host: this.#server.host, port }, connecting.signal)
      .catch(() => undefined);
    // A log-on that was given up may have been followed by another.
    if (connecting.signal.aborted) return link?.close();
    this.#connecting = undefined;
    if (link === undefined) {
      this.#dispatch({ type: "TCP lost" });
      return;
    }
    this.#link = link;
    link.useKeys(keys.clientToServer, keys.serverToClient);
    link.sendClear(keys.keyId);
    this.#dispatch({ type: "TCP open" });
    await this.#readFrames(link);
  }

  async #readFrames(link: Link): Promise<void> {
    const silence = new Silence(performance.now());
    const ticker = setInterval(() => this.#checkSilence(link, silence), this.#limits.tick);
    try {
      while (await link.read()) {
        silence.end(performance.now());
        for (let frames = link.nextFrames(); frames; frames = link.nextFrames()) {
          for (const frame of frames) this.#receiveFrame(link, frame);
        }
      }
    } catch (error) {
      if (!isPeerError(error)) throw error;
    } finally {
      clearInterval(ticker);
      if (this.#link === link) this.#dispatch({ type: "TCP lost" });
      link.close();
    }
  }

  #receiveFrame(link: Link, frame: Frame): void {
    if (this.#link !== link) return;
    this.#options.onTrace?.("received", frame);
    this.#dispatch(frame);
  }

  #checkSilence(link: Link, silence: Silence): void {
    const verdict = silence.judge(performance.now(), this.#limits.keepalive);
    if (verdict === "dead") link.close();
    else if (verdict === "ping") this.#send({ type: "PING", token: 0 });
  }

  /** Sends along with everything else of this turn of the event loop. */
  #send(frame: Frame): void {
    const link = this.#link;
    if (link === undefined) return;
    this.#options.onTrace?.("sent", frame);
    link.send(frame);
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      link.flush();
    });
  }

  #closeUdp(): void {
    this.#udp?.close();
    this.#udp = undefined;
  }

  #closeTcp(): void {
    this.#connecting?.abort();
    this.#connecting = undefined;
    const link = this.#link;
    if (link === undefined) return;
    this.#link = undefined;
    this.#closing = link.finish();
  }

  #setTimer(timer: Timer, delay: number): void {
    const id = setTimeout(() => this.#dispatch({ type: `${timer} timer` }), delay);
    this.#timers.set(timer, id);
  }

  #clearTimer(timer: Timer): void {
    clearTimeout(this.#timers.get(timer));
    this.#timers.delete(timer);
  }

  async #lastReceipts(): Promise<void> {
    const enough = Promise.withResolvers<void>();
    const timer = setTimeout(enough.resolve, this.#limits.lastReceipts);
    await Promise.race([this.#pending.confirmed(), enough.promise]);
    clearTimeout(timer);
  }
}

function cannotReach(host: string, error: unknown): LogOnError {
  return new LogOnError("connection failed", `cannot reach ${host}: ${messageOf(error)}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * A Parley client to build on: what a person does at the keyboard, as methods.
 *
 * It turns the client's state machine: sockets and timers become events, actions become datagrams,
 * frames and notices. What a notice looks like on a screen is not its business.
 */

import {
  type ClientId,
  type HistoryResp,
  type Message,
  type SessionId,
  textFromString,
} from "../codec/mod.ts";
import {
  CLIENT_LIMITS,
  type ClientAction,
  type ClientEvent,
  type ClientLimits,
  type ClientState,
  type Notice,
  stepClient,
} from "../session/mod.ts";
import { type Endpoint, resolveHost } from "../transport/mod.ts";
import { explain, LogOnError, NotPossibleError } from "./errors.ts";
import { Pending } from "./pending.ts";
import { Sockets } from "./sockets.ts";
import { Timers } from "./timers.ts";

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
  #secret: Uint8Array;
  readonly #limits: ClientLimits;
  readonly #pending: Pending;
  readonly #sockets: Sockets;
  readonly #timers = new Timers((timer) => this.#dispatch({ type: `${timer} timer` }));
  #state: ClientState = { name: "Offline" };
  #loggingOn: PromiseWithResolvers<void> | undefined;

  constructor(options: ChatClientOptions) {
    this.#options = options;
    this.#secret = options.secret;
    this.#limits = { ...CLIENT_LIMITS, ...options.limits };
    this.#pending = new Pending(this.#limits.maxUnconfirmed);
    this.#sockets = new Sockets(this.#limits, {
      event: (event) => void this.#dispatch(event),
      trace: (direction, message) => options.onTrace?.(direction, message),
    });
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
   * Milliseconds until the activity timer logs the client off; undefined where it does not: in a
   * chat, and while there is no connection.
   */
  get idleLeft(): number | undefined {
    return this.#state.name === "Active Chat" ? undefined : this.#timers.left("activity");
  }

  /**
   * Logs on.
   *
   * @param secret K_A from now on, where it is another than before
   * @throws {LogOnError} when it comes to nothing
   * @throws {NotPossibleError} unless Offline
   */
  async logOn(secret: Uint8Array = this.#secret): Promise<void> {
    if (this.#state.name !== "Offline" || this.#loggingOn !== undefined) {
      throw new NotPossibleError("already logged on, or about to");
    }
    this.#secret = secret;
    const loggingOn = this.#loggingOn = Promise.withResolvers<void>();
    try {
      await Promise.race([this.#begin(loggingOn), loggingOn.promise]);
      await loggingOn.promise;
    } finally {
      if (this.#loggingOn === loggingOn) this.#loggingOn = undefined;
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
   * Asks the server for a sign of life, which does not count as activity.
   *
   * @returns how long the answer took, in ms
   * @throws {NotPossibleError} (rejects) unless connected
   * @throws {NoAnswerError} (rejects) when the connection ends before
   */
  async ping(): Promise<number> {
    const { name } = this.#state;
    if (!this.#sockets.connected || name === "Connecting") {
      throw new NotPossibleError(`not possible now: PING (${name})`);
    }
    return await this.#sockets.ping();
  }

  /**
   * Logs off in order: what was sent is confirmed first, but not waited for long. Does nothing when
   * Offline.
   */
  async logOff(): Promise<void> {
    if (this.#sockets.connected) await this.#pending.confirmedWithin(this.#limits.lastReceipts);
    if (this.#state.name !== "Offline") this.#user({ type: "user logs off" });
    else this.#giveUp();
    await this.#sockets.closed();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.logOff();
  }

  async #begin(loggingOn: PromiseWithResolvers<void>): Promise<void> {
    const { host, port } = this.#options.server;
    try {
      const server = { host: await resolveHost(host), port };
      // It may have been given up meanwhile.
      if (this.#loggingOn !== loggingOn) return;
      this.#sockets.openUdp(server);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new LogOnError("connection failed", `cannot reach ${host}: ${reason}`);
    }
    const nc = crypto.getRandomValues(new Uint8Array(16));
    const secretKey = crypto.getRandomValues(new Uint8Array(32));
    this.#user({ type: "user logs on", random: { nc, secretKey, jitter: Math.random() } });
  }

  /** Gives up a log-on that has not left Offline yet. */
  #giveUp(): void {
    this.#loggingOn?.reject(new LogOnError("given up", "given up"));
    this.#loggingOn = undefined;
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
    const { clientId } = this.#options;
    const own = { clientId, secret: this.#secret, limits: this.#limits };
    const after = stepClient(this.#state, event, own);
    if (after === undefined) return undefined;
    this.#state = after.state;
    for (const action of after.actions) this.#carryOut(action);
    return after.actions;
  }

  #carryOut(action: ClientAction): void {
    switch (action.type) {
      case "send datagram":
        return this.#sockets.sendDatagram(action.datagram);
      case "open TCP":
        return void this.#sockets.openTcp(action.port, action.keys);
      case "send":
        return this.#sockets.send(action.frame);
      case "close TCP":
        return this.#sockets.close();
      case "set timer":
        return this.#timers.set(action.timer, action.delay);
      case "clear timer":
        return this.#timers.clear(action.timer);
      case "notify":
        return this.#notify(action.notice);
    }
  }

  #notify(notice: Notice): void {
    if (notice.type === "connected") this.#loggingOn?.resolve();
    if (notice.type === "log-on failed") {
      const { clientId, server } = this.#options;
      this.#loggingOn?.reject(new LogOnError(notice.why, explain(notice, clientId, server)));
    }
    this.#pending.notice(notice);
    this.#options.onNotice?.(notice);
  }
}
